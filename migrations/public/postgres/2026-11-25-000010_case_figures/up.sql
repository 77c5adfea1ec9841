-- How cases are handled, by kind and authority: how many are in each state, how many are overdue, how long repairs took.
-- A number of natural persons that is too small to be told is NULL.
CREATE TABLE case_figures (
    kind TEXT COLLATE "C" NOT NULL,
    authority_code TEXT COLLATE "C" NOT NULL,
    what TEXT COLLATE "C" NOT NULL,
    authority_name TEXT NOT NULL,
    orgs BIGINT NOT NULL,
    persons BIGINT,
    as_of DATE NOT NULL,
    PRIMARY KEY (kind, authority_code, what)
);
