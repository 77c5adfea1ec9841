-- Undoes the tables alone: payloads that were packed since then do not open for a program from before.
CREATE TABLE raw_records_whole (
    num INTEGER NOT NULL PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
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
    payload BLOB NOT NULL
) STRICT;

INSERT INTO raw_records_whole
SELECT num, id, list, provider_code, authority_code, decided_on, content_hash, version, state, batch, imported_at, change_seq,
    payload
FROM raw_records ORDER BY num;

DROP TABLE raw_records;

ALTER TABLE raw_records_whole RENAME TO raw_records;

CREATE INDEX raw_records_provider ON raw_records (list, provider_code);

CREATE TABLE reviews_bound (
    record_id TEXT NOT NULL REFERENCES raw_records (id),
    field TEXT NOT NULL,
    text_hash TEXT NOT NULL,
    state TEXT NOT NULL,
    proposal BLOB NOT NULL,
    doubts TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    decided_at TEXT,
    decided_by TEXT,
    PRIMARY KEY (record_id, field)
) STRICT;

INSERT INTO reviews_bound
SELECT record_id, field, text_hash, state, proposal, doubts, opened_at, decided_at, decided_by
FROM reviews WHERE record_id IN (SELECT id FROM raw_records);

DROP TABLE reviews;

ALTER TABLE reviews_bound RENAME TO reviews;

CREATE INDEX reviews_state ON reviews (state, record_id, field);

CREATE TABLE decisions_bound (
    id TEXT NOT NULL PRIMARY KEY,
    record_id TEXT NOT NULL REFERENCES raw_records (id),
    kind TEXT NOT NULL,
    effective_on TEXT NOT NULL,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    reference TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;

INSERT INTO decisions_bound SELECT id, record_id, kind, effective_on, at, actor, reference, detail FROM decisions;

DROP TABLE decisions;

ALTER TABLE decisions_bound RENAME TO decisions;

CREATE INDEX decisions_record ON decisions (record_id, id);

CREATE INDEX decisions_at ON decisions (at);
