-- What re-users sent to a node that may not write the public store, until the node that publishes has taken it there: a
-- registration (its name is not NULL), the newest report (deleted_to is not NULL), or both. version grows with each write.
CREATE TABLE kept_reusers (
    id TEXT NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL,
    token_hash TEXT NOT NULL,
    name TEXT,
    website TEXT,
    made_at TEXT,
    envelope BLOB,
    contact BLOB,
    deleted_to INTEGER,
    reported_at TEXT
) STRICT;
