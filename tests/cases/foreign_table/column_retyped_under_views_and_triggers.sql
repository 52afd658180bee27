-- superuser
-- a
CREATE FOREIGN DATA WRAPPER w;
CREATE SERVER s FOREIGN DATA WRAPPER w;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $x$BEGIN RETURN NEW; END$x$;
CREATE FOREIGN TABLE f (id int NOT NULL, n int OPTIONS (column_name 'N'), body text) SERVER s;
COMMENT ON COLUMN f.n IS 'Elsewhere.';
GRANT SELECT (n), UPDATE (n) ON f TO schema_dsl_cases_reader;
CREATE VIEW v AS SELECT id, n FROM f;
GRANT SELECT ON v TO schema_dsl_cases_reader;
CREATE FUNCTION of_f(r f) RETURNS bigint LANGUAGE sql STABLE AS $x$SELECT r.n::bigint$x$;
CREATE VIEW w AS SELECT of_f(f) AS n FROM f;
CREATE TABLE t (id int PRIMARY KEY);

-- b
CREATE FOREIGN DATA WRAPPER w;
CREATE SERVER s FOREIGN DATA WRAPPER w;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $x$BEGIN RETURN NEW; END$x$;
CREATE FOREIGN TABLE f (id int NOT NULL, n bigint OPTIONS (column_name 'N'), body text) SERVER s;
COMMENT ON COLUMN f.n IS 'Elsewhere.';
GRANT SELECT (n), UPDATE (n) ON f TO schema_dsl_cases_reader;
CREATE VIEW v AS SELECT id, n FROM f;
GRANT SELECT ON v TO schema_dsl_cases_reader;
CREATE FUNCTION of_f(r f) RETURNS bigint LANGUAGE sql STABLE AS $x$SELECT r.n::bigint$x$;
CREATE VIEW w AS SELECT of_f(f) AS n FROM f;
CREATE TABLE t (id int PRIMARY KEY);

-- rows
INSERT INTO t VALUES (1);
