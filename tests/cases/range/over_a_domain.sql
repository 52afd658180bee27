-- a
CREATE DOMAIN score AS int CHECK (VALUE >= 0);
CREATE TYPE scores AS RANGE (SUBTYPE = score);
CREATE TABLE t (id int PRIMARY KEY, s scores);

-- b
CREATE DOMAIN score AS bigint CHECK (VALUE >= 0);
CREATE TYPE scores AS RANGE (SUBTYPE = score);
CREATE TABLE t (id int PRIMARY KEY, s scores);

-- rows
INSERT INTO t VALUES (1, '[1,2)'), (2, NULL);
