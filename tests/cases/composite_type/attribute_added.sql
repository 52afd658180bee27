-- a
CREATE TYPE address AS (street text);
CREATE TABLE t (id int PRIMARY KEY, home address, homes address[]);

-- b
CREATE TYPE address AS (street text, number integer);
CREATE TABLE t (id int PRIMARY KEY, home address, homes address[]);
