-- a
CREATE FUNCTION g() RETURNS int LANGUAGE sql STABLE AS $x$SELECT 1::int$x$;
CREATE FUNCTION f(n bigint DEFAULT g(), m text DEFAULT g()::text) RETURNS text LANGUAGE sql STABLE AS $x$SELECT n || m$x$;
CREATE PROCEDURE p(n bigint DEFAULT g() + 1) LANGUAGE plpgsql AS $x$BEGIN END$x$;
COMMENT ON PROCEDURE p(bigint) IS 'With a default.';
CREATE TABLE t (id int PRIMARY KEY, b text DEFAULT f());
CREATE VIEW v AS SELECT f() AS a, f(2) AS b;
CREATE VIEW w AS SELECT a || b AS c FROM v;
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t FOR INSERT TO schema_dsl_cases_writer WITH CHECK (b = f(m => 'x'));
GRANT EXECUTE ON FUNCTION f(bigint, text) TO schema_dsl_cases_reader;

-- b
CREATE FUNCTION g() RETURNS bigint LANGUAGE sql STABLE AS $x$SELECT 1::bigint$x$;
CREATE FUNCTION f(n bigint DEFAULT g(), m text DEFAULT g()::text) RETURNS text LANGUAGE sql STABLE AS $x$SELECT n || m$x$;
CREATE PROCEDURE p(n bigint DEFAULT g() + 1) LANGUAGE plpgsql AS $x$BEGIN END$x$;
COMMENT ON PROCEDURE p(bigint) IS 'With a default.';
CREATE TABLE t (id int PRIMARY KEY, b text DEFAULT f());
CREATE VIEW v AS SELECT f() AS a, f(2) AS b;
CREATE VIEW w AS SELECT a || b AS c FROM v;
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t FOR INSERT TO schema_dsl_cases_writer WITH CHECK (b = f(m => 'x'));
GRANT EXECUTE ON FUNCTION f(bigint, text) TO schema_dsl_cases_reader;

-- rows
INSERT INTO t VALUES (1, 'b');
