-- Undoes the tables alone: payloads that were packed since then do not open for a program from before.
DROP INDEX raw_records_id;

ALTER TABLE raw_records DROP COLUMN place;

ALTER TABLE raw_records ADD CONSTRAINT raw_records_id_key UNIQUE (id);

ALTER TABLE decisions ADD CONSTRAINT decisions_record_id_fkey FOREIGN KEY (record_id) REFERENCES raw_records (id);

ALTER TABLE reviews DROP COLUMN authority_code;

DELETE FROM reviews WHERE record_id NOT IN (SELECT id FROM raw_records);

ALTER TABLE reviews ADD CONSTRAINT reviews_record_id_fkey FOREIGN KEY (record_id) REFERENCES raw_records (id);
