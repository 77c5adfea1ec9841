-- Officers of the desk, their sessions, what waits for a second officer, days of the calendar, files that wait to be imported.

-- password is an argon2id hash, totp a sealed secret; numbers that are yes or no are 1 or 0.
CREATE TABLE officers (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    authority TEXT,
    authority_name TEXT NOT NULL,
    password TEXT,
    totp BLOB,
    totp_step INTEGER NOT NULL,
    must_change INTEGER NOT NULL,
    demo INTEGER NOT NULL,
    oidc_subject TEXT UNIQUE,
    disabled_at TEXT,
    made_at TEXT NOT NULL,
    made_by TEXT NOT NULL,
    signed_in_at TEXT
) STRICT;

-- The token itself is with the browser alone. pending is the sealed secret of a second factor that is being set up.
CREATE TABLE officer_sessions (
    token_hash TEXT NOT NULL PRIMARY KEY,
    officer TEXT NOT NULL REFERENCES officers (id),
    stage TEXT NOT NULL,
    made_at TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    ends_at TEXT NOT NULL,
    pending BLOB
) STRICT;

CREATE INDEX officer_sessions_officer ON officer_sessions (officer);

-- What one officer asks for and a second one decides.
CREATE TABLE officer_changes (
    id TEXT NOT NULL PRIMARY KEY,
    officer TEXT NOT NULL REFERENCES officers (id),
    role TEXT NOT NULL,
    authority TEXT,
    reason TEXT NOT NULL,
    state TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    asked_at TEXT NOT NULL,
    decided_by TEXT,
    decided_at TEXT
) STRICT;

CREATE INDEX officer_changes_state ON officer_changes (state, asked_at);

-- Days that differ from the calendar of the program; the newest row of a day counts.
CREATE TABLE calendar_days (
    day TEXT NOT NULL,
    version INTEGER NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    reference TEXT NOT NULL,
    set_at TEXT NOT NULL,
    set_by TEXT NOT NULL,
    PRIMARY KEY (day, version)
) STRICT;

-- Files that were uploaded and looked at and are not imported yet; bytes is sealed, and gone when the file is settled.
CREATE TABLE staged_files (
    id TEXT NOT NULL PRIMARY KEY,
    officer TEXT NOT NULL REFERENCES officers (id),
    provider TEXT,
    list TEXT NOT NULL,
    mode TEXT NOT NULL,
    file_name TEXT NOT NULL,
    file_sha256 TEXT NOT NULL,
    state TEXT NOT NULL,
    staged_at TEXT NOT NULL,
    settled_at TEXT,
    settled_by TEXT,
    bytes BLOB
) STRICT;

CREATE INDEX staged_files_state ON staged_files (state, staged_at);
