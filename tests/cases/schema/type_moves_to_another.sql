-- a
CREATE SCHEMA a;
CREATE TYPE a.e AS ENUM ('x', 'y');
CREATE TABLE t (id int PRIMARY KEY, e a.e DEFAULT 'x');

-- b
CREATE SCHEMA b;
CREATE TYPE b.e AS ENUM ('x', 'y');
CREATE TABLE t (id int PRIMARY KEY, e b.e DEFAULT 'x');

-- rows
INSERT INTO t VALUES (1, 'x'), (2, 'y'), (3, NULL);
