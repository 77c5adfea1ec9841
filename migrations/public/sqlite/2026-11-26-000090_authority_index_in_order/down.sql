DROP INDEX records_authority;

CREATE INDEX records_authority ON records (authority_code, list, decided_on, displayed_from, displayed_until, num);
