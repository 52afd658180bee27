-- a
CREATE TABLE t (id int PRIMARY KEY, a text, b text);
CREATE VIEW v WITH (security_invoker = true) AS SELECT id, a, b FROM t;
COMMENT ON VIEW v IS 'The view.';
COMMENT ON COLUMN v.b IS 'B.';
GRANT SELECT (id, b), INSERT (id) ON v TO schema_dsl_cases_reader WITH GRANT OPTION;
CREATE FUNCTION label(r v) RETURNS text LANGUAGE sql STABLE AS $x$SELECT r.b$x$;
GRANT EXECUTE ON FUNCTION label(v) TO schema_dsl_cases_reader;
CREATE FUNCTION labels(rs v[]) RETURNS SETOF v LANGUAGE sql STABLE AS $x$SELECT * FROM unnest(rs)$x$;
CREATE FUNCTION all_labels() RETURNS TABLE (b text, whole v) LANGUAGE sql STABLE BEGIN ATOMIC SELECT label(v), v FROM v; END;
CREATE VIEW w AS SELECT x.id, label(x) AS label FROM v AS x, LATERAL labels(ARRAY[x]) AS y WHERE y.id = x.id;
CREATE VIEW z AS SELECT (whole).b FROM all_labels();
CREATE TABLE u (id int PRIMARY KEY, b text DEFAULT 'x');
ALTER TABLE u ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON u FOR SELECT TO schema_dsl_cases_reader USING (EXISTS (SELECT FROM v WHERE label(v) = u.b));
CREATE RULE r AS ON DELETE TO u DO ALSO DELETE FROM t WHERE id IN (SELECT v.id FROM v WHERE label(v) = OLD.b);

-- b
CREATE TABLE t (id int PRIMARY KEY, a text, b text);
CREATE VIEW v WITH (security_barrier = true, security_invoker = true) AS SELECT id, b FROM t;
COMMENT ON VIEW v IS 'The view.';
COMMENT ON COLUMN v.b IS 'B.';
GRANT SELECT (id, b), INSERT (id) ON v TO schema_dsl_cases_reader WITH GRANT OPTION;
CREATE FUNCTION label(r v) RETURNS text LANGUAGE sql STABLE AS $x$SELECT r.b$x$;
GRANT EXECUTE ON FUNCTION label(v) TO schema_dsl_cases_reader;
CREATE FUNCTION labels(rs v[]) RETURNS SETOF v LANGUAGE sql STABLE AS $x$SELECT * FROM unnest(rs)$x$;
CREATE FUNCTION all_labels() RETURNS TABLE (b text, whole v) LANGUAGE sql STABLE BEGIN ATOMIC SELECT label(v), v FROM v; END;
CREATE VIEW w AS SELECT x.id, label(x) AS label FROM v AS x, LATERAL labels(ARRAY[x]) AS y WHERE y.id = x.id;
CREATE VIEW z AS SELECT (whole).b FROM all_labels();
CREATE TABLE u (id int PRIMARY KEY, b text DEFAULT 'x');
ALTER TABLE u ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON u FOR SELECT TO schema_dsl_cases_reader USING (EXISTS (SELECT FROM v WHERE label(v) = u.b));
CREATE RULE r AS ON DELETE TO u DO ALSO DELETE FROM t WHERE id IN (SELECT v.id FROM v WHERE label(v) = OLD.b);

-- rows
INSERT INTO t VALUES (1, 'a', 'b'); INSERT INTO u VALUES (1, 'b');
