-- A file that is to be imported may need a second officer: who proposed it, what it would bring (a hash), and what was sent
-- back with which reason.
ALTER TABLE staged_files ADD COLUMN proposed_by TEXT;
ALTER TABLE staged_files ADD COLUMN proposed_at TIMESTAMP;
ALTER TABLE staged_files ADD COLUMN outcome TEXT;
ALTER TABLE staged_files ADD COLUMN returned_by TEXT;
ALTER TABLE staged_files ADD COLUMN reason TEXT;
