-- Cases: applications and entries of lists as the desk handles them. In clear stands what they are found by;
-- reasons, findings, names and changed values are sealed.
CREATE TABLE cases (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    application TEXT,
    part INTEGER NOT NULL,
    record_id TEXT,
    list TEXT NOT NULL,
    authority_code TEXT NOT NULL,
    state TEXT NOT NULL,
    opened_on TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    due_on TEXT,
    due_procedure TEXT,
    provisional INTEGER NOT NULL,
    closed INTEGER NOT NULL,
    -- counts up with everything that is done: who acts on another version has not seen the newest act
    version INTEGER NOT NULL,
    -- the applicant knows of every act below this number; -1 before he was told that it is opened
    told_steps INTEGER NOT NULL,
    -- something is still to follow: to tell, or to see arrive
    pending INTEGER NOT NULL,
    -- sequence number of the public store that every target of an approval must reach
    sync_seq INTEGER,
    opened BLOB NOT NULL,
    current BLOB NOT NULL,
    note BLOB
) STRICT;
CREATE INDEX cases_queue ON cases (authority_code, closed, due_on);
CREATE INDEX cases_record ON cases (record_id);
CREATE INDEX cases_application ON cases (application);
CREATE INDEX cases_pending ON cases (pending, id);
CREATE INDEX cases_due ON cases (closed, due_on);

CREATE TABLE case_events (
    case_id TEXT NOT NULL REFERENCES cases (id),
    step INTEGER NOT NULL,
    at TEXT NOT NULL,
    on_day TEXT NOT NULL,
    actor TEXT NOT NULL,
    role TEXT NOT NULL,
    authority TEXT NOT NULL,
    event TEXT NOT NULL,
    payload BLOB NOT NULL,
    effects BLOB NOT NULL,
    PRIMARY KEY (case_id, step)
) STRICT;

-- What was taken in from the applications: act -1 is the application itself, others are what its applicant did later.
-- In one transaction with what it led to, so that nothing is taken in twice.
CREATE TABLE case_intake (
    number TEXT NOT NULL,
    act INTEGER NOT NULL,
    at TEXT NOT NULL,
    -- done, aside (it does not open) or refused
    outcome TEXT NOT NULL,
    -- code of the reason
    reason TEXT NOT NULL,
    -- the reason in words for the applicant, and the part that it is about
    words TEXT NOT NULL,
    part INTEGER NOT NULL,
    told INTEGER NOT NULL,
    PRIMARY KEY (number, act)
) STRICT;
CREATE INDEX case_intake_told ON case_intake (told, outcome);
