ALTER TABLE list_days DROP COLUMN person_ends;
ALTER TABLE list_days DROP COLUMN person_begins;
