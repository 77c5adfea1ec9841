-- Years of the calendar that officers called final by a notice of the State Council, or provisional again; the newest row of
-- a year counts. notice names it and is empty where a year is provisional again; source says where its text stands, or why.
CREATE TABLE calendar_years (
    year INTEGER NOT NULL,
    version INTEGER NOT NULL,
    standing TEXT NOT NULL,
    notice TEXT NOT NULL,
    source TEXT NOT NULL,
    set_at TEXT NOT NULL,
    set_by TEXT NOT NULL,
    PRIMARY KEY (year, version)
) STRICT;
