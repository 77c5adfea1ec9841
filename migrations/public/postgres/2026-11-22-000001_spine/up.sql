-- The public store: what may be seen and nothing else.
-- Ids and codes are compared byte by byte (COLLATE "C"), as the program and SQLite do.

CREATE TABLE meta (
    key TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);

-- write_lock is updated first in every write transaction; seq is the last change, release the last
-- release, next_num the next row number, records the rows held.
INSERT INTO meta (key, value) VALUES
    ('write_lock', ''), ('seq', '0'), ('release', '0'), ('next_num', '1'), ('records', '0');

-- The body is the content; the other columns repeat what rows are found by.
CREATE TABLE records (
    num BIGINT NOT NULL PRIMARY KEY,
    id TEXT COLLATE "C" NOT NULL UNIQUE,
    seq BIGINT NOT NULL UNIQUE,
    list TEXT COLLATE "C" NOT NULL,
    subject_kind TEXT COLLATE "C" NOT NULL,
    subject_name TEXT NOT NULL,
    credit_code TEXT COLLATE "C",
    document_number TEXT NOT NULL,
    authority_code TEXT COLLATE "C" NOT NULL,
    region TEXT COLLATE "C" NOT NULL,
    decided_on DATE NOT NULL,
    displayed_from DATE NOT NULL,
    displayed_until DATE,
    digest TEXT COLLATE "C" NOT NULL,
    body TEXT NOT NULL
);

CREATE INDEX records_subject ON records (credit_code, decided_on, num) WHERE credit_code IS NOT NULL;

CREATE TABLE tombstones (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    num BIGINT NOT NULL,
    seq BIGINT NOT NULL UNIQUE,
    at TIMESTAMP NOT NULL,
    why TEXT NOT NULL
);

CREATE TABLE releases (
    number BIGINT NOT NULL PRIMARY KEY,
    seq_to BIGINT NOT NULL,
    at TIMESTAMP NOT NULL,
    upserts BIGINT NOT NULL,
    tombstones BIGINT NOT NULL,
    catalogue TEXT NOT NULL,
    masking BIGINT NOT NULL
);

-- How many records of a list begin and end to be displayed, and were decided, on a day: the figures
-- of any day and the next boundary follow without looking at a record.
CREATE TABLE list_days (
    list TEXT COLLATE "C" NOT NULL,
    day DATE NOT NULL,
    begins BIGINT NOT NULL,
    ends BIGINT NOT NULL,
    decided BIGINT NOT NULL,
    PRIMARY KEY (list, day)
);

CREATE INDEX list_days_day ON list_days (day);

CREATE TABLE list_changes (
    list TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL,
    at TIMESTAMP NOT NULL
);
