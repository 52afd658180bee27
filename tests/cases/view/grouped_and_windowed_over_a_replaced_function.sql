-- a
CREATE FUNCTION bucket(n int) RETURNS int LANGUAGE sql IMMUTABLE AS $x$SELECT (n / 10)::int$x$;
CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL, at date);
CREATE VIEW a AS SELECT bucket(n) AS b, count(*) FILTER (WHERE bucket(n) > 0) AS c, array_agg(n ORDER BY bucket(n)) AS ns FROM t GROUP BY bucket(n) HAVING bucket(min(n)) >= 0;
CREATE VIEW b AS WITH x AS MATERIALIZED (SELECT b, c FROM a), y AS (SELECT b, rank() OVER w AS r FROM x WINDOW w AS (PARTITION BY b ORDER BY c DESC)) SELECT DISTINCT ON (b) b, r FROM y ORDER BY b, r DESC;
CREATE VIEW c AS SELECT b.b, s.n FROM b CROSS JOIN LATERAL (SELECT n FROM t WHERE bucket(t.n) = b.b ORDER BY n LIMIT 1) AS s EXCEPT SELECT b.r, t.id FROM b, t;
CREATE VIEW d AS SELECT * FROM c WHERE b = ANY (SELECT bucket(n) FROM t) FOR UPDATE;
CREATE VIEW e AS SELECT t.*, c.b FROM t NATURAL JOIN c;
GRANT SELECT ON e TO schema_dsl_cases_reader;

-- b
CREATE FUNCTION bucket(n int) RETURNS bigint LANGUAGE sql IMMUTABLE AS $x$SELECT (n / 10)::bigint$x$;
CREATE TABLE t (id int PRIMARY KEY, n int NOT NULL, at date);
CREATE VIEW a AS SELECT bucket(n) AS b, count(*) FILTER (WHERE bucket(n) > 0) AS c, array_agg(n ORDER BY bucket(n)) AS ns FROM t GROUP BY bucket(n) HAVING bucket(min(n)) >= 0;
CREATE VIEW b AS WITH x AS MATERIALIZED (SELECT b, c FROM a), y AS (SELECT b, rank() OVER w AS r FROM x WINDOW w AS (PARTITION BY b ORDER BY c DESC)) SELECT DISTINCT ON (b) b, r FROM y ORDER BY b, r DESC;
CREATE VIEW c AS SELECT b.b, s.n FROM b CROSS JOIN LATERAL (SELECT n FROM t WHERE bucket(t.n) = b.b ORDER BY n LIMIT 1) AS s EXCEPT SELECT b.r, t.id FROM b, t;
CREATE VIEW d AS SELECT * FROM c WHERE b = ANY (SELECT bucket(n) FROM t) FOR UPDATE;
CREATE VIEW e AS SELECT t.*, c.b FROM t NATURAL JOIN c;
GRANT SELECT ON e TO schema_dsl_cases_reader;

-- rows
INSERT INTO t VALUES (1, 5, NULL), (2, 15, '2026-01-01');
