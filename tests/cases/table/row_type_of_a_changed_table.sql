-- a
CREATE TABLE part (id int, size int);
COMMENT ON COLUMN part.size IS 'Size.';
CREATE FUNCTION is_big(p part) RETURNS boolean LANGUAGE sql IMMUTABLE AS $x$SELECT p.size > 9$x$;
CREATE FUNCTION parts() RETURNS SETOF part LANGUAGE sql STABLE AS $x$SELECT * FROM part$x$;
GRANT EXECUTE ON FUNCTION parts() TO schema_dsl_cases_reader;
CREATE VIEW v AS SELECT p.id, p.size, is_big(p) AS big FROM part AS p;
CREATE VIEW w AS SELECT size FROM parts();
ALTER TABLE part ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON part FOR SELECT TO schema_dsl_cases_reader USING (is_big(part));
CREATE TABLE t (id int PRIMARY KEY, n bigint DEFAULT 1);

-- b
CREATE TABLE part (id int, size bigint);
COMMENT ON COLUMN part.size IS 'Size.';
CREATE FUNCTION is_big(p part) RETURNS boolean LANGUAGE sql IMMUTABLE AS $x$SELECT p.size > 9$x$;
CREATE FUNCTION parts() RETURNS SETOF part LANGUAGE sql STABLE AS $x$SELECT * FROM part$x$;
GRANT EXECUTE ON FUNCTION parts() TO schema_dsl_cases_reader;
CREATE VIEW v AS SELECT p.id, p.size, is_big(p) AS big FROM part AS p;
CREATE VIEW w AS SELECT size FROM parts();
ALTER TABLE part ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON part FOR SELECT TO schema_dsl_cases_reader USING (is_big(part));
CREATE TABLE t (id int PRIMARY KEY, n bigint DEFAULT 1);

-- rows
INSERT INTO part VALUES (1, 2), (2, 20); INSERT INTO t VALUES (1);
