-- a
CREATE FUNCTION parts(n int) RETURNS TABLE (id int, size int) LANGUAGE sql STABLE AS $x$SELECT n, 1$x$;
CREATE FUNCTION out_of(n int, OUT a int, OUT b int) LANGUAGE plpgsql STABLE AS $x$BEGIN a := n; b := n; END$x$;
COMMENT ON FUNCTION parts(int) IS 'Parts.';
GRANT EXECUTE ON FUNCTION parts(int) TO schema_dsl_cases_reader;
CREATE TABLE t (id int PRIMARY KEY, n int);
CREATE VIEW v AS SELECT t.id, p.size, o.b::text AS b FROM t, parts(t.id) AS p, out_of(t.n) AS o;
CREATE VIEW w AS SELECT id, sum(size) AS size FROM v GROUP BY id;
CREATE VIEW x AS SELECT * FROM ROWS FROM (parts(1), out_of(2)) WITH ORDINALITY AS r (p1, p2, a, b, o);
CREATE RULE r AS ON INSERT TO v DO INSTEAD INSERT INTO t SELECT p.id, p.size FROM parts(NEW.id) AS p;
CREATE MATERIALIZED VIEW m AS SELECT (parts(3)).size AS size;
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t FOR SELECT TO schema_dsl_cases_reader USING (EXISTS (SELECT FROM parts(t.id) AS q WHERE q.size > t.n));

-- b
CREATE FUNCTION parts(n int) RETURNS TABLE (id int, size bigint, more text) LANGUAGE sql STABLE AS $x$SELECT n, 1, 'x'::text$x$;
CREATE FUNCTION out_of(n int, OUT a int, OUT b text) LANGUAGE plpgsql STABLE AS $x$BEGIN a := n; b := n; END$x$;
COMMENT ON FUNCTION parts(int) IS 'Parts.';
GRANT EXECUTE ON FUNCTION parts(int) TO schema_dsl_cases_reader;
CREATE TABLE t (id int PRIMARY KEY, n int);
CREATE VIEW v AS SELECT t.id, p.size, o.b::text AS b FROM t, parts(t.id) AS p, out_of(t.n) AS o;
CREATE VIEW w AS SELECT id, sum(size) AS size FROM v GROUP BY id;
CREATE VIEW x AS SELECT * FROM ROWS FROM (parts(1), out_of(2)) WITH ORDINALITY AS r (p1, p2, p3, a, b, o);
CREATE RULE r AS ON INSERT TO v DO INSTEAD INSERT INTO t SELECT p.id, p.size FROM parts(NEW.id) AS p;
CREATE MATERIALIZED VIEW m AS SELECT (parts(3)).size AS size;
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t FOR SELECT TO schema_dsl_cases_reader USING (EXISTS (SELECT FROM parts(t.id) AS q WHERE q.size > t.n));

-- rows
INSERT INTO t VALUES (1, 2), (2, 3);
