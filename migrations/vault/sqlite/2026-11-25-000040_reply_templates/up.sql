-- Texts that officers begin a reply with, of an authority for one act; an empty authority is the platform's, for all.
-- body is sealed: somebody may have left a name in it.
CREATE TABLE reply_templates (
    id TEXT NOT NULL PRIMARY KEY,
    authority_code TEXT NOT NULL,
    kind TEXT NOT NULL,
    act TEXT NOT NULL,
    title TEXT NOT NULL,
    body BLOB NOT NULL,
    set_at TEXT NOT NULL,
    set_by TEXT NOT NULL
) STRICT;

CREATE INDEX reply_templates_place ON reply_templates (authority_code, kind, act);
