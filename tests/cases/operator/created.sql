-- a
CREATE FUNCTION same(int, int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 = $2';
CREATE TABLE t (id int PRIMARY KEY, a int);

-- b
CREATE FUNCTION same(int, int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 = $2';
CREATE FUNCTION other(int, int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 <> $2';
CREATE SCHEMA "S's";
CREATE TYPE "S's"."m m" AS ENUM ('a');
CREATE FUNCTION "S's"."f f"("S's"."m m"[]) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT ''x''';
CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = same, COMMUTATOR = ===, NEGATOR = !==,
    RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR !== (LEFTARG = int, RIGHTARG = int, FUNCTION = other, COMMUTATOR = !==, NEGATOR = ===);
CREATE OPERATOR "S's".@#@ (RIGHTARG = "S's"."m m"[], FUNCTION = "S's"."f f");
COMMENT ON OPERATOR === (int, int) IS 'It''s $$ \ one.';
COMMENT ON OPERATOR "S's".@#@ (NONE, "S's"."m m"[]) IS 'Two.';
CREATE TABLE t (id int PRIMARY KEY, a int, CHECK (a OPERATOR(public.===) 1));
CREATE VIEW v AS SELECT id FROM t WHERE a OPERATOR(public.!==) 2;

-- rows
INSERT INTO t VALUES (1, 1);
