DELETE FROM meta WHERE key IN ('subjects_red', 'subjects_dishonest', 'subject_lists');
DROP INDEX decisions_at;
DROP TABLE subject_keys;
DROP TABLE entry_tasks;
DROP TABLE entry_checks;
DROP TABLE entries;
