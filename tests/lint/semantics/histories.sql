-- Histories. A server rejects the statements with a rule in a comment at the end, and accepts the others.

-- DROP TABLE drops partitions, indexes and dependents
CREATE TABLE t (a int, b text) PARTITION BY LIST (a);
CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1) PARTITION BY LIST (b);
CREATE TABLE t11 PARTITION OF t1 FOR VALUES IN ('x');
CREATE INDEX t11_a ON t11 (a);
CREATE TABLE t2 (a int, b text);
ALTER TABLE t ATTACH PARTITION t2 FOR VALUES IN (2);
DROP TABLE t;
CREATE TABLE t11 (a int);
CREATE INDEX t11_a ON t11 (a);
CREATE TABLE t1 (a int);
SELECT a FROM t2; -- unknown-relation
CREATE TABLE t2 (a int) PARTITION BY LIST (a);
CREATE TABLE t3 PARTITION OF t2 FOR VALUES IN (3);
ALTER TABLE t2 DETACH PARTITION t3;
DROP TABLE t2;
CREATE TABLE t3 (a int); -- duplicate-name
CREATE TABLE parent (a int);
CREATE TABLE child (b int) INHERITS (parent);
DROP TABLE parent CASCADE;
CREATE TABLE child (b int);

-- DROP COLUMN on a parent drops inherited columns without another definition
CREATE TABLE p1 (f1 int, g int, h int);
CREATE TABLE p2 (f1 int);
CREATE TABLE c1 (f1 int, x int) INHERITS (p1);
CREATE TABLE c2 () INHERITS (p1, p2);
CREATE TABLE c3 () INHERITS (c1);
ALTER TABLE p1 DROP COLUMN f1;
SELECT c3.f1 FROM c3;
SELECT c1.f1, c2.f1 FROM c1, c2;
ALTER TABLE p1 RENAME COLUMN g TO gg;
SELECT gg FROM c3;
SELECT g FROM c3; -- unknown-column:gg
ALTER TABLE ONLY p1 DROP COLUMN gg;
SELECT gg FROM c1;
ALTER TABLE p1 DROP COLUMN h;
SELECT h FROM c3; -- unknown-column
ALTER TABLE p1 ADD COLUMN i int;
SELECT i FROM c3;
ALTER TABLE c2 RENAME TO c4;
ALTER TABLE p1 ADD COLUMN j int;
SELECT j FROM c4;

-- ALTER TABLE renames indexes, and renaming an index renames its constraint
CREATE TABLE t (a int CONSTRAINT u UNIQUE, b int);
CREATE INDEX i ON t (b);
ALTER TABLE i RENAME TO j;
ALTER INDEX j RENAME TO k;
DROP INDEX k;
ALTER INDEX u RENAME TO v;
ALTER TABLE t DROP CONSTRAINT u; -- unknown-constraint
ALTER TABLE t DROP CONSTRAINT v;
ALTER TABLE t ADD CONSTRAINT u UNIQUE (b);
ALTER INDEX u RENAME TO w;
ALTER TABLE t DROP CONSTRAINT w;
ALTER INDEX t RENAME TO tt;
SELECT a FROM tt;
ALTER TABLE IF EXISTS nowhere ADD COLUMN x int;
CREATE TABLE numbered (id serial, n int GENERATED ALWAYS AS IDENTITY);
ALTER TABLE numbered_id_seq RENAME TO numbers;
DROP TABLE numbered;

-- Temporary tables and functions
CREATE TEMP TABLE t (a int);
CREATE INDEX i ON t (a);
DROP INDEX i;
CREATE INDEX i ON t (a);
CREATE FUNCTION f(r t) RETURNS int LANGUAGE sql AS $$ SELECT (r).a $$;
CREATE FUNCTION g(r t) RETURNS int LANGUAGE sql AS $$ SELECT (r).b $$; -- unknown-column
BEGIN;
CREATE TEMP TABLE short (a int) ON COMMIT DROP;
SELECT a FROM short;
COMMIT;
BEGIN;
CREATE TEMP TABLE short (b int) ON COMMIT DROP;
SELECT b FROM short;
COMMIT;
SELECT b FROM short; -- unknown-relation
BEGIN;
CREATE TEMP TABLE parent (a int) PARTITION BY LIST (a) ON COMMIT DROP;
CREATE TEMP TABLE part PARTITION OF parent FOR VALUES IN (1);
COMMIT;
CREATE TEMP TABLE part (b int);
EXPLAIN (ANALYZE, COSTS OFF) CREATE TABLE explained AS SELECT 1 AS a;
SELECT a FROM explained;

-- CREATE SCHEMA with schema elements
CREATE SCHEMA s CREATE TABLE t (a int, b int) CREATE VIEW v AS SELECT a FROM t CREATE INDEX i ON t (b);
SELECT a FROM s.v;
SELECT b FROM s.v; -- unknown-column
SELECT c FROM s.t; -- unknown-column
CREATE TABLE s.t (a int); -- duplicate-name
SET search_path TO s;
CREATE INDEX i ON t (a); -- duplicate-name
SELECT b FROM t;

-- ALTER TABLE with several commands
CREATE TABLE t (id int, a text, b int);
ALTER TABLE t ADD PRIMARY KEY (id), ADD COLUMN other int REFERENCES t;
ALTER TABLE t ALTER a TYPE int USING length(a), ALTER b TYPE text USING b * 2;
ALTER TABLE t ALTER a TYPE text USING a || b, DROP COLUMN b;
ALTER TABLE t ALTER a TYPE int USING b; -- unknown-column
CREATE TABLE parted (id int PRIMARY KEY) PARTITION BY LIST (id);
CREATE TABLE part PARTITION OF parted FOR VALUES IN (1);
CREATE TABLE refers (a int REFERENCES part, b int REFERENCES part (id));
GRANT SELECT (id, tableoid) ON t TO CURRENT_USER;
CREATE TYPE pair AS (a int, b int);
CREATE TABLE pairs OF pair;
DROP TYPE pair CASCADE;
CREATE TABLE pairs (c int);

-- Polymorphic functions, and column names of casts
CREATE FUNCTION least_of(VARIADIC anyarray) RETURNS anyelement LANGUAGE sql AS $$ SELECT min($1[i]) FROM generate_subscripts($1, 1) g(i) $$;
SELECT least_of(3, 1, 2), least_of(1.5, 2.5), least_of('a'::text);
SELECT least_of(3, 'x'::text); -- type-mismatch
CREATE FUNCTION same(VARIADIC anycompatiblearray) RETURNS anycompatible LANGUAGE sql AS $$ SELECT $1[1] $$;
SELECT same(1, 2.5), same(1, '2'), same('a'::text, 'b');
CREATE TYPE size AS ENUM ('s', 'm');
CREATE TABLE sizes AS SELECT 's'::text::size, 1::int8;
SELECT size, int8 FROM sizes;
SELECT text FROM sizes; -- unknown-column

-- ON CONFLICT requires a unique index on exactly its columns
CREATE TABLE t (a int PRIMARY KEY, b int, c int, UNIQUE (b, c));
INSERT INTO t VALUES (1) ON CONFLICT (a) DO NOTHING;
INSERT INTO t VALUES (2) ON CONFLICT (c, b) DO UPDATE SET a = 3;
INSERT INTO t VALUES (1) ON CONFLICT (b) DO NOTHING; -- conflict-target:Add a unique constraint
CREATE UNIQUE INDEX t_b ON t (b) WHERE c > 0;
INSERT INTO t VALUES (1) ON CONFLICT (b) DO NOTHING; -- conflict-target:partial
INSERT INTO t VALUES (3) ON CONFLICT (b) WHERE c > 0 DO NOTHING;
CREATE UNIQUE INDEX t_c ON t (c);
INSERT INTO t VALUES (4) ON CONFLICT (c) DO NOTHING;
CREATE TABLE p (a int PRIMARY KEY) PARTITION BY LIST (a);
CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
INSERT INTO p1 VALUES (1) ON CONFLICT (a) DO NOTHING;
CREATE TABLE likewise (LIKE t INCLUDING ALL);
INSERT INTO likewise VALUES (1) ON CONFLICT (a) DO NOTHING;

-- ALTER COLUMN TYPE
CREATE TABLE t (a text DEFAULT 'x', b int DEFAULT 0, c uuid, d text);
ALTER TABLE t ALTER b TYPE bigint, ALTER c TYPE text;
ALTER TABLE t ALTER d TYPE int; -- type-mismatch:USING
ALTER TABLE t ALTER d TYPE int USING d; -- type-mismatch
ALTER TABLE t ALTER d TYPE int USING d::int;
CREATE TYPE mood AS ENUM ('x', 'y');
ALTER TABLE t ALTER a TYPE mood USING a::mood; -- type-mismatch:Drop the default
ALTER TABLE t ALTER a DROP DEFAULT, ALTER a TYPE mood USING a::mood, ALTER a SET DEFAULT 'x';
ALTER TABLE t ALTER b TYPE boolean USING b > 0; -- type-mismatch:Drop the default
ALTER TABLE t ALTER a TYPE text;
BEGIN;
ALTER TABLE t ALTER c TYPE int USING 1;
ROLLBACK;
ALTER TABLE t ALTER c TYPE varchar(5);

-- Inheritance, LIKE and keys
CREATE TABLE a (LIKE nowhere); -- unknown-relation
CREATE TABLE a () INHERITS (nowhere); -- unknown-relation
CREATE TABLE a (x int) PARTITION BY RANGE (y); -- unknown-column
CREATE TABLE a (x int, y int) PARTITION BY RANGE (y);
CREATE TABLE a1 PARTITION OF nowhere FOR VALUES FROM (1) TO (2); -- unknown-relation
ALTER TABLE a ATTACH PARTITION nowhere FOR VALUES FROM (1) TO (2); -- unknown-relation
CREATE TABLE b (x int PRIMARY KEY, ctid int); -- duplicate-name
CREATE TABLE b (x int PRIMARY KEY, y int);
ALTER TABLE b ADD PRIMARY KEY (y); -- duplicate-name:b_pkey
ALTER TABLE b DROP CONSTRAINT b_pkey, ADD PRIMARY KEY (y);
CREATE TABLE c (x int, y int, FOREIGN KEY (x) REFERENCES b ON DELETE SET NULL (z)); -- unknown-column
CREATE SEQUENCE s OWNED BY b.z; -- unknown-column
CREATE SEQUENCE s OWNED BY b.x;
ALTER SEQUENCE s OWNED BY NONE;

-- CREATE OR REPLACE
CREATE TABLE t (a int, b text, c int);
CREATE VIEW v AS SELECT a, b FROM t;
CREATE OR REPLACE VIEW v AS SELECT a, b, c FROM t;
CREATE OR REPLACE VIEW v AS SELECT a, b FROM t; -- not-replaceable:DROP VIEW
CREATE OR REPLACE VIEW v AS SELECT b, a, c FROM t; -- not-replaceable
CREATE OR REPLACE VIEW v (a, b, d) AS SELECT a, b, c FROM t; -- not-replaceable
CREATE OR REPLACE VIEW v AS SELECT a, b, c::int8 FROM t; -- not-replaceable
CREATE OR REPLACE VIEW w (a, b) AS SELECT a FROM t; -- wrong-column-count
CREATE TABLE w (a, b) AS SELECT a FROM t; -- wrong-column-count
CREATE FUNCTION f(x int, y int DEFAULT 1) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE OR REPLACE FUNCTION f(x int, y int DEFAULT 2) RETURNS int LANGUAGE sql AS 'SELECT 2';
CREATE OR REPLACE FUNCTION f(x int, y int DEFAULT 1) RETURNS int8 LANGUAGE sql AS 'SELECT 1'; -- not-replaceable:f(integer, integer)
CREATE OR REPLACE FUNCTION f(x int, z int DEFAULT 1) RETURNS int LANGUAGE sql AS 'SELECT 1'; -- not-replaceable
CREATE OR REPLACE FUNCTION f(x int, y int) RETURNS int LANGUAGE sql AS 'SELECT 1'; -- not-replaceable
CREATE OR REPLACE PROCEDURE f(x int, y int DEFAULT 1) LANGUAGE sql AS 'SELECT 1'; -- not-replaceable
CREATE OR REPLACE FUNCTION f(x int) RETURNS int8 LANGUAGE sql AS 'SELECT 1::int8';
CREATE FUNCTION g(INOUT x int) LANGUAGE sql AS 'SELECT 1';
CREATE OR REPLACE FUNCTION g(IN x int, OUT y int) LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION h(OUT x int, OUT y int) LANGUAGE sql AS 'SELECT 1, 2';
CREATE OR REPLACE FUNCTION h(OUT x int, OUT y text) LANGUAGE sql AS $$ SELECT 1, 'a' $$; -- not-replaceable
CREATE FUNCTION k(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE OR REPLACE FUNCTION k(x int) RETURNS int LANGUAGE sql AS 'SELECT x';

-- Columns of several tables in scope
CREATE TABLE t (a int, b int);
CREATE TABLE u (a int, c int);
SELECT b, c FROM t, u;
SELECT a FROM t, u; -- ambiguous-column:t.a or u.a
SELECT a FROM t JOIN u USING (a) ORDER BY a;
SELECT a FROM t NATURAL JOIN u;
SELECT t.a, u.a AS x FROM t, u ORDER BY a;
SELECT x.b FROM t x, t y WHERE b = 1; -- ambiguous-column
UPDATE t SET b = a FROM u; -- ambiguous-column
UPDATE t SET b = u.a, a = c FROM u;
DELETE FROM t USING u WHERE a = c; -- ambiguous-column
INSERT INTO t (a) VALUES (1) RETURNING a;
MERGE INTO t USING u ON t.a = u.a WHEN NOT MATCHED THEN INSERT VALUES (a, c) WHEN MATCHED THEN UPDATE SET b = c;
MERGE INTO t USING u ON t.a = u.a WHEN NOT MATCHED BY SOURCE AND a > 1 THEN DELETE;
MERGE INTO t USING u ON t.a = u.a WHEN MATCHED AND a > 1 THEN DELETE; -- ambiguous-column
MERGE INTO t USING u ON t.a = u.a WHEN NOT MATCHED THEN INSERT VALUES (b); -- unknown-column
SELECT (SELECT a FROM t) FROM t, u;
COPY t FROM STDIN WHERE a > 1 AND z; -- unknown-column

-- Default names of indexes, and functions of range types
CREATE TABLE t (a circle, b circle, c text, EXCLUDE USING gist (a WITH &&, (b::circle) WITH &&));
INSERT INTO t VALUES (NULL) ON CONFLICT ON CONSTRAINT t_a_b_excl DO NOTHING;
INSERT INTO t VALUES (NULL) ON CONFLICT ON CONSTRAINT t_a_expr_excl DO NOTHING; -- unknown-constraint:t_a_b_excl
CREATE INDEX ON t (lower(c), (c || 'x'), (c COLLATE "C"));
CREATE INDEX t_lower_expr_c_idx ON t (c); -- duplicate-name
CREATE TYPE textrange AS RANGE (subtype = text);
SELECT textmultirange(), textrange('a', 'b'), textmultirange(textrange('a', 'b'), textrange('c', 'd'));
CREATE TYPE pair AS (a int, b text);
CREATE TABLE pairs (a int, b text, c int);
CREATE FUNCTION f(p pair) RETURNS void LANGUAGE sql AS 'INSERT INTO pairs VALUES (p.*); INSERT INTO pairs VALUES (p.*, 1)';
CREATE FUNCTION g(p pair) RETURNS void LANGUAGE sql AS 'INSERT INTO pairs VALUES (p.c)'; -- unknown-column

-- check_function_bodies = off, as in a dump
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT a FROM later'; -- unknown-relation
SET check_function_bodies = false;
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT a FROM later';
CREATE FUNCTION g() RETURNS int LANGUAGE sql AS 'SELECT double(f())';
RESET check_function_bodies;
CREATE FUNCTION h() RETURNS int LANGUAGE sql AS 'SELECT pg_catalog.doubel(f())'; -- unknown-function
CREATE TABLE later (a int);
SELECT f();

-- A recursive SQL function
CREATE SCHEMA s;
CREATE FUNCTION s.part(text, numeric) RETURNS text LANGUAGE sql AS 'SELECT s.part($1, trunc($2)::int)';
CREATE FUNCTION s.again(n int) RETURNS int LANGUAGE sql AS 'SELECT CASE WHEN n > 0 THEN s.again(n - 1) ELSE 0 END';
CREATE FUNCTION s.more(n int) RETURNS int LANGUAGE sql AS 'SELECT s.more(n, 1)'; -- wrong-argument-count
CREATE FUNCTION s.more(n int) RETURNS int BEGIN ATOMIC SELECT s.more(n); END; -- unknown-function

-- Polymorphic results, and domains over row types
CREATE FUNCTION dup(x anyelement, OUT one anyelement, OUT two anyarray) LANGUAGE sql AS 'SELECT $1, ARRAY[$1]';
SELECT one + 1, two[1] + 1 FROM dup(3);
CREATE FUNCTION either(a anyelement, b anyelement) RETURNS anyelement LANGUAGE sql AS 'SELECT $1';
SELECT either(a => 1, b => 2) + 1, either(b => 'x'::text, a => 'y') || 'z';
CREATE TYPE pair AS (a int, b int);
CREATE DOMAIN ordered AS pair CHECK ((VALUE).a < (VALUE).b);
CREATE FUNCTION made() RETURNS ordered LANGUAGE sql AS 'SELECT row(1, 2)::ordered';
SELECT a, b FROM made();
SELECT c FROM made(); -- unknown-column

-- Objects belong to the role that creates them
CREATE ROLE maker_of_histories;
GRANT CREATE ON SCHEMA public TO maker_of_histories;
SET SESSION AUTHORIZATION maker_of_histories;
CREATE TABLE made (a int);
CREATE VIEW made_v AS SELECT a FROM made;
CREATE FUNCTION made_f() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TYPE made_t AS ENUM ('a');
CREATE DOMAIN made_d AS int;
CREATE TYPE made_c AS (a int);
RESET SESSION AUTHORIZATION;
CREATE TABLE other (a int);
CREATE TYPE other_t AS ENUM ('a');
DROP ROLE maker_of_histories; -- dependent-objects
DROP OWNED BY maker_of_histories;
CREATE TABLE made (a int);
CREATE VIEW made_v AS SELECT a FROM made;
CREATE FUNCTION made_f() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TYPE made_t AS ENUM ('a');
CREATE DOMAIN made_d AS int;
CREATE TYPE made_c AS (a int);
CREATE TABLE other (a int); -- duplicate-name
CREATE TYPE other_t AS ENUM ('a'); -- duplicate-name
CREATE SCHEMA homes AUTHORIZATION maker_of_histories CREATE TABLE inside (a int);
ALTER SCHEMA homes OWNER TO CURRENT_USER;
ALTER TYPE other_t OWNER TO maker_of_histories;
DROP ROLE maker_of_histories; -- dependent-objects
DROP OWNED BY maker_of_histories;
CREATE TABLE homes.inside (a int);
CREATE TYPE other_t AS ENUM ('a');
GRANT CREATE ON SCHEMA public TO maker_of_histories;
BEGIN;
SET LOCAL ROLE maker_of_histories;
CREATE TYPE local_t AS ENUM ('a');
COMMIT;
DROP ROLE maker_of_histories; -- dependent-objects
CREATE TYPE local_t AS ENUM ('a'); -- duplicate-name
REASSIGN OWNED BY maker_of_histories TO CURRENT_USER;
DROP OWNED BY maker_of_histories;
DROP ROLE maker_of_histories;
CREATE TYPE local_t AS ENUM ('a'); -- duplicate-name

-- Access methods, predicates that Postgres folds, and cursors of functions
CREATE ACCESS METHOD gist2 TYPE INDEX HANDLER gisthandler;
CREATE TABLE t (a box);
CREATE INDEX t_a ON t USING gist3 (a); -- access-method
CREATE OPERATOR CLASS box_ops2 DEFAULT FOR TYPE box USING gist2 AS OPERATOR 3 &&, FUNCTION 1 gist_box_consistent(internal, box, smallint, oid, internal), FUNCTION 2 gist_box_union(internal, internal), FUNCTION 5 gist_box_penalty(internal, internal, internal), FUNCTION 6 gist_box_picksplit(internal, internal), FUNCTION 7 gist_box_same(box, box, internal);
CREATE INDEX t_a ON t USING gist2 (a);
CREATE MATERIALIZED VIEW v AS SELECT 1 AS a;
CREATE UNIQUE INDEX v_positive ON v (a) WHERE a > 0;
REFRESH MATERIALIZED VIEW CONCURRENTLY v; -- unusable-index
CREATE UNIQUE INDEX v_always ON v (a) WHERE true;
REFRESH MATERIALIZED VIEW CONCURRENTLY v;
BEGIN;
FETCH ALL FROM c; -- unknown-savepoint
ROLLBACK;
CREATE FUNCTION opens() RETURNS void LANGUAGE sql AS 'DECLARE c CURSOR FOR SELECT 1';
BEGIN;
SELECT opens();
FETCH ALL FROM c;
COMMIT;

-- What a transaction that is rolled back changed
BEGIN;
CREATE SCHEMA probe;
CREATE TABLE probe.a (a int);
CREATE TYPE mood AS ENUM ('a');
CREATE OPERATOR === (leftarg = int4, rightarg = int4, procedure = int4eq);
CREATE COLLATION plain FROM "C";
ROLLBACK;
CREATE TYPE mood AS ENUM ('b');
SELECT 'b'::mood;
SELECT 'a'::mood; -- type-mismatch
CREATE OPERATOR === (leftarg = int4, rightarg = int4, procedure = int4eq);
CREATE COLLATION plain FROM "C";
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE c (id int CONSTRAINT c_fk REFERENCES p);
BEGIN;
ALTER TABLE p RENAME TO q;
ROLLBACK;
CREATE TABLE q (id int);
BEGIN;
DROP TABLE p CASCADE;
ROLLBACK;
ALTER TABLE c DROP CONSTRAINT c_fk;

-- What may have been dropped in a branch
CREATE TYPE e AS ENUM ('a');
CREATE DOMAIN d AS int;
CREATE TYPE c AS (a int);
CREATE SCHEMA s;
CREATE TYPE s.e AS ENUM ('a');
CREATE FUNCTION s.f() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TABLE t (a int);
CREATE INDEX t_a ON t (a);
CREATE INDEX t_b ON t (a);
DO $$ BEGIN IF current_user <> 'x' THEN DROP TYPE e; DROP DOMAIN d; DROP TYPE c; DROP SCHEMA s CASCADE; DROP INDEX t_a; ELSE DROP INDEX t_b; END IF; END $$;
CREATE TYPE e AS ENUM ('b');
CREATE DOMAIN d AS text;
CREATE TYPE c AS (b text);
CREATE SCHEMA s;
CREATE TYPE s.e AS ENUM ('b');
CREATE FUNCTION s.f() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE INDEX t_a ON t (a);
DROP INDEX t_b;
SELECT 'a'::e; -- type-mismatch
DO $$ BEGIN IF current_user = 'x' THEN ALTER TYPE e RENAME VALUE 'b' TO 'c'; ALTER TYPE e ADD VALUE 'd'; END IF; END $$;
SELECT 'b'::e;
ALTER TYPE e ADD VALUE 'd';

-- Operators and collations that move with their schema, or alone
CREATE SCHEMA s;
CREATE OPERATOR s.=== (leftarg = int4, rightarg = int4, procedure = int4eq);
CREATE COLLATION s.plain FROM "C";
ALTER SCHEMA s RENAME TO r;
CREATE SCHEMA s;
CREATE OPERATOR s.=== (leftarg = int4, rightarg = int4, procedure = int4eq);
CREATE OPERATOR r.=== (leftarg = int4, rightarg = int4, procedure = int4eq); -- duplicate-name
ALTER OPERATOR s.===(int4, int4) SET SCHEMA public;
CREATE OPERATOR s.=== (leftarg = int4, rightarg = int4, procedure = int4eq);
CREATE OPERATOR public.=== (leftarg = int4, rightarg = int4, procedure = int4eq); -- duplicate-name
DROP SCHEMA s CASCADE;
CREATE SCHEMA s;
CREATE OPERATOR s.=== (leftarg = int4, rightarg = int4, procedure = int4eq);
DROP SCHEMA r CASCADE;
CREATE SCHEMA r;
CREATE COLLATION r.plain FROM "C";
CREATE VIEW v AS SELECT 1 AS a;
CREATE SEQUENCE q;
CREATE MATERIALIZED VIEW m AS SELECT 1 AS a;
ALTER TABLE v SET SCHEMA s;
ALTER TABLE q SET SCHEMA s;
ALTER TABLE m SET SCHEMA s;
CREATE TABLE t ();
ALTER VIEW t SET SCHEMA s; -- unknown-relation

-- EXPLAIN, and changes of the catalogs
EXPLAIN CREATE TABLE x AS SELECT 1 AS a;
EXPLAIN (ANALYZE off) CREATE TABLE x AS SELECT 1 AS a;
EXPLAIN ANALYZE SELECT 1;
SELECT a FROM x; -- unknown-relation
EXPLAIN ANALYZE CREATE TABLE x AS SELECT 1 AS a;
CREATE TABLE x (a int); -- duplicate-name
CREATE TABLE t (a int, c int);
CREATE VIEW v AS SELECT c FROM t;
ALTER TABLE t DROP COLUMN c; -- dependent-objects
UPDATE pg_attribute SET attname = 'b' WHERE attname = 'a' AND attrelid = 't'::regclass;
SELECT b FROM t;
DELETE FROM pg_depend WHERE refobjid = 't'::regclass AND objid IN (SELECT oid FROM pg_rewrite WHERE ev_class = 'v'::regclass);
ALTER TABLE t DROP COLUMN c;
CREATE TYPE mood AS ENUM ('a');
UPDATE pg_enum SET enumlabel = 'b' WHERE enumlabel = 'a';
SELECT 'b'::mood;

-- What dynamic SQL may have changed
CREATE TABLE t (id int PRIMARY KEY, a text NOT NULL, b int NOT NULL);
CREATE TABLE other (id int PRIMARY KEY, a text NOT NULL, b int NOT NULL);
DO $$ DECLARE r record; BEGIN FOR r IN SELECT tablename AS name FROM pg_tables WHERE tablename = 't' LOOP EXECUTE format('ALTER TABLE %I ALTER COLUMN a SET DEFAULT ''x''', r.name); EXECUTE format('ALTER TABLE %I ALTER COLUMN b DROP NOT NULL', r.name); END LOOP; END $$;
INSERT INTO t (id) VALUES (1);
INSERT INTO t (id, a, b) VALUES (2, 'x', NULL);
CREATE TABLE younger (id int PRIMARY KEY, a text NOT NULL);
INSERT INTO younger (id) VALUES (1); -- not-null-violation
DO $$ DECLARE r record; BEGIN FOR r IN SELECT tablename AS name FROM pg_tables WHERE tablename = 't' LOOP EXECUTE format('ALTER TABLE %I RENAME COLUMN a TO c', r.name); END LOOP; END $$;
ALTER TABLE t ADD COLUMN a int;
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
DO $$ BEGIN EXECUTE format('ALTER DOMAIN %I DROP CONSTRAINT positive_check', lower('POSITIVE')); END $$;
SELECT 0::positive;
CREATE TABLE counts (n positive DEFAULT 0);
INSERT INTO counts DEFAULT VALUES;
CREATE ROLE owner_of_histories;
ALTER TABLE t OWNER TO owner_of_histories;
DROP ROLE owner_of_histories; -- dependent-objects
DO $$ BEGIN EXECUTE format('ALTER TABLE %I OWNER TO CURRENT_USER', lower('T')); END $$;
DROP ROLE owner_of_histories;
CREATE TYPE mood AS ENUM ('a');
DO $$ BEGIN EXECUTE format('ALTER TYPE %I ADD VALUE ''b''', lower('MOOD')); END $$;
SELECT 'b'::mood;
DO $$ BEGIN EXECUTE format('ALTER TABLE %I RENAME TO %I', lower('OTHER'), lower('ELSE_')); END $$;
SELECT 1 FROM else_;
CREATE TABLE other (n int);
INSERT INTO other VALUES (1);
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';
DO $$ BEGIN EXECUTE format('DROP FUNCTION %I()', lower('F')); END $$;
CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$ SELECT 'a' $$;
SELECT f() || 'b';
CREATE SCHEMA s;
CREATE TYPE s.k AS ENUM ('a');
DO $$ BEGIN EXECUTE format('DROP SCHEMA %I CASCADE', lower('S')); END $$;
CREATE SCHEMA s;
CREATE TYPE s.k AS ENUM ('b');
