-- a
CREATE COLLATION bytes (PROVIDER = libc, LOCALE = 'C');
CREATE COLLATION c (PROVIDER = libc, LOCALE = 'POSIX');
COMMENT ON COLLATION c IS 'By bytes.';
CREATE DOMAIN name AS text COLLATE c CHECK (VALUE < 'z');
CREATE TYPE names AS RANGE (SUBTYPE = text, COLLATION = c);
CREATE TYPE pair AS (a text, b int);
CREATE TABLE t (id int, a text COLLATE c NOT NULL, n name, r names, p pair, low text COLLATE c GENERATED ALWAYS AS (lower(a)) STORED, CONSTRAINT big CHECK (a > 'A' COLLATE c));
CREATE UNIQUE INDEX by_a ON t (a COLLATE c DESC, lower(n::text) COLLATE c);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t FOR SELECT TO schema_dsl_cases_reader USING (a < current_user::text COLLATE c);
CREATE VIEW v AS SELECT a, n, max(id::text COLLATE c) AS m FROM t GROUP BY a, n ORDER BY a COLLATE c;
CREATE FUNCTION sorted() RETURNS SETOF text LANGUAGE sql STABLE BEGIN ATOMIC SELECT v.a FROM v ORDER BY v.a COLLATE c; END;

-- b
CREATE COLLATION bytes (PROVIDER = libc, LOCALE = 'C');
CREATE DOMAIN name AS text COLLATE bytes CHECK (VALUE < 'z');
CREATE TYPE names AS RANGE (SUBTYPE = text, COLLATION = bytes);
CREATE TYPE pair AS (a text, b int);
CREATE TABLE t (id int, a text COLLATE bytes NOT NULL, n name, r names, p pair, low text COLLATE bytes GENERATED ALWAYS AS (lower(a)) STORED, CONSTRAINT big CHECK (a > 'A' COLLATE bytes));
CREATE UNIQUE INDEX by_a ON t (a COLLATE bytes DESC, lower(n::text) COLLATE bytes);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t FOR SELECT TO schema_dsl_cases_reader USING (a < current_user::text COLLATE bytes);
CREATE VIEW v AS SELECT a, n, max(id::text COLLATE bytes) AS m FROM t GROUP BY a, n ORDER BY a COLLATE bytes;
CREATE FUNCTION sorted() RETURNS SETOF text LANGUAGE sql STABLE BEGIN ATOMIC SELECT v.a FROM v ORDER BY v.a COLLATE bytes; END;

-- rows
INSERT INTO t VALUES (1, 'b', 'c', '[a,c)', ROW('x', 1));
