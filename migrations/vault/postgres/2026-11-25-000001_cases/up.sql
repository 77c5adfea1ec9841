-- Cases: applications and entries of lists as the desk handles them. In clear stands what they are found by;
-- reasons, findings, names and changed values are sealed.
CREATE TABLE cases (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    application TEXT COLLATE "C",
    part BIGINT NOT NULL,
    record_id TEXT COLLATE "C",
    list TEXT COLLATE "C" NOT NULL,
    authority_code TEXT COLLATE "C" NOT NULL,
    state TEXT NOT NULL,
    opened_on DATE NOT NULL,
    updated_at TIMESTAMP NOT NULL,
    due_on DATE,
    due_procedure TEXT,
    provisional BOOLEAN NOT NULL,
    closed BOOLEAN NOT NULL,
    -- counts up with everything that is done: who acts on another version has not seen the newest act
    version BIGINT NOT NULL,
    -- the applicant knows of every act below this number; -1 before he was told that it is opened
    told_steps BIGINT NOT NULL,
    -- something is still to follow: to tell, or to see arrive
    pending BOOLEAN NOT NULL,
    -- sequence number of the public store that every target of an approval must reach
    sync_seq BIGINT,
    opened BYTEA NOT NULL,
    current BYTEA NOT NULL,
    note BYTEA
);
CREATE INDEX cases_queue ON cases (authority_code, closed, due_on);
CREATE INDEX cases_record ON cases (record_id);
CREATE INDEX cases_application ON cases (application);
CREATE INDEX cases_pending ON cases (pending, id);
CREATE INDEX cases_due ON cases (closed, due_on);

CREATE TABLE case_events (
    case_id TEXT COLLATE "C" NOT NULL REFERENCES cases (id),
    step BIGINT NOT NULL,
    at TIMESTAMP NOT NULL,
    on_day DATE NOT NULL,
    actor TEXT NOT NULL,
    role TEXT NOT NULL,
    authority TEXT NOT NULL,
    event TEXT NOT NULL,
    payload BYTEA NOT NULL,
    effects BYTEA NOT NULL,
    PRIMARY KEY (case_id, step)
);

-- What was taken in from the applications: act -1 is the application itself, others are what its applicant did later.
-- In one transaction with what it led to, so that nothing is taken in twice.
CREATE TABLE case_intake (
    number TEXT COLLATE "C" NOT NULL,
    act BIGINT NOT NULL,
    at TIMESTAMP NOT NULL,
    -- done, aside (it does not open) or refused
    outcome TEXT NOT NULL,
    -- code of the reason
    reason TEXT NOT NULL,
    -- the reason in words for the applicant, and the part that it is about
    words TEXT NOT NULL,
    part BIGINT NOT NULL,
    told BOOLEAN NOT NULL,
    PRIMARY KEY (number, act)
);
CREATE INDEX case_intake_told ON case_intake (told, outcome);
