-- Years of the calendar that officers called final by a notice of the State Council, or provisional again; the newest row of
-- a year counts. notice names it and is empty where a year is provisional again; source says where its text stands, or why.
CREATE TABLE calendar_years (
    year BIGINT NOT NULL,
    version BIGINT NOT NULL,
    standing TEXT COLLATE "C" NOT NULL,
    notice TEXT NOT NULL,
    source TEXT NOT NULL,
    set_at TIMESTAMP NOT NULL,
    set_by TEXT NOT NULL,
    PRIMARY KEY (year, version)
);
