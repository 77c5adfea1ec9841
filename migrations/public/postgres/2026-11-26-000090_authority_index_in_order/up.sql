-- The row number before the days: new records of an authority and list come at their end, where an index by day had pages
-- all over written anew by every release.
DROP INDEX records_authority;

CREATE INDEX records_authority ON records (authority_code, list, num, decided_on, displayed_from, displayed_until);
