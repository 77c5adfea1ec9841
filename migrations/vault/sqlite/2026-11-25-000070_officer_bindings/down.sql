ALTER TABLE officer_changes DROP COLUMN subject;
