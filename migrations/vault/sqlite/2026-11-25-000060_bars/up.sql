-- Who may not apply for a repair because false material was handed in for it: keyed hashes of subjects, by the decision
-- that said so. They follow from the decisions and their records, and are made of older decisions when first asked for.
CREATE TABLE repair_bars (
    decision TEXT NOT NULL PRIMARY KEY,
    subject_key TEXT NOT NULL,
    barred_from TEXT NOT NULL,
    barred_until TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX repair_bars_subject ON repair_bars (subject_key);

INSERT INTO meta (key, value) VALUES ('repair_bars', '0');
