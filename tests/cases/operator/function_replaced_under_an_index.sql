-- a
CREATE FUNCTION apart(a int, b int) RETURNS int LANGUAGE sql IMMUTABLE AS $x$SELECT abs(a - b)::int$x$;
CREATE OPERATOR <-> (LEFTARG = int, RIGHTARG = int, FUNCTION = apart, COMMUTATOR = <->);
COMMENT ON OPERATOR <->(int, int) IS 'How far.';
CREATE TABLE t (id int PRIMARY KEY, n int, far bigint GENERATED ALWAYS AS (id <-> n) STORED, CONSTRAINT near CHECK ((id <-> n) < 1000));
CREATE INDEX by_distance ON t ((id <-> n)) WHERE (id <-> n) > 1;
COMMENT ON INDEX by_distance IS 'Far ones.';
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t FOR SELECT TO schema_dsl_cases_reader USING ((id <-> n) < 5);
CREATE VIEW v AS SELECT id <-> n AS distance FROM t ORDER BY id <-> n;
CREATE STATISTICS s ON (id <-> n), id FROM t;

-- b
CREATE FUNCTION apart(a int, b int) RETURNS bigint LANGUAGE sql IMMUTABLE AS $x$SELECT abs(a - b)::bigint$x$;
CREATE OPERATOR <-> (LEFTARG = int, RIGHTARG = int, FUNCTION = apart, COMMUTATOR = <->);
COMMENT ON OPERATOR <->(int, int) IS 'How far.';
CREATE TABLE t (id int PRIMARY KEY, n int, far bigint GENERATED ALWAYS AS (id <-> n) STORED, CONSTRAINT near CHECK ((id <-> n) < 1000));
CREATE INDEX by_distance ON t ((id <-> n)) WHERE (id <-> n) > 1;
COMMENT ON INDEX by_distance IS 'Far ones.';
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t FOR SELECT TO schema_dsl_cases_reader USING ((id <-> n) < 5);
CREATE VIEW v AS SELECT id <-> n AS distance FROM t ORDER BY id <-> n;
CREATE STATISTICS s ON (id <-> n), id FROM t;

-- rows
INSERT INTO t VALUES (1, 4), (2, NULL);
