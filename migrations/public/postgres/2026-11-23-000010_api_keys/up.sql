-- Keys of the API for higher rates: the hash of each, never the key.
CREATE TABLE api_keys (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    made_at TIMESTAMP NOT NULL,
    revoked_at TIMESTAMP
);
