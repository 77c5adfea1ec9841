-- A verdict refers to its record by number only: with a foreign key, marking a million records read a million payloads
-- again. Records are never deleted, and a verdict is only ever written of a record that was read.
ALTER TABLE verdicts DROP CONSTRAINT verdicts_num_fkey;
