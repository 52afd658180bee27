-- CLUSTER
CLUSTER nocl; -- refused
CLUSTER cl;
CLUSTER clw; -- refused
CLUSTER nocl USING nocl_pkey;
CLUSTER nocl USING nocl_pkey; CLUSTER nocl;
ALTER TABLE cl SET WITHOUT CLUSTER; CLUSTER cl; -- refused
ALTER TABLE cl DROP CONSTRAINT cl_pkey; CLUSTER cl; -- refused
CLUSTER VERBOSE nocl; -- refused
CLUSTER vopt; -- refused
-- Fields of composite values
SELECT (onep()).x;
SELECT (onep()).k; -- refused
SELECT (trow()).a;
SELECT (trow()).k; -- refused
SELECT (num()).k; -- refused
SELECT (outs()).x;
SELECT (outs()).k; -- refused
SELECT (out1()).x; -- refused
SELECT (tab()).x;
SELECT (tab()).k; -- refused
SELECT (rec1()).x; -- refused
SELECT (recs()).x; -- refused
SELECT (p).k FROM pairs; -- refused
SELECT (p).x FROM pairs;
SELECT (ps[1]).k FROM pairs; -- refused
SELECT (ps[1]).x FROM pairs;
SELECT (ROW(1,2)::pair).k; -- refused
SELECT (ROW(1,2)::pair).y;
SELECT ((SELECT p FROM pairs LIMIT 1)).k; -- refused
SELECT (t.*).k FROM t; -- refused
SELECT (t).k FROM t; -- refused
SELECT (t).a FROM t;
SELECT (onep()).*;
SELECT (num()).*; -- refused
SELECT (j).k FROM t; -- refused
SELECT (b).k FROM t; -- refused
SELECT (jsonb_each(j)).k FROM t; -- refused
SELECT (jsonb_each(j)).key FROM t;
SELECT (x).a FROM (SELECT t AS x FROM t) s;
SELECT (x).k FROM (SELECT t AS x FROM t) s; -- refused
SELECT (num()).int4;
SELECT (n).text FROM moods;
SELECT (n).nosuch FROM moods; -- refused
SELECT (j).a.b FROM t; -- refused
SELECT (m).x FROM moods; -- refused
SELECT (ms).x FROM moods; -- refused
SELECT (j['a']).b FROM t; -- refused
SELECT (now()).year; -- refused
SELECT (p.x) FROM pairs; -- refused
SELECT (pairs.p).x.y FROM pairs; -- refused
SELECT (jsonb_each(j)).value.x FROM t; -- refused
SELECT (json_each_text('{}')).key;
SELECT (pg_stat_file('x')).nosuch; -- refused
SELECT (information_schema._pg_expandarray(ARRAY[1])).n;
SELECT (each).key FROM jsonb_each('{"a":1}') each;
SELECT (x).a FROM (VALUES (1)) x(a);
SELECT (row_to_json(t)).a FROM t; -- refused
SELECT (array_agg(t)).a FROM t; -- refused
SELECT (array_agg(t))[1].a FROM t;
SELECT (array_agg(t))[1].q FROM t; -- refused
SELECT (max(p)).x FROM pairs; -- refused
SELECT (ROW(1,2)).f1;
SELECT (ROW(1,2)).f3; -- refused
SELECT (CASE WHEN true THEN p END).x FROM pairs;
SELECT (CASE WHEN true THEN p END).q FROM pairs; -- refused
SELECT (coalesce(p, p)).q FROM pairs; -- refused
SELECT (ts_parse('default', 'a')).token;
SELECT (ts_parse('default', 'a')).toke; -- refused
SELECT (j).* FROM t; -- refused
SELECT (tab()).*;
SELECT (p).* FROM pairs;
SELECT (ps).* FROM pairs; -- refused
-- Aliases of columns
SELECT * FROM t AS x(a,b,c,d,e,f,g); -- refused
SELECT * FROM t AS x(a,b,c,d,e);
SELECT * FROM (SELECT 1, 2) AS x(a,b,c); -- refused
SELECT * FROM (VALUES (1)) AS x(a,b); -- refused
SELECT * FROM vopt AS x(a,b,c); -- refused
SELECT * FROM num() AS x(a,b); -- refused
SELECT * FROM num() AS x(a);
SELECT * FROM num() WITH ORDINALITY AS x(a,b);
SELECT * FROM num() WITH ORDINALITY AS x(a,b,c); -- refused
SELECT * FROM onep() AS x(a,b);
SELECT * FROM onep() AS x(a,b,c); -- refused
SELECT * FROM generate_series(1, 2) AS x(a,b); -- refused
SELECT * FROM unnest(ARRAY[1], ARRAY['a']) AS x(a,b);
SELECT * FROM unnest(ARRAY[1], ARRAY['a']) AS x(a,b,c); -- refused
SELECT * FROM jsonb_each('{}') AS x(k,v);
SELECT * FROM jsonb_each('{}') AS x(k,v,z); -- refused
SELECT * FROM ROWS FROM (num(), onep()) AS x(a,b,c);
SELECT * FROM ROWS FROM (num(), onep()) AS x(a,b,c,d); -- refused
WITH w AS (SELECT 1) SELECT * FROM w AS x(a,b); -- refused
WITH w(a, b) AS (SELECT 1) SELECT * FROM w; -- refused
WITH w(a) AS (SELECT 1, 2) SELECT * FROM w;
SELECT * FROM (t CROSS JOIN vopt) AS x(a,b,c,d,e,f,g,h); -- refused
SELECT * FROM (t CROSS JOIN vopt) AS x(a,b,c,d,e,f,g);
-- Operator classes
CREATE INDEX ON moods (m text_pattern_ops); -- refused
CREATE INDEX ON moods (n text_pattern_ops); -- refused
CREATE INDEX ON moods (v text_pattern_ops);
CREATE INDEX ON moods (v varchar_pattern_ops);
CREATE INDEX ON moods (ch bpchar_pattern_ops);
CREATE INDEX ON moods (ch text_pattern_ops); -- refused
CREATE INDEX ON moods (nm text_pattern_ops); -- refused
CREATE INDEX ON moods (m enum_ops);
CREATE INDEX ON moods (n enum_ops); -- refused
CREATE INDEX ON moods (m int4_ops); -- refused
CREATE INDEX ON moods (ms array_ops);
CREATE INDEX ON moods (u text_ops); -- refused
CREATE INDEX ON moods (u uuid_ops);
CREATE INDEX ON moods USING gin (m jsonb_path_ops); -- refused
CREATE INDEX ON moods USING gin (ms array_ops);
CREATE INDEX ON moods USING hash (m text_ops); -- refused
CREATE INDEX ON doms (dt text_pattern_ops);
CREATE INDEX ON doms (di text_pattern_ops); -- refused
CREATE INDEX ON doms (di int4_ops);
CREATE INDEX ON pairs (p text_ops); -- refused
CREATE INDEX ON pairs (p record_ops);
CREATE INDEX ON moods ((m::text) text_pattern_ops); -- refused
CREATE INDEX ON moods (lower(v) text_pattern_ops);
CREATE INDEX ON moods ((n+1) text_pattern_ops); -- refused
CREATE INDEX ON moods (v bpchar_pattern_ops);
CREATE INDEX ON moods (v bpchar_ops);
CREATE INDEX ON moods (ch varchar_ops); -- refused
CREATE INDEX ON moods (n oid_ops);
CREATE INDEX ON moods (d date_ops);
CREATE INDEX ON moods (d timestamptz_ops); -- refused
CREATE INDEX ON moods USING brin (d date_minmax_multi_ops);
CREATE INDEX ON moods USING brin (d int4_minmax_ops); -- refused
CREATE INDEX ON moods USING brin (n int4_bloom_ops);
CREATE INDEX ON moods USING gin (n int4_ops); -- refused
CREATE INDEX ON moods USING gist (v text_ops); -- refused
CREATE INDEX ON moods USING spgist (v text_ops);
CREATE INDEX ON doms (dt varchar_pattern_ops);
CREATE INDEX ON pairs (p record_image_ops);
CREATE INDEX ON pairs (ps array_ops);
CREATE INDEX ON moods (nosuch_ops); -- refused
CREATE INDEX ON moods (nm name_ops);
CREATE INDEX ON moods (nm text_ops); -- refused
CREATE INDEX ON moods (v name_ops); -- refused
ALTER TABLE moods ADD EXCLUDE USING gist (n gist_int4_ops WITH =); -- refused
ALTER TABLE moods ADD EXCLUDE USING btree (n int4_ops WITH =);
ALTER TABLE moods ADD EXCLUDE USING btree (n text_ops WITH =); -- refused
-- Expressions with enums and ranges
CREATE INDEX ON moods ((v::mood)); -- refused
CREATE INDEX ON moods ((m = 'a'));
CREATE INDEX ON moods ((m::mood));
CREATE INDEX ON moods (n) WHERE m = 'a';
CREATE INDEX ON moods (n) WHERE m = 'a'::mood;
CREATE INDEX ON moods (n) WHERE m::text = 'a'; -- refused
CREATE INDEX ON moods (n) WHERE m IN ('a', 'b');
CREATE INDEX ON moods (n) WHERE m = ANY ('{a,b}'::mood[]);
CREATE INDEX ON moods (n) WHERE m = ANY (ARRAY['a', 'b']::mood[]);
ALTER TABLE moods ADD COLUMN g text GENERATED ALWAYS AS (m::text) STORED; -- refused
ALTER TABLE moods ADD COLUMN g text GENERATED ALWAYS AS (CASE m WHEN 'a' THEN 'x' END) STORED;
ALTER TABLE moods ADD COLUMN g text GENERATED ALWAYS AS (m || 'x') STORED; -- refused
ALTER TABLE moods ADD COLUMN g text GENERATED ALWAYS AS (concat(m, 'x')) STORED; -- refused
ALTER TABLE moods ADD COLUMN g mood GENERATED ALWAYS AS (v::mood) STORED; -- refused
ALTER TABLE moods ADD COLUMN g mood GENERATED ALWAYS AS ('a') STORED;
ALTER TABLE moods ADD COLUMN g mood GENERATED ALWAYS AS (CASE WHEN n > 1 THEN 'a' ELSE 'b' END) STORED; -- refused
ALTER TABLE moods ADD COLUMN g mood GENERATED ALWAYS AS (CASE WHEN n > 1 THEN 'a' ELSE 'b' END::mood) STORED; -- refused
ALTER TABLE moods ADD CHECK (m::text <> 'a');
ALTER TABLE moods ADD COLUMN g int4range GENERATED ALWAYS AS (int4range(n, n+1)) STORED;
ALTER TABLE moods ADD COLUMN g text GENERATED ALWAYS AS (int4range(n, n+1)::text) STORED; -- refused
-- INSERT through a view
INSERT INTO vopt VALUES (1, 'a'), (2, 'b'); -- refused
INSERT INTO vmust VALUES (1, 'a'), (2, NULL); -- refused
INSERT INTO vmust VALUES (1, 'a'), (2, DEFAULT); -- refused
INSERT INTO vmust (must, id) VALUES ('x', 1);
INSERT INTO vmust (id, must) VALUES (1, 'x') ON CONFLICT DO NOTHING;
CREATE VIEW star AS SELECT * FROM req; INSERT INTO star (id) VALUES (1); -- refused
CREATE VIEW star AS SELECT * FROM req; INSERT INTO star (id, must) VALUES (1, 'x');
CREATE VIEW star AS SELECT * FROM req; ALTER TABLE req ADD COLUMN k int NOT NULL; INSERT INTO star (id, must) VALUES (1, 'x'); -- refused
CREATE VIEW star AS SELECT * FROM req; ALTER TABLE req RENAME COLUMN must TO need; INSERT INTO star (id, must) VALUES (1, 'x');
CREATE VIEW star AS SELECT id, must FROM req; ALTER TABLE req RENAME COLUMN must TO need; INSERT INTO star (id, must) VALUES (1, 'x');
CREATE VIEW calc AS SELECT id, must, upper(must) AS big FROM req; INSERT INTO calc (id, must) VALUES (1, 'x');
CREATE VIEW calc AS SELECT id, upper(must) AS big FROM req; INSERT INTO calc (id) VALUES (1); -- refused
CREATE VIEW d AS SELECT id, must FROM req; ALTER VIEW d ALTER COLUMN must SET DEFAULT 'q'; INSERT INTO d (id) VALUES (1);
CREATE RULE r AS ON INSERT TO vopt DO INSTEAD NOTHING; INSERT INTO vopt (id) VALUES (1);
CREATE VIEW j AS SELECT r.id FROM req r JOIN t ON true; INSERT INTO j VALUES (1); -- refused
CREATE VIEW al (a, b) AS SELECT id, must FROM req; INSERT INTO al (a) VALUES (1); -- refused
CREATE VIEW al (a, b) AS SELECT id, must FROM req; INSERT INTO al (a, b) VALUES (1, 'x');
INSERT INTO vopt DEFAULT VALUES; -- refused
CREATE TABLE ser (id serial PRIMARY KEY, n int); CREATE VIEW vser AS SELECT n FROM ser; INSERT INTO vser VALUES (1);
CREATE TABLE ser (id int GENERATED ALWAYS AS IDENTITY, n int NOT NULL); CREATE VIEW vser AS SELECT n FROM ser; INSERT INTO vser VALUES (1);
CREATE TABLE ser (id int GENERATED ALWAYS AS IDENTITY, n int NOT NULL); CREATE VIEW vser AS SELECT id FROM ser; INSERT INTO vser DEFAULT VALUES; -- refused
INSERT INTO vopt (id) VALUES (1); -- refused
INSERT INTO vopt (id, opt) VALUES (1, 'x'); -- refused
INSERT INTO vmust (id, must) VALUES (1, 'x');
INSERT INTO vmust (id) VALUES (1); -- refused
INSERT INTO vmust (id, must) VALUES (1, NULL); -- refused
INSERT INTO vren (key, label) VALUES (1, 'x');
INSERT INTO vren (key) VALUES (1); -- refused
INSERT INTO vren (key, label) VALUES (1, NULL); -- refused
INSERT INTO vv (id) VALUES (1); -- refused
INSERT INTO vv VALUES (1, 'x'); -- refused
INSERT INTO vins (id) VALUES (1);
INSERT INTO vdef (id) VALUES (1); -- refused
INSERT INTO vfilled (id) VALUES (1);
INSERT INTO vmust VALUES (1); -- refused
INSERT INTO vmust DEFAULT VALUES; -- refused
UPDATE vmust SET must = NULL;
UPDATE vren SET label = NULL WHERE key = 1;
INSERT INTO vopt (id) SELECT 1 WHERE false;
-- Texts that EXECUTE builds of constants
DO $$ BEGIN EXECUTE format('CREATE TABLE %I (id int)', 'abc'); END $$; SELECT * FROM abc;
DO $$ BEGIN EXECUTE format('DROP TABLE %I', 'nosuch'); END $$; -- refused
DO $$ BEGIN EXECUTE format('ALTER TABLE %I ADD COLUMN a int', 't'); END $$; -- refused
DO $$ BEGIN EXECUTE format('ALTER TABLE %I.%I DROP COLUMN zz', 'public', 't'); END $$; -- refused
DO $$ BEGIN EXECUTE format('SELECT nosuch FROM t'); END $$; -- refused
DO $$ BEGIN EXECUTE format('SELECT %L::int', 'abc'); END $$; -- refused
DO $$ BEGIN EXECUTE format('UPDATE %s SET zz = 1', 't'); END $$; -- refused
DO $$ BEGIN EXECUTE 'UPDATE t SET zz = 1'; END $$; -- refused
DO $$ BEGIN EXECUTE 'UPDATE ' || 't' || ' SET zz = 1'; END $$; -- refused
DO $$ BEGIN EXECUTE 'UPDATE t SET a = $1' USING 1; END $$;
DO $$ BEGIN EXECUTE concat('UPDATE t SET ', 'zz = 1'); END $$; -- refused
DO $$ DECLARE n text := 't'; BEGIN IF false THEN n := 'req'; END IF; EXECUTE format('UPDATE %I SET a = 1', n); END $$;
DO $$ BEGIN EXECUTE format('UPDATE %1$I SET zz = %2$L', 't', '1'); END $$; -- refused
DO $$ BEGIN EXECUTE format('UPDATE %I SET a = %L', 't', 1); END $$;
DO $$ DECLARE r record; BEGIN FOR r IN EXECUTE 'SELECT id FROM t' LOOP PERFORM r.anything; END LOOP; END $$;
DO $$ BEGIN EXECUTE format('CREATE TABLE %I (id int)', 'abc'); EXECUTE format('INSERT INTO %I (id) VALUES (1)', 'abc'); END $$;
DO $$ BEGIN CREATE TABLE abc (id int); EXECUTE format('INSERT INTO %I (id) VALUES (1)', 'abc'); END $$;
DO $$ BEGIN EXECUTE 'CREATE TABLE abc (id int)'; EXECUTE format('INSERT INTO %I (id) VALUES (1)', 'abc'); END $$;
DO $$ BEGIN IF to_regclass('nosuch') IS NOT NULL THEN EXECUTE format('DROP TABLE %I', 'nosuch'); END IF; END $$;
DO $$ BEGIN BEGIN EXECUTE format('DROP TABLE %I', 'nosuch'); EXCEPTION WHEN undefined_table THEN NULL; END; END $$;
DO $$ BEGIN EXECUTE format('ALTER TABLE %I ADD COLUMN IF NOT EXISTS a int', 't'); END $$;
DO $$ DECLARE n int; BEGIN EXECUTE format('SELECT count(*) FROM %I', 't') INTO n; EXECUTE format('DELETE FROM %I WHERE zz = 1', 't'); END $$; -- refused
DO $$ DECLARE x text; BEGIN FOR x IN SELECT 'a' LOOP EXECUTE format('ALTER TABLE %I DROP COLUMN %I', 't', x); END LOOP; END $$;
DO $$ DECLARE x text; BEGIN FOREACH x IN ARRAY ARRAY['c'] LOOP EXECUTE format('ALTER TABLE t ADD COLUMN new_%s int', x); END LOOP; END $$;
DO $$ BEGIN EXECUTE format('ALTER TABLE %I ADD COLUMN fresh int', 't'); END $$; UPDATE t SET fresh = 1;
DO $$ BEGIN EXECUTE format('ALTER TABLE %I DROP COLUMN a CASCADE', 't'); END $$; SELECT b FROM t;
-- Bodies that PL/pgSQL compiles at CREATE FUNCTION
CREATE FUNCTION fresh() RETURNS SETOF int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$; -- refused
CREATE FUNCTION fresh() RETURNS void LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$; -- refused
CREATE FUNCTION fresh(OUT a int) LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$; -- refused
CREATE FUNCTION fresh() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN NEXT 1; END $$; -- refused
CREATE FUNCTION fresh() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY SELECT 1; END $$; -- refused
CREATE FUNCTION fresh() RETURNS TABLE (a int) LANGUAGE plpgsql AS $$ BEGIN RETURN NEXT 1; END $$; -- refused
CREATE FUNCTION fresh() RETURNS TABLE (a int) LANGUAGE plpgsql AS $$ BEGIN RETURN NEXT; END $$;
CREATE FUNCTION fresh() RETURNS void LANGUAGE plpgsql AS $$ BEGIN RETURN; END $$;
CREATE FUNCTION fresh() RETURNS SETOF int LANGUAGE plpgsql AS $$ BEGIN RETURN; END $$;
CREATE FUNCTION fresh() RETURNS void LANGUAGE plpgsql AS $$ <<a>> BEGIN EXIT a; END $$;
CREATE FUNCTION fresh() RETURNS void LANGUAGE plpgsql AS $$ DECLARE r int; BEGIN FOR r IN SELECT 1 LOOP NULL; END LOOP; END $$;
CREATE FUNCTION fresh() RETURNS void LANGUAGE plpgsql AS $$ DECLARE x nosuch; BEGIN END $$; -- refused
CREATE FUNCTION fresh() RETURNS void LANGUAGE plpgsql AS $$ DECLARE x nosuch%ROWTYPE; BEGIN END $$; -- refused
CREATE FUNCTION fresh() RETURNS void LANGUAGE plpgsql AS $$ DECLARE x nosuch.a%TYPE; BEGIN END $$; -- refused
CREATE FUNCTION fresh() RETURNS void LANGUAGE plpgsql AS $$ DECLARE x t.nosuch%TYPE; BEGIN END $$; -- refused
CREATE FUNCTION fresh() RETURNS void LANGUAGE plpgsql AS $$ DECLARE x t.a%TYPE; BEGIN END $$;
CREATE FUNCTION fresh() RETURNS void LANGUAGE plpgsql AS $$ DECLARE x t%ROWTYPE; BEGIN END $$;
CREATE FUNCTION fresh() RETURNS void LANGUAGE plpgsql AS $$ DECLARE x t; BEGIN x.nosuch := 1; END $$; SELECT fresh(); -- refused
CREATE FUNCTION fresh() RETURNS void LANGUAGE plpgsql AS $$ DECLARE x t; BEGIN x.a := 1; END $$;
CREATE FUNCTION fresh(a int) RETURNS void LANGUAGE plpgsql AS $$ BEGIN a := 1; END $$;
CREATE FUNCTION fresh(a int) RETURNS void LANGUAGE plpgsql AS $$ BEGIN $1 := 1; END $$;
CREATE FUNCTION fresh(a int) RETURNS void LANGUAGE plpgsql AS $$ DECLARE a int; BEGIN END $$;
CREATE FUNCTION fresh(a int, a int) RETURNS void LANGUAGE plpgsql AS $$ BEGIN END $$; -- refused
CREATE FUNCTION fresh() RETURNS void LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = 'no_such'; END $$; SELECT fresh(); -- refused
CREATE FUNCTION fresh() RETURNS void LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$; SELECT fresh(); -- refused
CREATE FUNCTION fresh() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$;
CREATE FUNCTION fresh() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE FUNCTION fresh() RETURNS record LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$;
CREATE FUNCTION fresh() RETURNS t LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$;
CREATE FUNCTION fresh() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RETURN; END $$;
CREATE FUNCTION fresh(x anyelement) RETURNS anyelement LANGUAGE plpgsql AS $$ BEGIN RETURN x; END $$;
CREATE FUNCTION fresh(x int DEFAULT 1, y int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$; -- refused
CREATE PROCEDURE fresh() LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$; -- refused
CREATE PROCEDURE fresh() LANGUAGE plpgsql AS $$ BEGIN RETURN; END $$;
DO $$ BEGIN RETURN 1; END $$; -- refused
DO $$ BEGIN RETURN; END $$;
DO $$ DECLARE x nosuch; BEGIN END $$; -- refused
DO $$ DECLARE x t.b%TYPE; BEGIN END $$;
DO $$ DECLARE x t.zz%TYPE; BEGIN END $$; -- refused
DO $$ DECLARE x t%ROWTYPE; y x%TYPE; BEGIN END $$;
DO $$ DECLARE x public.t.b%TYPE; m mood; p pair%ROWTYPE; BEGIN END $$;
DO $$ BEGIN RETURN QUERY SELECT 1; END $$; -- refused
CREATE FUNCTION fresh(a int) RETURNS int LANGUAGE plpgsql AS $$ DECLARE b a%TYPE; c fresh.a%TYPE; BEGIN RETURN b; END $$;
CREATE FUNCTION fresh(a int, OUT a int) LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION fresh(INOUT a int, OUT a int) LANGUAGE sql AS 'SELECT 1, 2'; -- refused
CREATE FUNCTION fresh(a int DEFAULT 1, OUT b int) LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION fresh(a int DEFAULT 1, VARIADIC b int[] DEFAULT '{}') RETURNS int LANGUAGE sql AS 'SELECT 1';
SET check_function_bodies = off; CREATE FUNCTION fresh() RETURNS int LANGUAGE plpgsql AS $$ DECLARE x nosuch; BEGIN RETURN NEXT 1; END $$;
CREATE SCHEMA later; CREATE TABLE later.u (k int); CREATE FUNCTION fresh() RETURNS void LANGUAGE plpgsql SET search_path = later AS $$ DECLARE x u.k%TYPE; BEGIN END $$;
CREATE FUNCTION fresh() RETURNS void LANGUAGE plpgsql AS $$ <<outerb>> DECLARE v int; BEGIN DECLARE x outerb.v%TYPE; BEGIN END; END $$;
CREATE FUNCTION fresh() RETURNS void LANGUAGE plpgsql AS $$ DECLARE x numeric(10,2); y varchar(3)[]; z timestamp with time zone; q "char"; w refcursor; c CURSOR (n int) FOR SELECT n; BEGIN END $$;
CREATE FUNCTION fresh() RETURNS void LANGUAGE plpgsql AS $$ DECLARE x CONSTANT text := 'a'; y text COLLATE "C" := 'b'; z text NOT NULL DEFAULT 'c'; a ALIAS FOR x; BEGIN END $$;
-- checks that are not enforced, numbers with separators, rows and subqueries, MERGE without a change
CREATE TABLE soft (x int CHECK (x > 4) NOT ENFORCED, y int, CONSTRAINT soft_y CHECK (y > 4) NOT ENFORCED); INSERT INTO soft VALUES (1, 1);
CREATE TABLE soft (x int CHECK (x > 4) ENFORCED); INSERT INTO soft VALUES (1); -- refused
CREATE TABLE soft (x int CHECK (x > 4) NOT ENFORCED CHECK (x > 2)); INSERT INTO soft VALUES (1); -- refused
CREATE TABLE soft (x int DEFAULT 1); ALTER TABLE soft ADD CONSTRAINT soft_x CHECK (x > 4) NOT ENFORCED; INSERT INTO soft DEFAULT VALUES;
SELECT '23_000e-1_0'::numeric, '1_0.5e+1_1'::numeric;
SELECT '23_000e-1__0'::numeric; -- refused
SELECT ROW(1, 'a') = (SELECT id, must FROM req), (1, 2) < (SELECT a, c FROM t);
SELECT (1, 'a') IN (SELECT id, must FROM req), (SELECT must FROM req) = 'a';
SELECT (SELECT id, must FROM req) = ROW(1, 'a'); -- refused
SELECT 1 = (SELECT id, must FROM req); -- refused
CREATE TABLE soft (x int CHECK ((x, 1) = (SELECT 1, 2))); -- refused
CREATE VIEW two AS SELECT id FROM (SELECT * FROM req) AS r; MERGE INTO two USING (VALUES (1)) AS s (k) ON two.id = s.k WHEN MATCHED THEN DO NOTHING WHEN NOT MATCHED THEN DO NOTHING;
CREATE VIEW two AS SELECT id FROM (SELECT * FROM req) AS r; MERGE INTO two USING (VALUES (1)) AS s (k) ON two.id = s.k WHEN MATCHED THEN DELETE; -- refused
