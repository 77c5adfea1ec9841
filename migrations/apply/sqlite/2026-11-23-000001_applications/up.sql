-- Applications as the public side keeps them: ciphertext, numbers, states, dates. Nothing here says who applied.
CREATE TABLE meta (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);
INSERT INTO meta (key, value) VALUES ('write_lock', '');

CREATE TABLE applications (
    number TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    secret_hash TEXT NOT NULL,
    created_at TIMESTAMP NOT NULL,
    saved_at TIMESTAMP NOT NULL,
    submitted_at TIMESTAMP,
    -- a draft is deleted on this civil day; none once it is handed in
    expires_on DATE,
    -- the data key, sealed to the desk
    envelope BLOB NOT NULL,
    -- the same under the applicant's secret, and the draft under it; both gone once it is handed in
    wrapped_key BLOB,
    draft BLOB,
    -- what was handed in, under the data key
    body BLOB,
    fetched_at TIMESTAMP
);
CREATE INDEX applications_by_expiry ON applications (expires_on);
CREATE INDEX applications_waiting ON applications (fetched_at, submitted_at);

-- Files under the data key, in pieces.
CREATE TABLE files (
    number TEXT NOT NULL,
    file BIGINT NOT NULL,
    piece BIGINT NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (number, file, piece)
);

-- Keyed hashes of the records that handed-in applications are about.
CREATE TABLE marks (
    mark TEXT NOT NULL,
    number TEXT NOT NULL,
    PRIMARY KEY (mark, number)
);

CREATE TABLE states (
    number TEXT NOT NULL,
    step BIGINT NOT NULL,
    state TEXT NOT NULL,
    at TIMESTAMP NOT NULL,
    due_on DATE,
    provisional BOOLEAN NOT NULL,
    PRIMARY KEY (number, step)
);
