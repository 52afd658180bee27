-- a
CREATE FUNCTION f(n int) RETURNS int LANGUAGE sql IMMUTABLE AS $x$SELECT (n + 1)::int$x$;
GRANT EXECUTE ON FUNCTION f(int) TO schema_dsl_cases_reader;
COMMENT ON FUNCTION f(int) IS 'One more.';
CREATE TABLE t (id int PRIMARY KEY, n bigint, CONSTRAINT more CHECK (f(id) > 0));
CREATE INDEX by_f ON t (f(id));
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t FOR SELECT TO schema_dsl_cases_reader USING (f(id) > 1);
COMMENT ON POLICY p ON t IS 'More than one.';
GRANT SELECT ON t TO schema_dsl_cases_reader;
CREATE VIEW v AS SELECT id, f(id) AS next FROM t;
COMMENT ON VIEW v IS 'With the next.';
GRANT SELECT ON v TO schema_dsl_cases_reader;
CREATE VIEW w WITH (security_barrier = true) AS SELECT next FROM v;
CREATE MATERIALIZED VIEW m AS SELECT id, f(id) AS next FROM t;
CREATE UNIQUE INDEX m_id ON m (id);
GRANT SELECT ON m TO schema_dsl_cases_reader;

-- b
CREATE FUNCTION f(n int) RETURNS bigint LANGUAGE sql IMMUTABLE AS $x$SELECT (n + 1)::bigint$x$;
GRANT EXECUTE ON FUNCTION f(int) TO schema_dsl_cases_reader;
COMMENT ON FUNCTION f(int) IS 'One more.';
CREATE TABLE t (id int PRIMARY KEY, n bigint, CONSTRAINT more CHECK (f(id) > 0));
CREATE INDEX by_f ON t (f(id));
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t FOR SELECT TO schema_dsl_cases_reader USING (f(id) > 1);
COMMENT ON POLICY p ON t IS 'More than one.';
GRANT SELECT ON t TO schema_dsl_cases_reader;
CREATE VIEW v AS SELECT id, f(id) AS next FROM t;
COMMENT ON VIEW v IS 'With the next.';
GRANT SELECT ON v TO schema_dsl_cases_reader;
CREATE VIEW w WITH (security_barrier = true) AS SELECT next FROM v;
CREATE MATERIALIZED VIEW m AS SELECT id, f(id) AS next FROM t;
CREATE UNIQUE INDEX m_id ON m (id);
GRANT SELECT ON m TO schema_dsl_cases_reader;

-- rows
INSERT INTO t VALUES (1, 1), (2, 5);
