-- A verdict refers to its record by number only: with a foreign key, marking a million records read a million payloads
-- again. Records are never deleted, and a verdict is only ever written of a record that was read.
CREATE TABLE verdicts_alone (
    num INTEGER NOT NULL PRIMARY KEY,
    verdict TEXT NOT NULL,
    displayed_from TEXT,
    next_due TEXT
) STRICT;

INSERT INTO verdicts_alone SELECT num, verdict, displayed_from, next_due FROM verdicts ORDER BY num;

DROP TABLE verdicts;

ALTER TABLE verdicts_alone RENAME TO verdicts;

CREATE INDEX verdicts_due ON verdicts (next_due, num) WHERE next_due IS NOT NULL;
