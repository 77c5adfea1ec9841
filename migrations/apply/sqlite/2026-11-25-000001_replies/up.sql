-- What the desk tells the applicant, sealed to a key that only the applicant's secret makes; what the applicant does after
-- handing in, sealed to the desk; files that come in pieces; when what was handed in is deleted.
ALTER TABLE applications ADD COLUMN reply_key BLOB;
-- how many records it is about, each a part of its own; one for what is about no displayed record
ALTER TABLE applications ADD COLUMN parts BIGINT;
-- the civil day on which the last part ended; none while one is open
ALTER TABLE applications ADD COLUMN closed_on DATE;
-- when its contents were deleted
ALTER TABLE applications ADD COLUMN erased_at TIMESTAMP;
CREATE INDEX applications_by_end ON applications (closed_on);

ALTER TABLE states ADD COLUMN part BIGINT NOT NULL DEFAULT 0;

-- One for a line of states.
CREATE TABLE replies (
    number TEXT NOT NULL,
    step BIGINT NOT NULL,
    -- a data key, sealed to the applicant
    envelope BLOB NOT NULL,
    -- what is told, under it
    body BLOB NOT NULL,
    PRIMARY KEY (number, step)
);

CREATE TABLE acts (
    number TEXT NOT NULL,
    act BIGINT NOT NULL,
    kind TEXT NOT NULL,
    -- none for what is done to all parts
    part BIGINT,
    -- when it was handed in; none while it is a draft
    at TIMESTAMP,
    saved_at TIMESTAMP NOT NULL,
    -- the data key, sealed to the desk
    envelope BLOB NOT NULL,
    -- the same under the applicant's secret, and the draft under it; both gone once it is handed in
    wrapped_key BLOB,
    draft BLOB,
    -- what was handed in, under the data key
    body BLOB,
    fetched_at TIMESTAMP,
    PRIMARY KEY (number, act)
);
CREATE INDEX acts_waiting ON acts (fetched_at, at);

-- Their files under the data key, in pieces.
CREATE TABLE act_files (
    number TEXT NOT NULL,
    act BIGINT NOT NULL,
    file BIGINT NOT NULL,
    piece BIGINT NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (number, act, file, piece)
);

-- Files that are not whole yet: of a draft (act 0) or of the draft of an act.
CREATE TABLE uploads (
    number TEXT NOT NULL,
    act BIGINT NOT NULL,
    upload BIGINT NOT NULL,
    -- name and purpose, under the data key
    head BLOB NOT NULL,
    bytes_whole BIGINT NOT NULL,
    bytes_here BIGINT NOT NULL,
    saved_at TIMESTAMP NOT NULL,
    PRIMARY KEY (number, act, upload)
);
CREATE INDEX uploads_by_age ON uploads (saved_at);

-- Their pieces, each sealed under the data key.
CREATE TABLE upload_pieces (
    number TEXT NOT NULL,
    act BIGINT NOT NULL,
    upload BIGINT NOT NULL,
    piece BIGINT NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (number, act, upload, piece)
);
