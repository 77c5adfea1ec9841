-- The life of a list entry beside its case: what is proposed, its notice, the checks, what is to be done.
-- In clear stands only what rows are found by; the proposed record and the notes are sealed.
CREATE TABLE entries (
    case_id TEXT NOT NULL PRIMARY KEY,
    list TEXT NOT NULL,
    authority_code TEXT NOT NULL,
    polarity TEXT NOT NULL,
    state TEXT NOT NULL,
    subject_key TEXT NOT NULL,
    record_id TEXT,
    notice_from TEXT,
    notice_last TEXT,
    provisional INTEGER NOT NULL,
    valid_until TEXT,
    made_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    proposal BLOB NOT NULL,
    notes BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX entries_notice ON entries (notice_last) WHERE notice_last IS NOT NULL;
CREATE INDEX entries_state ON entries (authority_code, state, case_id);
CREATE INDEX entries_subject ON entries (subject_key);
CREATE INDEX entries_record ON entries (record_id) WHERE record_id IS NOT NULL;

-- Evidence of the cross-checks: what was searched, up to which change, what was found (S1 art. 8).
CREATE TABLE entry_checks (
    case_id TEXT NOT NULL,
    n INTEGER NOT NULL,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    change_seq INTEGER NOT NULL,
    searched TEXT NOT NULL,
    hits TEXT NOT NULL,
    PRIMARY KEY (case_id, n)
) STRICT, WITHOUT ROWID;

-- What officers are to look at beside the deadlines of their cases.
CREATE TABLE entry_tasks (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    case_id TEXT,
    record_id TEXT,
    other TEXT,
    list TEXT NOT NULL,
    authority_code TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    due_on TEXT,
    done_at TEXT,
    done_by TEXT
) STRICT, WITHOUT ROWID;

CREATE INDEX entry_tasks_open ON entry_tasks (authority_code, opened_at, id) WHERE done_at IS NULL;

-- Keyed hashes of the subjects of red lists and of lists of dishonesty, by row of the record: the cross-check of a
-- subject opens its records and no others.
CREATE TABLE subject_keys (
    num INTEGER NOT NULL PRIMARY KEY,
    side TEXT NOT NULL,
    key TEXT NOT NULL
) STRICT;

CREATE INDEX subject_keys_key ON subject_keys (key, side);

CREATE INDEX decisions_at ON decisions (at);

-- Change numbers up to which the subjects of each side are known, and of which lists.
INSERT INTO meta (key, value) VALUES
    ('subjects_red', '0'), ('subjects_dishonest', '0'), ('subject_lists', '');
