-- Officers of the desk, their sessions, what waits for a second officer, days of the calendar, files that wait to be imported.

-- password is an argon2id hash, totp a sealed secret; numbers that are yes or no are 1 or 0.
CREATE TABLE officers (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    authority TEXT,
    authority_name TEXT NOT NULL,
    password TEXT,
    totp BYTEA,
    totp_step BIGINT NOT NULL,
    must_change BIGINT NOT NULL,
    demo BIGINT NOT NULL,
    oidc_subject TEXT UNIQUE,
    disabled_at TIMESTAMP,
    made_at TIMESTAMP NOT NULL,
    made_by TEXT NOT NULL,
    signed_in_at TIMESTAMP
);

-- The token itself is with the browser alone. pending is the sealed secret of a second factor that is being set up.
CREATE TABLE officer_sessions (
    token_hash TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    officer TEXT COLLATE "C" NOT NULL REFERENCES officers (id),
    stage TEXT COLLATE "C" NOT NULL,
    made_at TIMESTAMP NOT NULL,
    seen_at TIMESTAMP NOT NULL,
    ends_at TIMESTAMP NOT NULL,
    pending BYTEA
);

CREATE INDEX officer_sessions_officer ON officer_sessions (officer);

-- What one officer asks for and a second one decides.
CREATE TABLE officer_changes (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    officer TEXT COLLATE "C" NOT NULL REFERENCES officers (id),
    role TEXT NOT NULL,
    authority TEXT,
    reason TEXT NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    asked_by TEXT NOT NULL,
    asked_at TIMESTAMP NOT NULL,
    decided_by TEXT,
    decided_at TIMESTAMP
);

CREATE INDEX officer_changes_state ON officer_changes (state, asked_at);

-- Days that differ from the calendar of the program; the newest row of a day counts.
CREATE TABLE calendar_days (
    day DATE NOT NULL,
    version BIGINT NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    name TEXT NOT NULL,
    reference TEXT NOT NULL,
    set_at TIMESTAMP NOT NULL,
    set_by TEXT NOT NULL,
    PRIMARY KEY (day, version)
);

-- Files that were uploaded and looked at and are not imported yet; bytes is sealed, and gone when the file is settled.
CREATE TABLE staged_files (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    officer TEXT COLLATE "C" NOT NULL REFERENCES officers (id),
    provider TEXT,
    list TEXT NOT NULL,
    mode TEXT NOT NULL,
    file_name TEXT NOT NULL,
    file_sha256 TEXT NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    staged_at TIMESTAMP NOT NULL,
    settled_at TIMESTAMP,
    settled_by TEXT,
    bytes BYTEA
);

CREATE INDEX staged_files_state ON staged_files (state, staged_at);
