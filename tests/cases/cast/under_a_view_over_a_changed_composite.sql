-- a
CREATE TYPE point_of AS (x int, y int);
CREATE FUNCTION to_text(p point_of) RETURNS text LANGUAGE sql IMMUTABLE AS $x$SELECT p.x || ':' || p.y$x$;
CREATE CAST (point_of AS text) WITH FUNCTION to_text(point_of) AS IMPLICIT;
COMMENT ON CAST (point_of AS text) IS 'Readable.';
CREATE FUNCTION plus(a point_of, b point_of) RETURNS point_of LANGUAGE sql IMMUTABLE AS $x$SELECT (a.x + b.x, a.y + b.y)::point_of$x$;
CREATE OPERATOR + (LEFTARG = point_of, RIGHTARG = point_of, FUNCTION = plus);
CREATE AGGREGATE total(point_of) (SFUNC = plus, STYPE = point_of, INITCOND = '(0,0)');
CREATE TABLE t (id int PRIMARY KEY, p point_of, label text GENERATED ALWAYS AS (p::text) STORED);
CREATE VIEW v AS SELECT p::text AS label, p + p AS twice FROM t;
CREATE VIEW w AS SELECT total(p) AS total FROM t;
GRANT SELECT ON v, w TO schema_dsl_cases_reader;

-- b
CREATE TYPE point_of AS (x bigint, y bigint);
CREATE FUNCTION to_text(p point_of) RETURNS text LANGUAGE sql IMMUTABLE AS $x$SELECT p.x || ':' || p.y$x$;
CREATE CAST (point_of AS text) WITH FUNCTION to_text(point_of) AS IMPLICIT;
COMMENT ON CAST (point_of AS text) IS 'Readable.';
CREATE FUNCTION plus(a point_of, b point_of) RETURNS point_of LANGUAGE sql IMMUTABLE AS $x$SELECT (a.x + b.x, a.y + b.y)::point_of$x$;
CREATE OPERATOR + (LEFTARG = point_of, RIGHTARG = point_of, FUNCTION = plus);
CREATE AGGREGATE total(point_of) (SFUNC = plus, STYPE = point_of, INITCOND = '(0,0)');
CREATE TABLE t (id int PRIMARY KEY, p point_of, label text GENERATED ALWAYS AS (p::text) STORED);
CREATE VIEW v AS SELECT p::text AS label, p + p AS twice FROM t;
CREATE VIEW w AS SELECT total(p) AS total FROM t;
GRANT SELECT ON v, w TO schema_dsl_cases_reader;

-- rows
INSERT INTO t VALUES (1, '(1,2)'), (2, NULL);
