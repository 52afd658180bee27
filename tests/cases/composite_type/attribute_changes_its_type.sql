-- a
CREATE TYPE address AS (street text, number integer);
CREATE TABLE t (id int PRIMARY KEY, home address, homes address[]);

-- b
CREATE TYPE address AS (street varchar(80), number bigint);
CREATE TABLE t (id int PRIMARY KEY, home address, homes address[]);

-- rows
INSERT INTO t VALUES (1, ('One Street, "x"', 1), ARRAY[('a', 2)::address]), (2, NULL, NULL), (3, (NULL, NULL), '{}');
