ALTER TABLE cases DROP COLUMN forgotten;
