CREATE TABLE verdicts_bound (
    num INTEGER NOT NULL PRIMARY KEY REFERENCES raw_records (num),
    verdict TEXT NOT NULL,
    displayed_from TEXT,
    next_due TEXT
) STRICT;

INSERT INTO verdicts_bound SELECT num, verdict, displayed_from, next_due FROM verdicts ORDER BY num;

DROP TABLE verdicts;

ALTER TABLE verdicts_bound RENAME TO verdicts;

CREATE INDEX verdicts_due ON verdicts (next_due, num) WHERE next_due IS NOT NULL;
