-- Routines
CALL pr(1);
CALL prr(1); -- refused
CALL pr('x', 1); -- refused
CALL pr(); -- refused
CALL one(1); -- refused
CALL pr2(3);
CALL pr2(); -- refused
SELECT pr(1); -- refused
SELECT nofunc(1); -- refused
SELECT one('x'::text); -- refused
DO $$ BEGIN CALL pr(1); END $$;
DO $$ BEGIN CALL prr(1); END $$; -- refused
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN CALL pr(1); END $$; SELECT f();
DROP FUNCTION one;
DROP FUNCTION one(int);
DROP FUNCTION one(text); -- refused
DROP FUNCTION one();  -- refused
DROP FUNCTION two; -- refused
DROP FUNCTION two(int);
DROP FUNCTION two(int); DROP FUNCTION two;
DROP FUNCTION nofunc; -- refused
DROP FUNCTION nofunc(int); -- refused
DROP FUNCTION IF EXISTS nofunc;
DROP FUNCTION IF EXISTS two; -- refused
DROP FUNCTION IF EXISTS one(text);
DROP FUNCTION pr(int); -- refused
DROP FUNCTION pr; -- refused
DROP PROCEDURE pr(int);
DROP PROCEDURE pr;
DROP PROCEDURE one(int); -- refused
DROP PROCEDURE pr2(int);
DROP PROCEDURE pr2;
DROP PROCEDURE nopr; -- refused
DROP ROUTINE pr;
DROP ROUTINE one;
DROP ROUTINE two; -- refused
DROP ROUTINE nor; -- refused
DROP AGGREGATE agg(int);
DROP AGGREGATE agg(text); -- refused
DROP AGGREGATE one(int); -- refused
DROP FUNCTION agg(int); -- refused
DROP FUNCTION one(mood); -- refused
DROP FUNCTION one(nosuch); -- refused
ALTER FUNCTION one(int) RENAME TO uno;
ALTER FUNCTION one(text) RENAME TO uno; -- refused
ALTER FUNCTION one RENAME TO uno;
ALTER FUNCTION two RENAME TO uno; -- refused
ALTER FUNCTION two(int) STABLE;
ALTER FUNCTION two STABLE; -- refused
ALTER FUNCTION nofunc(int) STABLE; -- refused
ALTER FUNCTION nofunc(int) OWNER TO CURRENT_USER; -- refused
ALTER FUNCTION nofunc(int) SET SCHEMA public; -- refused
ALTER PROCEDURE one(int) OWNER TO CURRENT_USER; -- refused
COMMENT ON FUNCTION one(int) IS 'x';
COMMENT ON FUNCTION one(text) IS 'x'; -- refused
COMMENT ON FUNCTION one IS 'x';
COMMENT ON FUNCTION two IS 'x'; -- refused
COMMENT ON PROCEDURE pr IS 'x';
COMMENT ON PROCEDURE one IS 'x'; -- refused
GRANT EXECUTE ON FUNCTION one(int) TO CURRENT_USER;
GRANT EXECUTE ON FUNCTION one(text) TO CURRENT_USER; -- refused
GRANT EXECUTE ON FUNCTION two TO CURRENT_USER; -- refused
REVOKE EXECUTE ON FUNCTION nofunc FROM PUBLIC; -- refused
REVOKE EXECUTE ON PROCEDURE pr FROM PUBLIC;
REVOKE EXECUTE ON PROCEDURE one FROM PUBLIC; -- refused
REVOKE EXECUTE ON ROUTINE one FROM PUBLIC;
-- Sequences
CREATE SEQUENCE s MINVALUE 10 START 5; -- refused
CREATE SEQUENCE s MAXVALUE 10 START 15; -- refused
CREATE SEQUENCE s MINVALUE 10 MAXVALUE 5; -- refused
CREATE SEQUENCE s INCREMENT 0; -- refused
CREATE SEQUENCE s CACHE 0; -- refused
CREATE SEQUENCE s AS smallint MAXVALUE 100000; -- refused
CREATE SEQUENCE s AS smallint;
CREATE SEQUENCE s AS smallint START 40000; -- refused
CREATE SEQUENCE s AS int MINVALUE -5000000000; -- refused
CREATE SEQUENCE s AS text; -- refused
CREATE SEQUENCE s INCREMENT -1;
CREATE SEQUENCE s INCREMENT -1 START 5; -- refused
CREATE SEQUENCE s INCREMENT -1 START -5;
CREATE SEQUENCE s INCREMENT -1 MAXVALUE 10;
CREATE SEQUENCE s START 5 START 6; -- refused
CREATE SEQUENCE s MINVALUE 5;
CREATE SEQUENCE s MAXVALUE -5; -- refused
CREATE SEQUENCE s NO MINVALUE NO MAXVALUE START 100 CACHE 10 NO CYCLE;
CREATE SEQUENCE s START 0; -- refused
CREATE SEQUENCE s MINVALUE 0 START 0;
CREATE SEQUENCE s OWNED BY own.id;
CREATE SEQUENCE s OWNED BY own.idd; -- refused
CREATE SEQUENCE s OWNED BY v.id;
ALTER SEQUENCE sq INCREMENT 0; -- refused
ALTER SEQUENCE sq MINVALUE 10 START 10 RESTART 10;
ALTER SEQUENCE sq MAXVALUE 10 RESTART 20; -- refused
ALTER SEQUENCE sq AS smallint;
ALTER SEQUENCE usedd RESTART; -- refused
ALTER SEQUENCE IF EXISTS usedd RESTART;
CREATE TABLE x (a int GENERATED ALWAYS AS IDENTITY (INCREMENT 0)); -- refused
CREATE TABLE x (a int GENERATED ALWAYS AS IDENTITY (START 0)); -- refused
CREATE TABLE x (a int GENERATED ALWAYS AS IDENTITY (START WITH 3000000000)); -- refused
CREATE TABLE x (a smallint GENERATED ALWAYS AS IDENTITY (MAXVALUE 40000)); -- refused
CREATE TABLE x (a bigint GENERATED ALWAYS AS IDENTITY (START 1000 INCREMENT 10));
CREATE TABLE x (a bigint GENERATED ALWAYS AS IDENTITY (MINVALUE 10 START 1)); -- refused
DROP SEQUENCE used; -- refused
DROP SEQUENCE sq;
ALTER TABLE t ALTER COLUMN n DROP DEFAULT; DROP SEQUENCE used;
DROP FUNCTION dflt(); -- refused
ALTER TABLE t ALTER COLUMN m DROP DEFAULT; DROP FUNCTION dflt();
SELECT nextval('usedd'); -- refused
SELECT nextval('sq');
SELECT setval('own_id_seq', 5);
ALTER TABLE t ALTER COLUMN id SET DEFAULT nextval('usedd'); -- refused
CREATE TABLE x (a int DEFAULT nextval('usedd')); -- refused
CREATE TABLE x (a int DEFAULT nextval('sq'::regclass));
-- Access methods and operator classes
CREATE INDEX ON t USING gin (b); -- refused
CREATE INDEX ON t USING gin (tags);
CREATE INDEX ON t USING gin (js);
CREATE INDEX ON t USING gin (j); -- refused
CREATE INDEX ON t USING gin (id); -- refused
CREATE INDEX ON t USING gin (js jsonb_path_ops);
CREATE INDEX ON t USING gin (b gin_trgm_ops); -- refused
CREATE INDEX ON t USING gin (to_tsvector('english', b));
CREATE INDEX ON t USING gin (to_tsvector(b)); -- refused
CREATE INDEX ON t USING gist (b); -- refused
CREATE INDEX ON t USING gist (id); -- refused
CREATE INDEX ON t USING gist (pt);
CREATE INDEX ON t USING gist (r);
CREATE INDEX ON t USING gist (ip); -- refused
CREATE INDEX ON t USING gist (ip inet_ops);
CREATE INDEX ON t USING spgist (b);
CREATE INDEX ON t USING spgist (id); -- refused
CREATE INDEX ON t USING spgist (pt);
CREATE INDEX ON t USING brin (id);
CREATE INDEX ON t USING brin (js); -- refused
CREATE INDEX ON t USING brin (tags); -- refused
CREATE INDEX ON t USING brin (u);
CREATE INDEX ON t USING brin (pt); -- refused
CREATE INDEX ON t USING hash (j); -- refused
CREATE INDEX ON t USING hash (id, n); -- refused
CREATE INDEX ON t USING hash (js);
CREATE INDEX ON t (j); -- refused
CREATE INDEX ON t (pt); -- refused
CREATE INDEX ON t (x); -- refused
CREATE INDEX ON t (js);
CREATE INDEX ON t (tags);
CREATE INDEX ON t ((j ->> 'a'));
CREATE INDEX ON t ((j -> 'a')); -- refused
CREATE INDEX ON t (b text_pattern_ops);
CREATE INDEX ON t (id text_pattern_ops); -- refused
CREATE UNIQUE INDEX ON t USING gin (tags); -- refused
CREATE UNIQUE INDEX ON t USING hash (id); -- refused
CREATE INDEX ON t USING gin (tags) INCLUDE (id); -- refused
CREATE INDEX ON t USING gist (pt) INCLUDE (id);
CREATE INDEX ON t USING gin (tags DESC); -- refused
CREATE INDEX ON t USING btre (id); -- refused
ALTER TABLE t ADD UNIQUE (j); -- refused
ALTER TABLE t ADD UNIQUE (pt); -- refused
ALTER TABLE t ADD EXCLUDE USING gist (r WITH &&);
ALTER TABLE t ADD EXCLUDE (id WITH =);
ALTER TABLE t ADD EXCLUDE USING gin (tags WITH &&); -- refused
-- Kinds of relations
INSERT INTO mv VALUES (1, 'x'); -- refused
UPDATE mv SET id = 1; -- refused
DELETE FROM mv; -- refused
TRUNCATE mv; -- refused
TRUNCATE v; -- refused
CREATE TRIGGER tr BEFORE INSERT ON mv FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger(); -- refused
CREATE POLICY p ON mv USING (true); -- refused
ALTER TABLE mv ENABLE ROW LEVEL SECURITY; -- refused
ALTER TABLE mv ADD COLUMN c int; -- refused
ALTER TABLE v ADD COLUMN c int; -- refused
ALTER TABLE v ADD CHECK (id > 1); -- refused
CREATE INDEX ON mv (id);
CREATE INDEX ON v (id); -- refused
INSERT INTO sq VALUES (1); -- refused
INSERT INTO plain_view VALUES (1, 2);
UPDATE plain_view SET room = 3;
INSERT INTO joined VALUES (1, 'x'); -- refused
DELETE FROM joined; -- refused
INSERT INTO distinct_rooms VALUES (1); -- refused
INSERT INTO by_trigger VALUES (1);
INSERT INTO by_rule VALUES (1);
TRUNCATE roomy;
TRUNCATE plain_view; -- refused
TRUNCATE t, mv; -- refused
CREATE POLICY p ON plain_view USING (true); -- refused
CREATE POLICY p ON roomy USING (true);
ALTER TABLE plain_view ENABLE ROW LEVEL SECURITY; -- refused
ALTER TABLE plain_view ALTER COLUMN room SET DEFAULT 1;
ALTER TABLE sq ADD COLUMN c int; -- refused
CREATE TRIGGER t1 INSTEAD OF UPDATE ON plain_view FOR EACH ROW EXECUTE FUNCTION instead();
CREATE INDEX ON roomy (kind);
CREATE INDEX ON roomy USING gin (kind); -- refused
CREATE INDEX ON roomy USING gin (names);
CREATE INDEX ON roomy USING gist (during);
CREATE INDEX ON roomy USING gist (room, during); -- refused
CREATE INDEX ON roomy USING brin (during);
CREATE INDEX ON roomy USING brin (ok); -- refused
CREATE INDEX ON roomy (place); -- refused
CREATE INDEX ON roomy USING gist (place);
CREATE INDEX ON roomy USING brin (place);
CREATE INDEX ON roomy (price, ok, mail, address, part, doc);
CREATE INDEX ON roomy USING hash (mail);
CREATE INDEX ON roomy USING hash (address);
CREATE INDEX ON roomy USING hash (part); -- refused
CREATE INDEX ON roomy USING gin (doc);
CREATE INDEX ON roomy USING gin (mail); -- refused
CREATE INDEX ON roomy (mail varchar_pattern_ops);
CREATE INDEX ON roomy USING spgist (address);
CREATE INDEX ON roomy USING gist ((ARRAY[room])); -- refused
CREATE INDEX ON roomy ((id::regclass));
CREATE INDEX ON roomy ((roomy));
CREATE INDEX ON roomy (room DESC NULLS LAST) INCLUDE (ok);
CREATE TABLE x (id json PRIMARY KEY); -- refused
CREATE TABLE x (id point UNIQUE); -- refused
CREATE TABLE x (id int, EXCLUDE USING gist (id WITH =)); -- refused
CREATE TABLE x (a json) PARTITION BY RANGE (a); -- refused
CREATE TABLE x (a box) PARTITION BY LIST (a); -- refused
CREATE TABLE x (a text) PARTITION BY HASH (a);
CREATE TABLE x (a bit(3)) PARTITION BY HASH (a); -- refused
CREATE TABLE x (a int) PARTITION BY RANGE ((random())); -- refused
CREATE TABLE x (a int) PARTITION BY RANGE ((a + 1));
CREATE EXTENSION btree_gist; CREATE INDEX ON roomy USING gist (room, during);
CREATE EXTENSION btree_gin; CREATE INDEX ON roomy USING gin (room, names);
CREATE EXTENSION pg_trgm; CREATE INDEX ON roomy USING gin (mail gin_trgm_ops);
CREATE OPERATOR CLASS odd DEFAULT FOR TYPE json USING hash AS STORAGE json; CREATE INDEX ON t USING hash (j);
-- Types
CREATE TABLE x (a nosuch); -- refused
CREATE TABLE x (a nosuch[]); -- refused
CREATE TABLE x (a mood);
CREATE TABLE x (a money, b oid, c regclass, d "char", e int2vector, f pg_lsn, g txid_snapshot, h tsvector, i bit varying(3), k time with time zone, l interval year to month, m double precision);
CREATE TABLE x (a public.nosuch); -- refused
CREATE FUNCTION f(a nosuch) RETURNS int LANGUAGE sql AS 'SELECT 1'; -- refused
CREATE FUNCTION f() RETURNS nosuch LANGUAGE sql AS 'SELECT 1'; -- refused
CREATE FUNCTION f() RETURNS SETOF nosuch LANGUAGE sql AS 'SELECT 1'; -- refused
CREATE FUNCTION f() RETURNS SETOF t LANGUAGE sql AS 'SELECT * FROM t';
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ DECLARE x t; y t%ROWTYPE; z t.id%TYPE; BEGIN RETURN 1; END $$;
CREATE FUNCTION f(a t.id%TYPE) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE DOMAIN d AS nosuch; -- refused
CREATE TYPE c AS (a nosuch); -- refused
ALTER TABLE t ADD COLUMN c nosuch; -- refused
SELECT 'a'::nosuch; -- refused
SELECT CAST(NULL AS nosuch); -- refused
SELECT b::mood FROM t;
ALTER TYPE nosuch ADD VALUE 'x'; -- refused
ALTER TYPE nosuch RENAME TO y; -- refused
DROP TYPE nosuch; -- refused
DROP TYPE IF EXISTS nosuch;
CREATE FUNCTION shell_in(cstring) RETURNS shell LANGUAGE internal STRICT IMMUTABLE AS 'textin';
CREATE FUNCTION shell_in(cstring) RETURNS shell LANGUAGE internal STRICT IMMUTABLE AS 'textin'; CREATE FUNCTION shell_out(shell) RETURNS cstring LANGUAGE internal STRICT IMMUTABLE AS 'textout';
