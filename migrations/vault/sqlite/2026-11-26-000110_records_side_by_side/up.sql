-- Ids come in no order, so each file touched the index by id all over: at a million records nearly one page was written for
-- every record. The place comes first in it now: records of one list and authority lie side by side, and a file brings them
-- together. What was there before has a place of its own, 64.
--
-- With it goes the index that foreign keys to the id need. Records are never deleted, and what refers to one is written of a
-- record that was read. The key also refused the texts that were approved for a proposed entry, which is no record yet.
-- A review names the authority itself, so that its officers find it without the record.
CREATE TABLE reviews_free (
    record_id TEXT NOT NULL,
    field TEXT NOT NULL,
    text_hash TEXT NOT NULL,
    state TEXT NOT NULL,
    proposal BLOB NOT NULL,
    doubts TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    decided_at TEXT,
    decided_by TEXT,
    authority_code TEXT NOT NULL,
    PRIMARY KEY (record_id, field)
) STRICT;

INSERT INTO reviews_free
SELECT v.record_id, v.field, v.text_hash, v.state, v.proposal, v.doubts, v.opened_at, v.decided_at, v.decided_by,
    r.authority_code
FROM reviews AS v JOIN raw_records AS r ON r.id = v.record_id;

DROP TABLE reviews;

ALTER TABLE reviews_free RENAME TO reviews;

CREATE INDEX reviews_state ON reviews (state, record_id, field);

CREATE TABLE decisions_free (
    id TEXT NOT NULL PRIMARY KEY,
    record_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    effective_on TEXT NOT NULL,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    reference TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;

INSERT INTO decisions_free SELECT id, record_id, kind, effective_on, at, actor, reference, detail FROM decisions;

DROP TABLE decisions;

ALTER TABLE decisions_free RENAME TO decisions;

CREATE INDEX decisions_record ON decisions (record_id, id);

CREATE INDEX decisions_at ON decisions (at);

CREATE TABLE raw_records_placed (
    num INTEGER NOT NULL PRIMARY KEY,
    id TEXT NOT NULL,
    list TEXT NOT NULL,
    provider_code TEXT NOT NULL,
    authority_code TEXT NOT NULL,
    decided_on TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    version INTEGER NOT NULL,
    state TEXT NOT NULL,
    batch TEXT NOT NULL,
    imported_at TEXT NOT NULL,
    change_seq INTEGER NOT NULL UNIQUE,
    place INTEGER NOT NULL,
    payload BLOB NOT NULL
) STRICT;

INSERT INTO raw_records_placed
SELECT num, id, list, provider_code, authority_code, decided_on, content_hash, version, state, batch, imported_at, change_seq,
    64, payload
FROM raw_records ORDER BY num;

DROP TABLE raw_records;

ALTER TABLE raw_records_placed RENAME TO raw_records;

CREATE UNIQUE INDEX raw_records_id ON raw_records (place, id);

CREATE INDEX raw_records_provider ON raw_records (list, provider_code);
