-- a
CREATE TYPE v2 AS (x int, y int);
CREATE FUNCTION v2_lt(a v2, b v2) RETURNS boolean LANGUAGE sql IMMUTABLE AS $x$SELECT a.x < b.x$x$;
CREATE FUNCTION v2_gt(a v2, b v2) RETURNS boolean LANGUAGE sql IMMUTABLE AS $x$SELECT a.x > b.x$x$;
CREATE FUNCTION v2_neg(a v2) RETURNS v2 LANGUAGE sql IMMUTABLE AS $x$SELECT (-a.x, -a.y)::v2$x$;
CREATE OPERATOR <<< (LEFTARG = v2, RIGHTARG = v2, FUNCTION = v2_lt, COMMUTATOR = >>>, RESTRICT = scalarltsel);
CREATE OPERATOR >>> (LEFTARG = v2, RIGHTARG = v2, FUNCTION = v2_gt, COMMUTATOR = <<<);
CREATE OPERATOR - (RIGHTARG = v2, FUNCTION = v2_neg);
COMMENT ON OPERATOR -(NONE, v2) IS 'Turns around.';
CREATE TABLE t (id int PRIMARY KEY, p v2, q v2, CONSTRAINT apart CHECK (p <<< q OR p IS NULL));
CREATE INDEX apart ON t ((p >>> q)) WHERE p <<< q;
CREATE VIEW v AS SELECT - p AS back, p <<< - q AS less FROM t;
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t FOR SELECT TO schema_dsl_cases_reader USING (- p >>> q);

-- b
CREATE TYPE v2 AS (x bigint, y bigint);
CREATE FUNCTION v2_lt(a v2, b v2) RETURNS boolean LANGUAGE sql IMMUTABLE AS $x$SELECT a.x < b.x$x$;
CREATE FUNCTION v2_gt(a v2, b v2) RETURNS boolean LANGUAGE sql IMMUTABLE AS $x$SELECT a.x > b.x$x$;
CREATE FUNCTION v2_neg(a v2) RETURNS v2 LANGUAGE sql IMMUTABLE AS $x$SELECT (-a.x, -a.y)::v2$x$;
CREATE OPERATOR <<< (LEFTARG = v2, RIGHTARG = v2, FUNCTION = v2_lt, COMMUTATOR = >>>, RESTRICT = scalarltsel);
CREATE OPERATOR >>> (LEFTARG = v2, RIGHTARG = v2, FUNCTION = v2_gt, COMMUTATOR = <<<);
CREATE OPERATOR - (RIGHTARG = v2, FUNCTION = v2_neg);
COMMENT ON OPERATOR -(NONE, v2) IS 'Turns around.';
CREATE TABLE t (id int PRIMARY KEY, p v2, q v2, CONSTRAINT apart CHECK (p <<< q OR p IS NULL));
CREATE INDEX apart ON t ((p >>> q)) WHERE p <<< q;
CREATE VIEW v AS SELECT - p AS back, p <<< - q AS less FROM t;
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY p ON t FOR SELECT TO schema_dsl_cases_reader USING (- p >>> q);

-- rows
INSERT INTO t VALUES (1, '(1,2)', '(2,3)'), (2, NULL, '(0,0)');
