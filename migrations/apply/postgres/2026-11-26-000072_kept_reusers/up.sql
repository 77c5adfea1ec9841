-- What re-users sent to a node that may not write the public store, until the node that publishes has taken it there: a
-- registration (its name is not NULL), the newest report (deleted_to is not NULL), or both. version grows with each write.
CREATE TABLE kept_reusers (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    token_hash TEXT COLLATE "C" NOT NULL,
    name TEXT,
    website TEXT,
    made_at TIMESTAMP,
    envelope BYTEA,
    contact BYTEA,
    deleted_to BIGINT,
    reported_at TIMESTAMP
);
