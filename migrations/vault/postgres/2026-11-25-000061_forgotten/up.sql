-- What was handed in was deleted, and with it who applied: the note of the case names nobody any more.
ALTER TABLE cases ADD COLUMN forgotten BOOLEAN NOT NULL DEFAULT FALSE;
