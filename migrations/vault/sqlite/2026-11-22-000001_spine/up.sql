-- The vault: raw records, sealed; what was decided about them; who did what.

CREATE TABLE meta (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- write_lock is updated first in every write transaction; change_seq counts changes of records;
-- next_num numbers the rows; publish_cursor is the change up to which the publisher has worked.
INSERT INTO meta (key, value) VALUES
    ('write_lock', ''), ('change_seq', '0'), ('next_num', '1'), ('publish_cursor', '0');

CREATE TABLE batches (
    id TEXT NOT NULL PRIMARY KEY,
    list TEXT NOT NULL,
    provider_code TEXT NOT NULL,
    file_name TEXT NOT NULL,
    file_sha256 TEXT NOT NULL,
    mode TEXT NOT NULL,
    state TEXT NOT NULL,
    started_at TEXT NOT NULL,
    finished_at TEXT,
    rows_read INTEGER NOT NULL,
    added INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    unchanged INTEGER NOT NULL,
    rejected INTEGER NOT NULL,
    withdrawn INTEGER NOT NULL
) STRICT;

-- The payload is the last column, so that the short ones are read without it.
CREATE TABLE raw_records (
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

CREATE INDEX raw_records_provider ON raw_records (list, provider_code);

-- What the publisher made of a record. Apart from the record, so that marking a million of them
-- does not rewrite a million payloads.
CREATE TABLE verdicts (
    num INTEGER NOT NULL PRIMARY KEY REFERENCES raw_records (num),
    verdict TEXT NOT NULL,
    displayed_from TEXT,
    next_due TEXT
) STRICT;

CREATE INDEX verdicts_due ON verdicts (next_due, num) WHERE next_due IS NOT NULL;

CREATE TABLE reviews (
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

CREATE INDEX reviews_state ON reviews (state, record_id, field);

CREATE TABLE decisions (
    id TEXT NOT NULL PRIMARY KEY,
    record_id TEXT NOT NULL REFERENCES raw_records (id),
    kind TEXT NOT NULL,
    effective_on TEXT NOT NULL,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    reference TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;

CREATE INDEX decisions_record ON decisions (record_id, id);

CREATE TABLE audit (
    seq INTEGER NOT NULL PRIMARY KEY,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    detail TEXT NOT NULL,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT;

CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'audit is append-only'); END;
