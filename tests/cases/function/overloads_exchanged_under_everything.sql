-- a
CREATE FUNCTION f(n int) RETURNS bigint LANGUAGE sql IMMUTABLE AS $x$SELECT n::bigint + 1$x$;
COMMENT ON FUNCTION f(int) IS 'One of them.';
GRANT EXECUTE ON FUNCTION f(int) TO schema_dsl_cases_reader;
CREATE TABLE t (id int PRIMARY KEY, n bigint DEFAULT f(1), twice bigint GENERATED ALWAYS AS (f(id) * 2) STORED, CONSTRAINT c CHECK (f(id) > 0));
CREATE INDEX by_f ON t (f(id));
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t FOR SELECT TO schema_dsl_cases_reader USING (f(id) > 1);
CREATE VIEW v AS SELECT id, f(id) AS f FROM t;
CREATE VIEW w AS SELECT f FROM v;
CREATE FUNCTION g() RETURNS bigint LANGUAGE sql STABLE BEGIN ATOMIC SELECT f(3) + max(v.f) FROM v; END;
CREATE AGGREGATE agg(int) (SFUNC = int4pl, STYPE = int, INITCOND = '0');
CREATE VIEW x AS SELECT agg(id) AS n FROM t;

-- b
CREATE FUNCTION f(n bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS $x$SELECT n::bigint + 1$x$;
COMMENT ON FUNCTION f(bigint) IS 'One of them.';
GRANT EXECUTE ON FUNCTION f(bigint) TO schema_dsl_cases_reader;
CREATE TABLE t (id int PRIMARY KEY, n bigint DEFAULT f(1), twice bigint GENERATED ALWAYS AS (f(id) * 2) STORED, CONSTRAINT c CHECK (f(id) > 0));
CREATE INDEX by_f ON t (f(id));
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t FOR SELECT TO schema_dsl_cases_reader USING (f(id) > 1);
CREATE VIEW v AS SELECT id, f(id) AS f FROM t;
CREATE VIEW w AS SELECT f FROM v;
CREATE FUNCTION g() RETURNS bigint LANGUAGE sql STABLE BEGIN ATOMIC SELECT f(3) + max(v.f) FROM v; END;
CREATE AGGREGATE agg(int) (SFUNC = int4larger, STYPE = int, INITCOND = '0');
CREATE VIEW x AS SELECT agg(id) AS n FROM t;

-- rows
INSERT INTO t VALUES (1, 1), (2, 2);
