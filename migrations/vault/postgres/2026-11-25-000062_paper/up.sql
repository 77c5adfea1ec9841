-- Applications that came on paper: who entered them, and on which day they were received. Written before they are handed in:
-- what is taken in is one on paper when it stands here, whatever it says of itself.
CREATE TABLE paper_entries (
    number TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    officer TEXT NOT NULL,
    received_on DATE NOT NULL,
    entered_at TIMESTAMP NOT NULL
);
