-- a
CREATE TYPE color AS ENUM ('red', 'green', 'blue');
CREATE FUNCTION is_warm(c color) RETURNS boolean LANGUAGE sql IMMUTABLE AS $x$SELECT c = 'red'$x$;
CREATE DOMAIN warm AS color CONSTRAINT warm CHECK (is_warm(VALUE));
COMMENT ON CONSTRAINT warm ON DOMAIN warm IS 'Warm.';
GRANT USAGE ON DOMAIN warm TO schema_dsl_cases_reader;
CREATE DOMAIN hot AS warm DEFAULT 'red' NOT NULL;
CREATE TABLE t (id int PRIMARY KEY, a hot, b warm, c color DEFAULT 'blue', CONSTRAINT same CHECK (a::color = c OR NOT is_warm(c)));
CREATE INDEX warm_ones ON t (a) WHERE is_warm(a);
CREATE FUNCTION next(c warm) RETURNS hot LANGUAGE plpgsql STABLE AS $x$BEGIN RETURN c; END$x$;
CREATE VIEW v AS SELECT next(a) AS a, b AS first FROM t;

-- b
CREATE TYPE color AS ENUM ('red', 'blue');
CREATE FUNCTION is_warm(c color) RETURNS boolean LANGUAGE sql IMMUTABLE AS $x$SELECT c = 'red'$x$;
CREATE DOMAIN warm AS color CONSTRAINT warm CHECK (is_warm(VALUE));
COMMENT ON CONSTRAINT warm ON DOMAIN warm IS 'Warm.';
GRANT USAGE ON DOMAIN warm TO schema_dsl_cases_reader;
CREATE DOMAIN hot AS warm DEFAULT 'red' NOT NULL;
CREATE TABLE t (id int PRIMARY KEY, a hot, b warm, c color DEFAULT 'blue', CONSTRAINT same CHECK (a::color = c OR NOT is_warm(c)));
CREATE INDEX warm_ones ON t (a) WHERE is_warm(a);
CREATE FUNCTION next(c warm) RETURNS hot LANGUAGE plpgsql STABLE AS $x$BEGIN RETURN c; END$x$;
CREATE VIEW v AS SELECT next(a) AS a, b AS first FROM t;

-- rows
INSERT INTO t VALUES (1, 'red', 'red', 'blue'), (2, 'red', NULL, 'red');
