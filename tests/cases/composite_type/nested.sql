-- a
CREATE TYPE point3 AS (x int, y int, z int);
CREATE TYPE line3 AS (a point3, b point3);
CREATE TABLE t (id int PRIMARY KEY, line line3);

-- b
CREATE TYPE point3 AS (x bigint, y bigint, z bigint);
CREATE TYPE line3 AS (a point3, b point3);
CREATE TABLE t (id int PRIMARY KEY, line line3);

-- rows
INSERT INTO t VALUES (1, ((1, 2, 3), (4, 5, 6))), (2, NULL);
