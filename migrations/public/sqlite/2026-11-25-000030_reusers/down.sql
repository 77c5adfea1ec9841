DROP TABLE reusers;
DROP TABLE hooks;
