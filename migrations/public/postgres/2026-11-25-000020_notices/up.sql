-- Notices: before an entry, of exits, of repairs. They are no records: none of them ever stands in both tables.
-- A notice is shown from open_from on and no longer from open_until on; the body is its content.
CREATE TABLE notices (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    kind TEXT COLLATE "C" NOT NULL,
    list TEXT COLLATE "C" NOT NULL,
    open_from DATE NOT NULL,
    open_until DATE NOT NULL,
    digest TEXT COLLATE "C" NOT NULL,
    body TEXT NOT NULL
);

CREATE INDEX notices_open ON notices (open_until, kind, id);

-- What was taken back before its end: which, and when, and nothing else.
CREATE TABLE notice_tombstones (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    at TIMESTAMP NOT NULL
);

-- Counts every change of a notice, so that nothing made before it is shown afterwards.
INSERT INTO meta (key, value) VALUES ('notices', '0');
