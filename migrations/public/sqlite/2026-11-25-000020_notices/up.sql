-- Notices: before an entry, of exits, of repairs. They are no records: none of them ever stands in both tables.
-- A notice is shown from open_from on and no longer from open_until on; the body is its content.
CREATE TABLE notices (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    list TEXT NOT NULL,
    open_from TEXT NOT NULL,
    open_until TEXT NOT NULL,
    digest TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX notices_open ON notices (open_until, kind, id);

-- What was taken back before its end: which, and when, and nothing else.
CREATE TABLE notice_tombstones (
    id TEXT NOT NULL PRIMARY KEY,
    at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Counts every change of a notice, so that nothing made before it is shown afterwards.
INSERT INTO meta (key, value) VALUES ('notices', '0');
