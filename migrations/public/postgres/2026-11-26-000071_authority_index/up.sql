-- What an authority has on display, by list and day, without a look at a record: reports of late publication and ledgers.
CREATE INDEX records_authority ON records (authority_code, list, decided_on, displayed_from, displayed_until, num);
