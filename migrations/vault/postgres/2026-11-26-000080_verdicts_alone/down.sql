ALTER TABLE verdicts ADD CONSTRAINT verdicts_num_fkey FOREIGN KEY (num) REFERENCES raw_records (num);
