DROP TABLE audit;
DROP TABLE decisions;
DROP TABLE reviews;
DROP TABLE verdicts;
DROP TABLE raw_records;
DROP TABLE batches;
DROP TABLE meta;
