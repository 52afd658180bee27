-- a
CREATE TYPE level AS ENUM ('low', 'middle', 'high');
CREATE DOMAIN raised AS level DEFAULT 'high' CONSTRAINT not_low CHECK (VALUE > 'low');
COMMENT ON DOMAIN raised IS 'Not low.';
CREATE TYPE pair AS (a raised, b level[]);
CREATE FUNCTION of_pair(p pair, otherwise level DEFAULT 'high') RETURNS TABLE (l level, r raised) LANGUAGE sql STABLE AS $x$SELECT coalesce(p.a, otherwise), p.a$x$;
GRANT EXECUTE ON FUNCTION of_pair(pair, level) TO schema_dsl_cases_reader;
CREATE TABLE t (id int PRIMARY KEY, p pair, ps pair[] DEFAULT '{}', r raised DEFAULT 'high');
COMMENT ON COLUMN t.ps IS 'Pairs.';
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t FOR SELECT TO schema_dsl_cases_reader USING ((p).a::level = 'high');
CREATE INDEX by_a ON t (((p).a));
CREATE VIEW v AS SELECT t.id, o.l, o.r FROM t, of_pair(t.p) AS o;
GRANT SELECT ON v TO schema_dsl_cases_reader;
CREATE MATERIALIZED VIEW m AS SELECT l, count(*) FROM v GROUP BY l;
CREATE UNIQUE INDEX m_l ON m (l);

-- b
CREATE TYPE level AS ENUM ('low', 'high');
CREATE DOMAIN raised AS level DEFAULT 'high' CONSTRAINT not_low CHECK (VALUE > 'low');
COMMENT ON DOMAIN raised IS 'Not low.';
CREATE TYPE pair AS (a raised, b level[]);
CREATE FUNCTION of_pair(p pair, otherwise level DEFAULT 'high') RETURNS TABLE (l level, r raised) LANGUAGE sql STABLE AS $x$SELECT coalesce(p.a, otherwise), p.a$x$;
GRANT EXECUTE ON FUNCTION of_pair(pair, level) TO schema_dsl_cases_reader;
CREATE TABLE t (id int PRIMARY KEY, p pair, ps pair[] DEFAULT '{}', r raised DEFAULT 'high');
COMMENT ON COLUMN t.ps IS 'Pairs.';
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t FOR SELECT TO schema_dsl_cases_reader USING ((p).a::level = 'high');
CREATE INDEX by_a ON t (((p).a));
CREATE VIEW v AS SELECT t.id, o.l, o.r FROM t, of_pair(t.p) AS o;
GRANT SELECT ON v TO schema_dsl_cases_reader;
CREATE MATERIALIZED VIEW m AS SELECT l, count(*) FROM v GROUP BY l;
CREATE UNIQUE INDEX m_l ON m (l);

-- rows
INSERT INTO t VALUES (1, ROW('high', '{low,high}')), (2, NULL);
