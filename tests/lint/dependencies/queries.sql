-- Columns that are not grouped
SELECT a, count(*) FROM t; -- refused
SELECT a, count(*) FROM t GROUP BY a;
SELECT a, b FROM t GROUP BY a; -- refused
SELECT id, a, b FROM t GROUP BY id;
SELECT t.* FROM t GROUP BY id;
SELECT t.* FROM t GROUP BY a; -- refused
SELECT id, a FROM nokey GROUP BY id; -- refused
SELECT id, a FROM uniq GROUP BY id; -- refused
SELECT id, a FROM v GROUP BY id; -- refused
SELECT t.id, t.a, n.b FROM t JOIN nokey n ON n.id = t.id GROUP BY t.id; -- refused
SELECT t.id, t.a, count(n.b) FROM t LEFT JOIN nokey n ON n.id = t.id GROUP BY t.id;
SELECT x.id, x.a, count(*) FROM t x GROUP BY x.id;
SELECT a + 1 FROM t GROUP BY a + 1;
SELECT a + 2 FROM t GROUP BY a + 1; -- refused
SELECT (a + 1) * 2 FROM t GROUP BY a + 1;
SELECT a + 1 AS n FROM t GROUP BY n;
SELECT a + 1, b FROM t GROUP BY 1; -- refused
SELECT a, b FROM t GROUP BY 1, 2;
SELECT lower(b), count(*) FROM t GROUP BY lower(b);
SELECT b, count(*) FROM t GROUP BY lower(b); -- refused
SELECT date_trunc('day', now()), count(*) FROM t;
SELECT count(*), max(a) FROM t HAVING count(*) > 1;
SELECT count(*) FROM t HAVING a > 1; -- refused
SELECT a FROM t GROUP BY a HAVING b = 'x'; -- refused
SELECT a FROM t GROUP BY a HAVING count(b) > 1;
SELECT a FROM t HAVING true; -- refused
SELECT a FROM t GROUP BY a ORDER BY b; -- refused
SELECT a FROM t GROUP BY a ORDER BY count(b);
SELECT count(*) FROM t ORDER BY a; -- refused
SELECT count(*) AS n FROM t ORDER BY n;
SELECT sum(a) OVER () FROM t;
SELECT sum(a) OVER (), count(*) FROM t; -- refused
SELECT sum(count(*)) OVER (), a FROM t GROUP BY a;
SELECT a, row_number() OVER (ORDER BY b) FROM t GROUP BY a; -- refused
SELECT a, rank() OVER (ORDER BY count(*)) FROM t GROUP BY a;
SELECT a, (SELECT count(*) FROM nokey n WHERE n.a = t.a) FROM t GROUP BY a;
SELECT a, (SELECT count(*) FROM nokey n WHERE n.b = t.b) FROM t GROUP BY a; -- refused
SELECT b, (SELECT count(*) FROM nokey n WHERE n.b = t.b) FROM t;
SELECT a, (SELECT max(t.c) FROM nokey n) FROM t GROUP BY a;
SELECT mysum(a), b FROM t; -- refused
SELECT total(a), b FROM t;
SELECT total(a), count(*) FROM t; -- refused
SELECT max(a), count(*) FILTER (WHERE b = 'x') FROM t;
SELECT a, count(*) FROM t GROUP BY ROLLUP (a);
SELECT b, count(*) FROM t GROUP BY ROLLUP (a); -- refused
SELECT a, b, count(*) FROM t GROUP BY GROUPING SETS ((a), (b), ());
SELECT a, b, c, count(*) FROM t GROUP BY CUBE (a, b); -- refused
-- Places of aggregate and window functions
SELECT count(*) FROM t WHERE count(*) > 1; -- refused
SELECT a FROM t WHERE max(a) > 1; -- refused
SELECT a FROM t WHERE a = (SELECT max(a) FROM t);
SELECT a FROM t WHERE a = (SELECT max(t.a)); -- refused
SELECT a FROM t JOIN nokey n USING (a) WHERE sum(n.id) > 1; -- refused
SELECT t.a FROM t JOIN nokey n ON count(*) = 1; -- refused
SELECT t.a FROM t JOIN nokey n ON n.id = t.id AND max(n.a) > 1; -- refused
SELECT a FROM t GROUP BY count(*); -- refused
SELECT max(a), a FROM t GROUP BY 1; -- refused
SELECT sum(max(a)) FROM t; -- refused
SELECT sum(a + max(c)) FROM t; -- refused
SELECT sum(row_number() OVER ()) FROM t; -- refused
SELECT a FROM t WHERE row_number() OVER (ORDER BY a) = 1; -- refused
SELECT a FROM t HAVING row_number() OVER () > 1; -- refused
SELECT a FROM t GROUP BY row_number() OVER (); -- refused
SELECT a FROM t ORDER BY row_number() OVER (ORDER BY b);
SELECT a FROM (SELECT a, row_number() OVER () AS n FROM t) x WHERE n = 1;
SELECT t.a FROM t JOIN nokey n ON row_number() OVER () = 1; -- refused
SELECT row_number() FROM t; -- refused
SELECT a FROM t LIMIT count(*); -- refused
UPDATE t SET a = max(c); -- refused
UPDATE t SET a = (SELECT max(c) FROM t);
UPDATE t SET a = 1 WHERE count(*) > 1; -- refused
UPDATE t SET a = row_number() OVER (); -- refused
DELETE FROM t WHERE a = max(a); -- refused
DELETE FROM t WHERE a < (SELECT max(a) FROM t);
INSERT INTO t (id, a) VALUES (1, count(*)); -- refused
INSERT INTO t (id, a) SELECT id, count(*) FROM nokey; -- refused
INSERT INTO t (id, a) SELECT id, count(*) FROM nokey GROUP BY id;
INSERT INTO t (id) VALUES (1) RETURNING count(*); -- refused
DELETE FROM t RETURNING max(id); -- refused
CREATE TABLE x (a int CHECK (max(a) > 1)); -- refused
CREATE TABLE x (a int, CHECK (sum(a) > 1)); -- refused
CREATE TABLE x (a int DEFAULT count(*)); -- refused
CREATE TABLE x (a int, b int GENERATED ALWAYS AS (max(a)) STORED); -- refused
CREATE TABLE x (a int CHECK (row_number() OVER () > 1)); -- refused
ALTER TABLE t ADD CHECK (count(*) < 5); -- refused
ALTER TABLE t ADD CONSTRAINT k CHECK (rank() OVER (ORDER BY a) < 5); -- refused
ALTER TABLE t ADD CHECK (generate_series(1, 2) > 1); -- refused
CREATE INDEX ON t (max(a)); -- refused
CREATE INDEX ON t (a) WHERE count(*) > 1; -- refused
CREATE INDEX ON t ((row_number() OVER ())); -- refused
CREATE POLICY p ON t USING (count(*) > 1); -- refused
CREATE POLICY p ON t USING (a = (SELECT max(a) FROM nokey));
CREATE POLICY p ON t WITH CHECK (max(a) = 1); -- refused
CREATE POLICY p ON t USING (row_number() OVER () = 1); -- refused
CREATE VIEW w AS SELECT a, b FROM t GROUP BY a; -- refused
CREATE VIEW w AS SELECT a, count(*) AS n FROM t GROUP BY a;
CREATE VIEW w AS SELECT id, a, b, count(*) AS n FROM t GROUP BY id;
CREATE MATERIALIZED VIEW w AS SELECT a, max(b) AS n FROM t; -- refused
CREATE TABLE x AS SELECT a, max(b) AS n FROM t; -- refused
CREATE FUNCTION f() RETURNS TABLE (a int, n bigint) LANGUAGE sql AS $$ SELECT a, count(*) FROM t $$; -- refused
CREATE FUNCTION f() RETURNS TABLE (a int, n bigint) LANGUAGE sql AS $$ SELECT a, count(*) FROM t GROUP BY a $$;
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM b, count(*) FROM t; END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM b, count(*) FROM t GROUP BY b; END $$; SELECT f();
CREATE FUNCTION f(x int) RETURNS void LANGUAGE plpgsql AS $$ DECLARE y int := 1; BEGIN PERFORM x, y, count(*) FROM t; END $$; SELECT f(1);
CREATE TRIGGER tr AFTER UPDATE ON t FOR EACH ROW WHEN (max(NEW.a) > 1) EXECUTE FUNCTION suppress_redundant_updates_trigger(); -- refused
-- DISTINCT, set operations, WITH and locks
SELECT DISTINCT a FROM t ORDER BY b; -- refused
SELECT DISTINCT a FROM t ORDER BY a;
SELECT DISTINCT a FROM t ORDER BY 1;
SELECT DISTINCT a AS x FROM t ORDER BY x;
SELECT DISTINCT a AS x FROM t ORDER BY a;
SELECT DISTINCT a FROM t ORDER BY t.a;
SELECT DISTINCT a + 1 FROM t ORDER BY a + 1;
SELECT DISTINCT a + 1 FROM t ORDER BY a; -- refused
SELECT DISTINCT lower(b) FROM t ORDER BY lower(b) DESC;
SELECT DISTINCT lower(b) FROM t ORDER BY b; -- refused
SELECT DISTINCT * FROM t ORDER BY b;
SELECT DISTINCT t.* FROM t ORDER BY b, a;
SELECT DISTINCT t.* FROM t JOIN nokey n USING (id) ORDER BY n.b; -- refused
SELECT DISTINCT ON (a) a, b FROM t ORDER BY a, b;
SELECT DISTINCT ON (a) a, b FROM t ORDER BY b; -- refused
SELECT DISTINCT ON (a) a, b FROM t ORDER BY b, a; -- refused
SELECT DISTINCT ON (a, b) * FROM t ORDER BY b, a, c DESC;
SELECT DISTINCT ON (a) b FROM t;
SELECT DISTINCT ON (1) a, b FROM t ORDER BY a DESC;
SELECT DISTINCT ON (lower(b)) a FROM t ORDER BY lower(b), a;
SELECT DISTINCT ON (lower(b)) a FROM t ORDER BY b, a; -- refused
SELECT DISTINCT a FROM t ORDER BY random(); -- refused
SELECT string_agg(DISTINCT b, ',' ORDER BY b) FROM t;
SELECT string_agg(DISTINCT b, ',' ORDER BY a) FROM t; -- refused
SELECT array_agg(DISTINCT a ORDER BY a) FROM t;
SELECT array_agg(DISTINCT a ORDER BY b) FROM t; -- refused
WITH x AS (INSERT INTO t (id) VALUES (1)) SELECT * FROM x; -- refused
WITH x AS (INSERT INTO t (id) VALUES (1) RETURNING id) SELECT * FROM x;
WITH x AS (UPDATE t SET a = 1) SELECT 1;
WITH x AS (DELETE FROM t) INSERT INTO nokey SELECT id FROM x; -- refused
WITH x AS (DELETE FROM t RETURNING id) INSERT INTO nokey SELECT id FROM x;
SELECT a FROM t UNION SELECT b FROM t; -- refused
SELECT a FROM t UNION SELECT a, b FROM t; -- refused
SELECT a FROM t UNION SELECT c FROM t ORDER BY a;
SELECT a FROM t UNION SELECT c FROM t ORDER BY c; -- refused
SELECT a FROM t UNION SELECT c FROM t ORDER BY a + 1; -- refused
SELECT a FROM t FOR UPDATE;
SELECT count(*) FROM t FOR UPDATE; -- refused
SELECT DISTINCT a FROM t FOR UPDATE; -- refused
SELECT a FROM t GROUP BY a FOR UPDATE; -- refused
SELECT a FROM t UNION SELECT 1 FOR UPDATE; -- refused
SELECT a FROM t FOR UPDATE OF x; -- refused
SELECT x.a FROM t x FOR UPDATE OF x SKIP LOCKED;
