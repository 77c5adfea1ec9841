DROP TABLE kept_reusers;
