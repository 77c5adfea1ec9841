DELETE FROM meta WHERE key = 'notices';
DROP TABLE notice_tombstones;
DROP TABLE notices;
