-- a
CREATE TYPE address AS (street text, number integer, old date);

-- b
CREATE TYPE address AS (new text, number bigint, street varchar(80));
