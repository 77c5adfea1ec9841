-- Who may not apply for a repair because false material was handed in for it: keyed hashes of subjects, by the decision
-- that said so. They follow from the decisions and their records, and are made of older decisions when first asked for.
CREATE TABLE repair_bars (
    decision TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    subject_key TEXT COLLATE "C" NOT NULL,
    barred_from DATE NOT NULL,
    barred_until DATE NOT NULL
);

CREATE INDEX repair_bars_subject ON repair_bars (subject_key);

INSERT INTO meta (key, value) VALUES ('repair_bars', '0');
