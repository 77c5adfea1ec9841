DROP TABLE staged_files;
DROP TABLE calendar_days;
DROP TABLE officer_changes;
DROP TABLE officer_sessions;
DROP TABLE officers;
