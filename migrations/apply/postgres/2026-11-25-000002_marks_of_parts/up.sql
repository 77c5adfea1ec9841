-- A mark is that of one part: what was refused may be applied for again while other parts are open.
ALTER TABLE marks ADD COLUMN part BIGINT NOT NULL DEFAULT 0;
