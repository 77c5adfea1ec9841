-- What the desk sends out. The id says what a row tells, so that nothing is put here twice; payload is sealed (it may hold
-- an address of e-mail) and gone once it was sent.
CREATE TABLE outbox (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    kind TEXT COLLATE "C" NOT NULL,
    -- platform to which a result goes; empty for the others
    target TEXT COLLATE "C" NOT NULL,
    case_id TEXT COLLATE "C",
    application TEXT COLLATE "C",
    -- waiting, sending, sent, refused or dead
    state TEXT COLLATE "C" NOT NULL,
    made_at TIMESTAMP NOT NULL,
    -- since when it is tried
    since TIMESTAMP NOT NULL,
    -- when it is tried next; while it is being sent, when it is taken up again if its sender was cut off
    due_at TIMESTAMP NOT NULL,
    attempts BIGINT NOT NULL,
    ended_at TIMESTAMP,
    -- what the newest attempt came to, in a word: nothing that the other side said
    answer TEXT NOT NULL,
    payload BYTEA
);

CREATE INDEX outbox_due ON outbox (kind, state, due_at);
CREATE INDEX outbox_case ON outbox (case_id);
CREATE INDEX outbox_application ON outbox (application);
