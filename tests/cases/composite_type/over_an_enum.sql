-- a
CREATE TYPE kind AS ENUM ('a', 'b', 'c');
CREATE TYPE item AS (kind kind, kinds kind[], n int);
CREATE TABLE t (id int PRIMARY KEY, item item);

-- b
CREATE TYPE kind AS ENUM ('b', 'a');
CREATE TYPE item AS (kind kind, kinds kind[], n int);
CREATE TABLE t (id int PRIMARY KEY, item item);

-- rows
INSERT INTO t VALUES (1, ('a', '{b}', 1)), (2, NULL);
