ALTER TABLE staged_files DROP COLUMN reason;
ALTER TABLE staged_files DROP COLUMN returned_by;
ALTER TABLE staged_files DROP COLUMN outcome;
ALTER TABLE staged_files DROP COLUMN proposed_at;
ALTER TABLE staged_files DROP COLUMN proposed_by;
