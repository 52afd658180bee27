-- a
CREATE TYPE address AS (street text, city text);

-- b
CREATE TYPE address AS (street text, number integer, city text);
