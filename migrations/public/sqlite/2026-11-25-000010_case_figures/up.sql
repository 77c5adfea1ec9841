-- How cases are handled, by kind and authority: how many are in each state, how many are overdue, how long repairs took.
-- A number of natural persons that is too small to be told is NULL.
CREATE TABLE case_figures (
    kind TEXT NOT NULL,
    authority_code TEXT NOT NULL,
    what TEXT NOT NULL,
    authority_name TEXT NOT NULL,
    orgs INTEGER NOT NULL,
    persons INTEGER,
    as_of TEXT NOT NULL,
    PRIMARY KEY (kind, authority_code, what)
) STRICT, WITHOUT ROWID;
