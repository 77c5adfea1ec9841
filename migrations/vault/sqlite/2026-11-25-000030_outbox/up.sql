-- What the desk sends out. The id says what a row tells, so that nothing is put here twice; payload is sealed (it may hold
-- an address of e-mail) and gone once it was sent.
CREATE TABLE outbox (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    -- platform to which a result goes; empty for the others
    target TEXT NOT NULL,
    case_id TEXT,
    application TEXT,
    -- waiting, sending, sent, refused or dead
    state TEXT NOT NULL,
    made_at TEXT NOT NULL,
    -- since when it is tried
    since TEXT NOT NULL,
    -- when it is tried next; while it is being sent, when it is taken up again if its sender was cut off
    due_at TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    ended_at TEXT,
    -- what the newest attempt came to, in a word: nothing that the other side said
    answer TEXT NOT NULL,
    payload BLOB
) STRICT;

CREATE INDEX outbox_due ON outbox (kind, state, due_at);
CREATE INDEX outbox_case ON outbox (case_id);
CREATE INDEX outbox_application ON outbox (application);
