-- How many of the records counted are about natural persons: small numbers of them are not told.
ALTER TABLE list_days ADD COLUMN person_begins BIGINT NOT NULL DEFAULT 0;
ALTER TABLE list_days ADD COLUMN person_ends BIGINT NOT NULL DEFAULT 0;

UPDATE list_days SET person_begins = counted.n
FROM (
    SELECT list, displayed_from AS day, count(*) AS n FROM records
    WHERE subject_kind = 'natural_person' AND (displayed_until IS NULL OR displayed_from < displayed_until)
    GROUP BY list, displayed_from
) AS counted
WHERE list_days.list = counted.list AND list_days.day = counted.day;

UPDATE list_days SET person_ends = counted.n
FROM (
    SELECT list, displayed_until AS day, count(*) AS n FROM records
    WHERE subject_kind = 'natural_person' AND (displayed_until IS NULL OR displayed_from < displayed_until) AND displayed_until IS NOT NULL
    GROUP BY list, displayed_until
) AS counted
WHERE list_days.list = counted.list AND list_days.day = counted.day;
