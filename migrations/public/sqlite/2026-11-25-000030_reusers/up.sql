-- Webhooks: where changes are told of. The secret of each follows from a key that is in no database.
CREATE TABLE hooks (
    id TEXT NOT NULL PRIMARY KEY,
    url TEXT NOT NULL,
    topic TEXT NOT NULL,
    state TEXT NOT NULL,
    made_at TEXT NOT NULL,
    proved_at TEXT,
    ended_at TEXT,
    told_to INTEGER NOT NULL,
    sending_to INTEGER,
    failures INTEGER NOT NULL,
    failing_since TEXT,
    next_at TEXT NOT NULL,
    last_answer TEXT NOT NULL
) STRICT, WITHOUT ROWID;
-- Re-users: who keeps copies, and up to which sequence number each has deleted what was taken back.
CREATE TABLE reusers (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    website TEXT NOT NULL,
    token_hash TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    made_at TEXT NOT NULL,
    deleted_to INTEGER NOT NULL,
    reported_at TEXT,
    envelope BLOB,
    contact BLOB
) STRICT, WITHOUT ROWID;
