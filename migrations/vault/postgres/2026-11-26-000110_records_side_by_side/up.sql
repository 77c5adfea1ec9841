-- Ids come in no order, so each file touched the index by id all over: at a million records nearly one page was written for
-- every record. The place comes first in it now: records of one list and authority lie side by side, and a file brings them
-- together. What was there before has a place of its own, 64.
--
-- With it goes the index that foreign keys to the id need. Records are never deleted, and what refers to one is written of a
-- record that was read. The key also refused the texts that were approved for a proposed entry, which is no record yet.
-- A review names the authority itself, so that its officers find it without the record.
ALTER TABLE reviews DROP CONSTRAINT reviews_record_id_fkey;

ALTER TABLE reviews ADD COLUMN authority_code TEXT COLLATE "C" NOT NULL DEFAULT '';

UPDATE reviews SET authority_code = r.authority_code FROM raw_records AS r WHERE r.id = reviews.record_id;

ALTER TABLE reviews ALTER COLUMN authority_code DROP DEFAULT;

ALTER TABLE decisions DROP CONSTRAINT decisions_record_id_fkey;

ALTER TABLE raw_records DROP CONSTRAINT raw_records_id_key;

ALTER TABLE raw_records ADD COLUMN place BIGINT NOT NULL DEFAULT 64;

ALTER TABLE raw_records ALTER COLUMN place DROP DEFAULT;

CREATE UNIQUE INDEX raw_records_id ON raw_records (place, id);
