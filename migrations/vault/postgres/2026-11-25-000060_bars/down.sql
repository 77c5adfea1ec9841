DELETE FROM meta WHERE key = 'repair_bars';
DROP TABLE repair_bars;
