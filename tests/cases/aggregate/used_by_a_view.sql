-- a
CREATE TABLE t (id int PRIMARY KEY, a int);

-- b
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int);
CREATE VIEW v AS SELECT total(a) FROM t;

-- rows
INSERT INTO t VALUES (1, 2);
