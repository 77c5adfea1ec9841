-- The life of a list entry beside its case: what is proposed, its notice, the checks, what is to be done.
-- In clear stands only what rows are found by; the proposed record and the notes are sealed.
CREATE TABLE entries (
    case_id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    list TEXT COLLATE "C" NOT NULL,
    authority_code TEXT COLLATE "C" NOT NULL,
    polarity TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    subject_key TEXT COLLATE "C" NOT NULL,
    record_id TEXT COLLATE "C",
    notice_from DATE,
    notice_last DATE,
    provisional BOOLEAN NOT NULL,
    valid_until DATE,
    made_at TIMESTAMP NOT NULL,
    changed_at TIMESTAMP NOT NULL,
    proposal BYTEA NOT NULL,
    notes BYTEA NOT NULL
);

CREATE INDEX entries_notice ON entries (notice_last) WHERE notice_last IS NOT NULL;
CREATE INDEX entries_state ON entries (authority_code, state, case_id);
CREATE INDEX entries_subject ON entries (subject_key);
CREATE INDEX entries_record ON entries (record_id) WHERE record_id IS NOT NULL;

-- Evidence of the cross-checks: what was searched, up to which change, what was found (S1 art. 8).
CREATE TABLE entry_checks (
    case_id TEXT COLLATE "C" NOT NULL,
    n BIGINT NOT NULL,
    at TIMESTAMP NOT NULL,
    actor TEXT NOT NULL,
    change_seq BIGINT NOT NULL,
    searched TEXT NOT NULL,
    hits TEXT NOT NULL,
    PRIMARY KEY (case_id, n)
);

-- What officers are to look at beside the deadlines of their cases.
CREATE TABLE entry_tasks (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    kind TEXT COLLATE "C" NOT NULL,
    case_id TEXT COLLATE "C",
    record_id TEXT COLLATE "C",
    other TEXT COLLATE "C",
    list TEXT COLLATE "C" NOT NULL,
    authority_code TEXT COLLATE "C" NOT NULL,
    opened_at TIMESTAMP NOT NULL,
    due_on DATE,
    done_at TIMESTAMP,
    done_by TEXT
);

CREATE INDEX entry_tasks_open ON entry_tasks (authority_code, opened_at, id) WHERE done_at IS NULL;

-- Keyed hashes of the subjects of red lists and of lists of dishonesty, by row of the record: the cross-check of a
-- subject opens its records and no others.
CREATE TABLE subject_keys (
    num BIGINT NOT NULL PRIMARY KEY,
    side TEXT COLLATE "C" NOT NULL,
    key TEXT COLLATE "C" NOT NULL
);

CREATE INDEX subject_keys_key ON subject_keys (key, side);

CREATE INDEX decisions_at ON decisions (at);

-- Change numbers up to which the subjects of each side are known, and of which lists.
INSERT INTO meta (key, value) VALUES
    ('subjects_red', '0'), ('subjects_dishonest', '0'), ('subject_lists', '');
