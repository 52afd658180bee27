-- a
CREATE TYPE kind AS ENUM ('a', 'b');
CREATE TABLE t (id int PRIMARY KEY, k kind NOT NULL DEFAULT 'a', ks kind[] NOT NULL DEFAULT '{}', CONSTRAINT allowed CHECK (k IN ('a', 'b')), code int GENERATED ALWAYS AS (CASE WHEN k = 'a' THEN 1 ELSE 2 END) STORED);
CREATE INDEX by_k ON t (k) INCLUDE (id) WHERE k <> 'b';
CREATE INDEX by_ks ON t USING gin (ks);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t FOR SELECT TO schema_dsl_cases_reader USING (k = 'a');
CREATE FUNCTION of_kind(k kind) RETURNS SETOF t LANGUAGE sql STABLE AS $x$SELECT * FROM t WHERE t.k = $1$x$;
CREATE VIEW v AS SELECT id, k, o.code FROM t, of_kind(t.k) AS o (oid_, k2, ks2, code);
CREATE VIEW w AS SELECT k, count(*) FROM v GROUP BY k;
GRANT SELECT ON w TO schema_dsl_cases_reader;
CREATE MATERIALIZED VIEW m AS SELECT unnest(ks) AS k FROM t;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $x$BEGIN RETURN NEW; END$x$;
CREATE TRIGGER tr BEFORE UPDATE OF k ON t FOR EACH ROW WHEN (NEW.k = 'b' AND OLD.k <> NEW.k) EXECUTE FUNCTION touch();

-- b
CREATE TABLE t (id int PRIMARY KEY, k text NOT NULL DEFAULT 'a', ks text[] NOT NULL DEFAULT '{}', CONSTRAINT allowed CHECK (k IN ('a', 'b')), code int GENERATED ALWAYS AS (CASE WHEN k = 'a' THEN 1 ELSE 2 END) STORED);
CREATE INDEX by_k ON t (k) INCLUDE (id) WHERE k <> 'b';
CREATE INDEX by_ks ON t USING gin (ks);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t FOR SELECT TO schema_dsl_cases_reader USING (k = 'a');
CREATE FUNCTION of_kind(k text) RETURNS SETOF t LANGUAGE sql STABLE AS $x$SELECT * FROM t WHERE t.k = $1$x$;
CREATE VIEW v AS SELECT id, k, o.code FROM t, of_kind(t.k) AS o (oid_, k2, ks2, code);
CREATE VIEW w AS SELECT k, count(*) FROM v GROUP BY k;
GRANT SELECT ON w TO schema_dsl_cases_reader;
CREATE MATERIALIZED VIEW m AS SELECT unnest(ks) AS k FROM t;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $x$BEGIN RETURN NEW; END$x$;
CREATE TRIGGER tr BEFORE UPDATE OF k ON t FOR EACH ROW WHEN (NEW.k = 'b' AND OLD.k <> NEW.k) EXECUTE FUNCTION touch();

-- rows
INSERT INTO t VALUES (1, 'a', '{a,b}'), (2, 'b', '{}');
