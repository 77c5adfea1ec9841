DROP TABLE states;
DROP TABLE marks;
DROP TABLE files;
DROP TABLE applications;
DROP TABLE meta;
