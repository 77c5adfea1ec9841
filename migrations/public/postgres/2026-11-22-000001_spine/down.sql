DROP TABLE list_changes;
DROP TABLE list_days;
DROP TABLE releases;
DROP TABLE tombstones;
DROP TABLE records;
DROP TABLE meta;
