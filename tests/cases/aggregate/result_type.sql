-- a
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int);
CREATE VIEW v AS SELECT total(a) AS total FROM t;
COMMENT ON VIEW v IS 'One.';

-- b
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE FUNCTION f(a int) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT a::text';
CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int, FINALFUNC = f);
CREATE VIEW v AS SELECT total(a) AS total FROM t;
COMMENT ON VIEW v IS 'One.';

-- rows
INSERT INTO t VALUES (1, 2);
