-- a
CREATE TABLE part (id int PRIMARY KEY, n int);
CREATE TYPE two AS (a part, b part[]);
CREATE DOMAIN some_part AS part CHECK ((VALUE).n > 0);
CREATE FUNCTION wrap(p part) RETURNS two LANGUAGE sql IMMUTABLE AS $x$SELECT ROW(p, ARRAY[p])::two$x$;
CREATE TABLE t (id int PRIMARY KEY, d bigint);
CREATE VIEW v AS SELECT (wrap(part)).a AS a FROM part;
CREATE VIEW w AS SELECT (a).n, (a).id FROM v;
CREATE FUNCTION of_part(p some_part DEFAULT NULL) RETURNS int LANGUAGE sql IMMUTABLE AS $x$SELECT p.n$x$;
CREATE VIEW x AS SELECT of_part(part) AS n FROM part;

-- b
CREATE TABLE part (id int PRIMARY KEY, n int, more text);
CREATE TYPE two AS (a part, b part[]);
CREATE DOMAIN some_part AS part CHECK ((VALUE).n > 0);
CREATE FUNCTION wrap(p part) RETURNS two LANGUAGE sql IMMUTABLE AS $x$SELECT ROW(p, ARRAY[p])::two$x$;
CREATE TABLE t (id int PRIMARY KEY, d bigint);
CREATE VIEW v AS SELECT (wrap(part)).a AS a FROM part;
CREATE VIEW w AS SELECT (a).n, (a).id FROM v;
CREATE FUNCTION of_part(p some_part DEFAULT NULL) RETURNS int LANGUAGE sql IMMUTABLE AS $x$SELECT p.n$x$;
CREATE VIEW x AS SELECT of_part(part) AS n FROM part;

-- rows
INSERT INTO part VALUES (1, 2); INSERT INTO t VALUES (1, 1);
