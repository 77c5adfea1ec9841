DROP INDEX records_authority;
