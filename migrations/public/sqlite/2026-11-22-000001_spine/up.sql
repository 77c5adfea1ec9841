-- The public store: what may be seen and nothing else.

CREATE TABLE meta (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- write_lock is updated first in every write transaction; seq is the last change, release the last
-- release, next_num the next row number, records the rows held.
INSERT INTO meta (key, value) VALUES
    ('write_lock', ''), ('seq', '0'), ('release', '0'), ('next_num', '1'), ('records', '0');

-- The body is the content; the other columns repeat what rows are found by.
CREATE TABLE records (
    num INTEGER NOT NULL PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    seq INTEGER NOT NULL UNIQUE,
    list TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_name TEXT NOT NULL,
    credit_code TEXT,
    document_number TEXT NOT NULL,
    authority_code TEXT NOT NULL,
    region TEXT NOT NULL,
    decided_on TEXT NOT NULL,
    displayed_from TEXT NOT NULL,
    displayed_until TEXT,
    digest TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT;

CREATE INDEX records_subject ON records (credit_code, decided_on, num) WHERE credit_code IS NOT NULL;

CREATE TABLE tombstones (
    id TEXT NOT NULL PRIMARY KEY,
    num INTEGER NOT NULL,
    seq INTEGER NOT NULL UNIQUE,
    at TEXT NOT NULL,
    why TEXT NOT NULL
) STRICT;

CREATE TABLE releases (
    number INTEGER NOT NULL PRIMARY KEY,
    seq_to INTEGER NOT NULL,
    at TEXT NOT NULL,
    upserts INTEGER NOT NULL,
    tombstones INTEGER NOT NULL,
    catalogue TEXT NOT NULL,
    masking INTEGER NOT NULL
) STRICT;

-- How many records of a list begin and end to be displayed, and were decided, on a day: the figures
-- of any day and the next boundary follow without looking at a record.
CREATE TABLE list_days (
    list TEXT NOT NULL,
    day TEXT NOT NULL,
    begins INTEGER NOT NULL,
    ends INTEGER NOT NULL,
    decided INTEGER NOT NULL,
    PRIMARY KEY (list, day)
) STRICT, WITHOUT ROWID;

CREATE INDEX list_days_day ON list_days (day);

CREATE TABLE list_changes (
    list TEXT NOT NULL PRIMARY KEY,
    seq INTEGER NOT NULL,
    at TEXT NOT NULL
) STRICT;
