-- Webhooks: where changes are told of. The secret of each follows from a key that is in no database.
CREATE TABLE hooks (
    id TEXT NOT NULL PRIMARY KEY,
    url TEXT NOT NULL,
    topic TEXT NOT NULL,
    state TEXT NOT NULL,
    made_at TIMESTAMP NOT NULL,
    proved_at TIMESTAMP,
    ended_at TIMESTAMP,
    told_to BIGINT NOT NULL,
    sending_to BIGINT,
    failures BIGINT NOT NULL,
    failing_since TIMESTAMP,
    next_at TIMESTAMP NOT NULL,
    last_answer TEXT NOT NULL
);
-- Re-users: who keeps copies, and up to which sequence number each has deleted what was taken back.
CREATE TABLE reusers (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    website TEXT NOT NULL,
    token_hash TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    made_at TIMESTAMP NOT NULL,
    deleted_to BIGINT NOT NULL,
    reported_at TIMESTAMP,
    envelope BYTEA,
    contact BYTEA
);
