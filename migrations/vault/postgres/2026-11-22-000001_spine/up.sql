-- The vault: raw records, sealed; what was decided about them; who did what.
-- Ids and codes are compared byte by byte (COLLATE "C"), as the program and SQLite do.

CREATE TABLE meta (
    key TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

-- write_lock is updated first in every write transaction; change_seq counts changes of records;
-- next_num numbers the rows; publish_cursor is the change up to which the publisher has worked.
INSERT INTO meta (key, value) VALUES
    ('write_lock', ''), ('change_seq', '0'), ('next_num', '1'), ('publish_cursor', '0');

CREATE TABLE batches (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    list TEXT NOT NULL,
    provider_code TEXT NOT NULL,
    file_name TEXT NOT NULL,
    file_sha256 TEXT NOT NULL,
    mode TEXT NOT NULL,
    state TEXT NOT NULL,
    started_at TIMESTAMP NOT NULL,
    finished_at TIMESTAMP,
    rows_read BIGINT NOT NULL,
    added BIGINT NOT NULL,
    changed BIGINT NOT NULL,
    unchanged BIGINT NOT NULL,
    rejected BIGINT NOT NULL,
    withdrawn BIGINT NOT NULL
);

CREATE TABLE raw_records (
    num BIGINT NOT NULL PRIMARY KEY,
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    list TEXT COLLATE "C" NOT NULL,
    provider_code TEXT COLLATE "C" NOT NULL,
    authority_code TEXT COLLATE "C" NOT NULL,
    decided_on DATE NOT NULL,
    content_hash TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    batch TEXT COLLATE "C" NOT NULL,
    imported_at TIMESTAMP NOT NULL,
    change_seq BIGINT NOT NULL UNIQUE,
    payload BYTEA NOT NULL
);

-- The payload is ciphertext: compressing it again is wasted work.
ALTER TABLE raw_records ALTER COLUMN payload SET STORAGE EXTERNAL;

CREATE INDEX raw_records_provider ON raw_records (list, provider_code);

-- What the publisher made of a record. Apart from the record, so that marking a million of them
-- does not rewrite a million payloads.
CREATE TABLE verdicts (
    num BIGINT NOT NULL PRIMARY KEY REFERENCES raw_records (num),
    verdict TEXT NOT NULL,
    displayed_from DATE,
    next_due DATE
);

CREATE INDEX verdicts_due ON verdicts (next_due, num) WHERE next_due IS NOT NULL;

CREATE TABLE reviews (
    record_id TEXT COLLATE "C" NOT NULL REFERENCES raw_records (id),
    field TEXT COLLATE "C" NOT NULL,
    text_hash TEXT NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    proposal BYTEA NOT NULL,
    doubts TEXT NOT NULL,
    opened_at TIMESTAMP NOT NULL,
    decided_at TIMESTAMP,
    decided_by TEXT,
    PRIMARY KEY (record_id, field)
);

CREATE INDEX reviews_state ON reviews (state, record_id, field);

CREATE TABLE decisions (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    record_id TEXT COLLATE "C" NOT NULL REFERENCES raw_records (id),
    kind TEXT NOT NULL,
    effective_on DATE NOT NULL,
    at TIMESTAMP NOT NULL,
    actor TEXT NOT NULL,
    reference TEXT NOT NULL,
    detail TEXT NOT NULL
);

CREATE INDEX decisions_record ON decisions (record_id, id);

CREATE TABLE audit (
    seq BIGINT NOT NULL PRIMARY KEY,
    at TIMESTAMP NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    detail TEXT NOT NULL,
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL
);

CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit is append-only';
END $$;

CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
