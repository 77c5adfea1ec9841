DROP TABLE case_intake;
DROP TABLE case_events;
DROP TABLE cases;
