-- variable or column: places
CREATE FUNCTION f(town_id bigint) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT pop FROM towns WHERE town_id = 1); END $$; SELECT f(1); -- refused
CREATE FUNCTION f(town_id bigint) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT pop FROM towns t WHERE t.town_id = f.town_id); END $$; SELECT f(1);
CREATE FUNCTION f(town_id bigint) RETURNS void LANGUAGE plpgsql AS $$ BEGIN UPDATE towns SET pop = 1 WHERE town_id = 1; END $$; SELECT f(1); -- refused
CREATE FUNCTION f(pop int) RETURNS void LANGUAGE plpgsql AS $$ BEGIN UPDATE towns SET pop = pop; END $$; SELECT f(1); -- refused
CREATE FUNCTION f(pop int) RETURNS void LANGUAGE plpgsql AS $$ BEGIN UPDATE towns SET (pop, town_name) = (SELECT 1, 'x'); END $$; SELECT f(1);
CREATE FUNCTION f(pop int) RETURNS void LANGUAGE plpgsql AS $$ BEGIN UPDATE towns t SET pop = f.pop WHERE t.town_id = 1; END $$; SELECT f(1);
CREATE FUNCTION f(pop int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN UPDATE towns t SET town_name = 'b' RETURNING pop INTO pop; RETURN pop; END $$; SELECT f(1); -- refused
CREATE FUNCTION f(pop int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN UPDATE towns t SET town_name = 'b' RETURNING t.pop INTO pop; RETURN pop; END $$; SELECT f(1);
CREATE FUNCTION f(pop int) RETURNS void LANGUAGE plpgsql AS $$ BEGIN INSERT INTO towns (town_id, pop) VALUES (2, pop); END $$; SELECT f(1);
CREATE FUNCTION f(pop int) RETURNS void LANGUAGE plpgsql AS $$ BEGIN INSERT INTO towns (town_id, pop) SELECT 2, pop; END $$; SELECT f(1);
CREATE FUNCTION f(pop int) RETURNS void LANGUAGE plpgsql AS $$ BEGIN INSERT INTO towns (town_id, pop) SELECT t.town_id + 5, pop FROM towns t; END $$; SELECT f(1); -- refused
CREATE FUNCTION f(pop int) RETURNS void LANGUAGE plpgsql AS $$ BEGIN INSERT INTO towns (town_id, pop) VALUES (1, f.pop) ON CONFLICT (town_id) DO UPDATE SET pop = pop; END $$; SELECT f(1); -- refused
CREATE FUNCTION f(pop int) RETURNS void LANGUAGE plpgsql AS $$ BEGIN INSERT INTO towns (town_id, pop) VALUES (1, f.pop) ON CONFLICT (town_id) DO UPDATE SET pop = excluded.pop; END $$; SELECT f(1);
CREATE FUNCTION f(pop int) RETURNS void LANGUAGE plpgsql AS $$ BEGIN INSERT INTO towns (town_id, pop) VALUES (1, f.pop) ON CONFLICT (town_id) DO UPDATE SET pop = excluded.pop WHERE pop > 1; END $$; SELECT f(1); -- refused
CREATE FUNCTION f(pop int) RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM t.town_id FROM towns t ORDER BY pop; END $$; SELECT f(1); -- refused
CREATE FUNCTION f(pop int) RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM t.pop FROM towns t ORDER BY pop; END $$; SELECT f(1);
CREATE FUNCTION f(pop int) RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM t.pop AS x FROM towns t GROUP BY pop; END $$; SELECT f(1); -- refused
CREATE FUNCTION f(pop int) RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM count(*) FROM towns t HAVING max(pop) > 1; END $$; SELECT f(1); -- refused
CREATE FUNCTION f(pop int) RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM towns t JOIN big b USING (town_id) WHERE t.pop = f.pop; END $$; SELECT f(1);
CREATE FUNCTION f(town_id int) RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM towns t JOIN big b USING (town_id); END $$; SELECT f(1);
CREATE FUNCTION f(town_id int) RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM towns t JOIN big b ON t.town_id = town_id; END $$; SELECT f(1); -- refused
CREATE FUNCTION f(town_id int) RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM towns t, LATERAL (SELECT town_id) x; END $$; SELECT f(1); -- refused
CREATE FUNCTION f(town_id int) RETURNS void LANGUAGE plpgsql AS $$ BEGIN WITH w AS (SELECT town_id FROM towns) SELECT count(*) INTO town_id FROM w; END $$; SELECT f(1); -- refused
CREATE FUNCTION f(town_id int) RETURNS void LANGUAGE plpgsql AS $$ BEGIN WITH w AS (SELECT 1 AS town_id) DELETE FROM towns t USING w WHERE t.town_id = w.town_id; END $$; SELECT f(1);
CREATE FUNCTION f(town_id int) RETURNS void LANGUAGE plpgsql AS $$ BEGIN MERGE INTO towns t USING (SELECT 1 AS a) s ON t.town_id = town_id WHEN MATCHED THEN DELETE; END $$; SELECT f(1); -- refused
CREATE FUNCTION f(town_id int) RETURNS void LANGUAGE plpgsql AS $$ BEGIN MERGE INTO towns t USING (SELECT 1 AS a) s ON t.town_id = f.town_id WHEN MATCHED THEN UPDATE SET pop = town_id; END $$; SELECT f(1); -- refused
CREATE FUNCTION f(town_id int) RETURNS void LANGUAGE plpgsql AS $$ BEGIN MERGE INTO towns t USING (SELECT 1 AS a) s ON t.town_id = f.town_id WHEN MATCHED THEN UPDATE SET pop = t.pop; END $$; SELECT f(1);
CREATE FUNCTION f(town_id int) RETURNS void LANGUAGE plpgsql AS $$ BEGIN FOR i IN SELECT town_id FROM towns LOOP NULL; END LOOP; END $$; -- refused
CREATE FUNCTION f(town_id int) RETURNS void LANGUAGE plpgsql AS $$ DECLARE i int; BEGIN FOR i IN SELECT town_id FROM towns LOOP NULL; END LOOP; END $$; SELECT f(1); -- refused
CREATE FUNCTION f(town_id int) RETURNS void LANGUAGE plpgsql AS $$ DECLARE i int; BEGIN FOR i IN EXECUTE 'SELECT town_id FROM towns' LOOP NULL; END LOOP; END $$; SELECT f(1);
CREATE FUNCTION f(town_id int) RETURNS SETOF bigint LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY SELECT town_id FROM towns; END $$; SELECT f(1); -- refused
CREATE FUNCTION f(town_id int) RETURNS SETOF bigint LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY SELECT t.town_id FROM towns t; END $$; SELECT f(1);
CREATE FUNCTION f() RETURNS TABLE (town_id bigint) LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY SELECT town_id FROM towns; END $$; SELECT * FROM f(); -- refused
CREATE FUNCTION f() RETURNS TABLE (town_id bigint) LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY SELECT * FROM (SELECT towns.town_id FROM towns) q; END $$; SELECT * FROM f();
CREATE FUNCTION f() RETURNS TABLE (town_id bigint, n bigint) LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY SELECT t.town_id, count(*) FROM towns t GROUP BY town_id; END $$; SELECT * FROM f(); -- refused
CREATE FUNCTION f() RETURNS TABLE (town_id bigint, n bigint) LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY SELECT t.town_id, count(*) FROM towns t GROUP BY 1; END $$; SELECT * FROM f();
CREATE FUNCTION f() RETURNS TABLE (town_id bigint, n bigint) LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY SELECT t.town_id, count(*) FROM towns t GROUP BY t.town_id ORDER BY town_id; END $$; SELECT * FROM f();
CREATE FUNCTION f() RETURNS TABLE (town_id bigint, n bigint) LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY SELECT t.town_id, count(*) AS n FROM towns t GROUP BY t.town_id ORDER BY n; END $$; SELECT * FROM f();
CREATE FUNCTION f() RETURNS TABLE (town_id bigint, n bigint) LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY SELECT t.town_id, count(*) AS n FROM towns t GROUP BY t.town_id ORDER BY n + 1; END $$; SELECT * FROM f();
CREATE FUNCTION f() RETURNS TABLE (town_id bigint) LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY SELECT DISTINCT ON (town_id) t.town_id FROM towns t; END $$; SELECT * FROM f();
CREATE FUNCTION f() RETURNS TABLE (town_id bigint) LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY INSERT INTO towns (town_id) VALUES (7) RETURNING town_id; END $$; SELECT * FROM f(); -- refused
CREATE FUNCTION f() RETURNS TABLE (town_id bigint) LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY INSERT INTO towns AS t (town_id) VALUES (7) RETURNING t.town_id; END $$; SELECT * FROM f();
CREATE FUNCTION f() RETURNS TABLE (pop int) LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY SELECT sum(t.pop) OVER (PARTITION BY town_id ORDER BY pop)::int FROM towns t; END $$; SELECT * FROM f(); -- refused
CREATE FUNCTION f() RETURNS TABLE (pop int) LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY SELECT sum(t.pop) FILTER (WHERE pop > 1)::int FROM towns t; END $$; SELECT * FROM f(); -- refused
CREATE FUNCTION f() RETURNS TABLE (pop int) LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY SELECT t.pop FROM towns t LIMIT pop; END $$; SELECT * FROM f(); -- refused
CREATE FUNCTION f() RETURNS TABLE (pop int) LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY SELECT CASE WHEN pop IS NULL THEN 1 END FROM towns; END $$; SELECT * FROM f(); -- refused
CREATE FUNCTION f() RETURNS TABLE (pop int) LANGUAGE plpgsql AS $$ BEGIN pop := (SELECT max(t.pop) FROM towns t); RETURN NEXT; END $$; SELECT * FROM f();
CREATE FUNCTION f() RETURNS TABLE (pop int) LANGUAGE plpgsql AS $$ BEGIN pop := (SELECT max(pop) FROM towns); RETURN NEXT; END $$; SELECT * FROM f(); -- refused
CREATE FUNCTION f() RETURNS TABLE (pop int) LANGUAGE plpgsql AS $$ BEGIN IF (SELECT true FROM towns WHERE pop > 1) THEN RETURN; END IF; END $$; SELECT * FROM f(); -- refused
CREATE FUNCTION f() RETURNS TABLE (pop int) LANGUAGE plpgsql AS $$ BEGIN WHILE EXISTS (SELECT FROM towns WHERE pop > 100) LOOP NULL; END LOOP; END $$; SELECT * FROM f(); -- refused
CREATE FUNCTION f() RETURNS TABLE (pop int) LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE '%', (SELECT max(pop) FROM towns); END $$; SELECT * FROM f(); -- refused
CREATE FUNCTION f() RETURNS TABLE (pop int) LANGUAGE plpgsql AS $$ BEGIN ASSERT (SELECT max(pop) > 0 FROM towns); END $$; SELECT * FROM f(); -- refused
CREATE FUNCTION f() RETURNS TABLE (pop int) LANGUAGE plpgsql AS $$ BEGIN CASE (SELECT max(pop) FROM towns) WHEN 1 THEN NULL; ELSE NULL; END CASE; END $$; SELECT * FROM f(); -- refused
CREATE FUNCTION f() RETURNS TABLE (pop int) LANGUAGE plpgsql AS $$ DECLARE c CURSOR FOR SELECT pop FROM towns; BEGIN OPEN c; CLOSE c; END $$; SELECT * FROM f(); -- refused
CREATE FUNCTION f() RETURNS TABLE (pop int) LANGUAGE plpgsql AS $$ DECLARE c CURSOR FOR SELECT t.pop FROM towns t; BEGIN OPEN c; CLOSE c; END $$; SELECT * FROM f();
CREATE FUNCTION f() RETURNS TABLE (pop int) LANGUAGE plpgsql AS $$ DECLARE c refcursor; BEGIN OPEN c FOR SELECT pop FROM towns; END $$; SELECT * FROM f(); -- refused
CREATE FUNCTION f() RETURNS TABLE (pop int) LANGUAGE plpgsql AS $$ DECLARE x int := (SELECT max(pop) FROM towns); BEGIN NULL; END $$; SELECT * FROM f(); -- refused
CREATE FUNCTION f() RETURNS TABLE (pop int) LANGUAGE plpgsql AS $$ BEGIN FOR i IN 1 .. (SELECT max(pop) FROM towns) LOOP NULL; END LOOP; END $$; SELECT * FROM f(); -- refused
CREATE FUNCTION f() RETURNS TABLE (tags text[]) LANGUAGE plpgsql AS $$ DECLARE x text; BEGIN FOREACH x IN ARRAY (SELECT tags FROM towns) LOOP NULL; END LOOP; END $$; SELECT * FROM f(); -- refused
CREATE FUNCTION f() RETURNS TABLE (pop int) LANGUAGE plpgsql AS $$ BEGIN EXECUTE format('SELECT %s', (SELECT max(pop) FROM towns)); END $$; SELECT * FROM f(); -- refused
CREATE FUNCTION f() RETURNS TABLE (pop int) LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'SELECT $1' USING (SELECT max(pop) FROM towns); END $$; SELECT * FROM f(); -- refused
CREATE PROCEDURE p(INOUT pop int) LANGUAGE plpgsql AS $$ BEGIN SELECT pop INTO pop FROM towns; END $$; CALL p(1); -- refused
CREATE PROCEDURE p(INOUT pop int) LANGUAGE plpgsql AS $$ BEGIN SELECT t.pop INTO pop FROM towns t; END $$; CALL p(1);
DO $$ DECLARE pop int := 1; BEGIN DELETE FROM towns WHERE pop = 1; END $$; -- refused
DO $$ DECLARE town_name text; BEGIN SELECT town_name INTO town_name FROM towns; END $$; -- refused
DO $$ DECLARE town_name text; BEGIN SELECT t.town_name INTO town_name FROM towns t; END $$;
DO $$ DECLARE town_name text; BEGIN SELECT t.* INTO town_name FROM (SELECT 'x') t; END $$;
DO $$ DECLARE r record; BEGIN FOR r IN SELECT town_id FROM towns LOOP UPDATE towns SET pop = 1 WHERE town_id = r.town_id; END LOOP; END $$;
DO $$ DECLARE towns record; BEGIN SELECT * INTO towns FROM towns; END $$;
DO $$ DECLARE t record; BEGIN SELECT t.pop INTO t FROM towns t; END $$; -- refused
DO $$ DECLARE t towns; BEGIN SELECT * INTO t FROM towns; UPDATE towns SET pop = t.pop WHERE towns.town_id = t.town_id; END $$;
DO $$ DECLARE t towns; BEGIN SELECT * INTO t FROM towns; UPDATE towns t SET pop = t.pop; END $$; -- refused
DO $$ <<b>> DECLARE pop int; BEGIN UPDATE towns SET pop = b.pop; END $$;
DO $$ <<b>> DECLARE pop int; BEGIN UPDATE towns SET pop = b.pop WHERE pop IS NULL; END $$; -- refused
CREATE FUNCTION f("Town_Id" bigint) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT pop FROM towns WHERE town_id = "Town_Id"); END $$; SELECT f(1);
CREATE FUNCTION f(TOWN_ID bigint) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT pop FROM towns WHERE "town_id" = 1); END $$; SELECT f(1); -- refused
CREATE FUNCTION f(town_id bigint) RETURNS int LANGUAGE plpgsql AS $$ BEGIN CREATE TEMP TABLE z AS SELECT town_id FROM towns; RETURN 1; END $$; SELECT f(1); -- refused
CREATE FUNCTION f(town_id bigint) RETURNS int LANGUAGE plpgsql AS $$ BEGIN CREATE TEMP TABLE z AS SELECT t.town_id FROM towns t; RETURN 1; END $$; SELECT f(1);
CREATE FUNCTION f(town_id bigint) RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM big.* FROM big WHERE town_id = 1; RETURN 1; END $$; SELECT f(1); -- refused
CREATE FUNCTION f(town_id bigint) RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM fill(1) AS town_id WHERE town_id = 1; RETURN 1; END $$; SELECT f(1); -- refused
CREATE FUNCTION f(x bigint) RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM unnest(ARRAY[1]) AS x WHERE x = 1; RETURN 1; END $$; SELECT f(1); -- refused
CREATE FUNCTION f(x bigint) RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM unnest(ARRAY[1]) AS u(x) WHERE u.x = 1; RETURN 1; END $$; SELECT f(1);
CREATE FUNCTION f(x bigint) RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM generate_series(1, 2) x; RETURN 1; END $$; SELECT f(1);
CREATE FUNCTION f(x bigint) RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM x FROM generate_series(1, 2) x; RETURN 1; END $$; SELECT f(1); -- refused
CREATE FUNCTION f(key text) RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM key FROM jsonb_each('{}'); RETURN 1; END $$; SELECT f('a'); -- refused
CREATE FUNCTION f(key text) RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM e.key FROM jsonb_each('{}') e; RETURN 1; END $$; SELECT f('a');
CREATE FUNCTION f(value text) RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM value FROM jsonb_array_elements('[1]'); RETURN 1; END $$; SELECT f('a'); -- refused
CREATE FUNCTION f(ordinality int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM ordinality FROM unnest(ARRAY[1]) WITH ORDINALITY; RETURN 1; END $$; SELECT f(1); -- refused
CREATE FUNCTION f(a int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM a FROM (VALUES (1)) v(a); RETURN 1; END $$; SELECT f(1); -- refused
CREATE FUNCTION f(column1 int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM column1 FROM (VALUES (1)) v; RETURN 1; END $$; SELECT f(1); -- refused
CREATE FUNCTION f(p pair) RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM 1 FROM towns WHERE town_id = p.town_id; RETURN 1; END $$; SELECT f(ROW(1,'a')::pair);
CREATE FUNCTION f(town_id bigint) RETURNS int LANGUAGE plpgsql SET plpgsql.variable_conflict = 'use_column' AS $$ BEGIN RETURN (SELECT pop FROM towns WHERE town_id = 1); END $$; SELECT f(1);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE pop int; BEGIN UPDATE towns SET pop = 1 WHERE pop = 2; RETURN NEW; END $$; CREATE TRIGGER z BEFORE DELETE ON towns FOR EACH ROW EXECUTE FUNCTION f(); DELETE FROM towns; -- refused
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT FROM towns WHERE pop = NEW.pop) THEN NULL; END IF; RETURN NEW; END $$; CREATE TRIGGER z BEFORE INSERT ON towns FOR EACH ROW EXECUTE FUNCTION f(); INSERT INTO towns VALUES (3);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE new_pop int; BEGIN UPDATE towns SET pop = new_pop; RETURN NULL; END $$; CREATE TRIGGER z AFTER DELETE ON towns FOR EACH ROW EXECUTE FUNCTION f(); DELETE FROM towns;
-- FOREACH, loops
DO $$ DECLARE x int; BEGIN FOREACH x IN ARRAY 5 LOOP NULL; END LOOP; END $$; -- refused
DO $$ DECLARE x int; BEGIN FOREACH x IN ARRAY ARRAY[1,2] LOOP NULL; END LOOP; END $$;
DO $$ DECLARE x int; a int := 5; BEGIN FOREACH x IN ARRAY a LOOP NULL; END LOOP; END $$; -- refused
DO $$ DECLARE x int; a int[] := '{1}'; BEGIN FOREACH x IN ARRAY a LOOP NULL; END LOOP; END $$;
DO $$ DECLARE x int; a jsonb := '[1]'; BEGIN FOREACH x IN ARRAY a LOOP NULL; END LOOP; END $$; -- refused
DO $$ DECLARE x text; BEGIN FOREACH x IN ARRAY 'a,b' LOOP NULL; END LOOP; END $$; -- refused
DO $$ DECLARE x text; BEGIN FOREACH x IN ARRAY string_to_array('a,b', ',') LOOP NULL; END LOOP; END $$;
DO $$ DECLARE x text; BEGIN FOREACH x IN ARRAY (SELECT town_name FROM towns LIMIT 1) LOOP NULL; END LOOP; END $$; -- refused
DO $$ DECLARE x text; BEGIN FOREACH x IN ARRAY (SELECT tags FROM towns LIMIT 1) LOOP NULL; END LOOP; END $$;
DO $$ DECLARE x int[]; BEGIN FOREACH x SLICE 1 IN ARRAY ARRAY[[1,2],[3,4]] LOOP NULL; END LOOP; END $$;
DO $$ BEGIN FOR x IN 1..2 LOOP NULL; END LOOP; END $$;
DO $$ BEGIN FOR x IN 1..'2' LOOP NULL; END LOOP; END $$;
DO $$ BEGIN FOR x IN 1..10 BY 0 LOOP NULL; END LOOP; END $$; -- refused
DO $$ BEGIN FOR x IN 1..10 BY -1 LOOP NULL; END LOOP; END $$; -- refused
DO $$ DECLARE x text; BEGIN FOR x IN SELECT pop FROM towns LOOP NULL; END LOOP; END $$;
DO $$ DECLARE x int; y int; BEGIN FOR x, y IN SELECT pop FROM towns LOOP NULL; END LOOP; END $$;
DO $$ DECLARE x towns; BEGIN FOR x IN SELECT * FROM towns LOOP NULL; END LOOP; END $$;
DO $$ DECLARE x CONSTANT int := 1; BEGIN FOR x IN SELECT 1 LOOP NULL; END LOOP; END $$; -- refused
DO $$ BEGIN <<a>> LOOP EXIT a; END LOOP a; END $$;
DO $$ BEGIN RAISE SQLSTATE '22012'; EXCEPTION WHEN OTHERS THEN NULL; END $$;
-- format
DO $$ BEGIN EXECUTE format('SELECT %s', 1); END $$;
DO $$ BEGIN EXECUTE format('SELECT %s, %s', 1); END $$; -- refused
DO $$ BEGIN EXECUTE format('SELECT %s', 1, 2); END $$;
DO $$ BEGIN EXECUTE format('SELECT %2$s', 1); END $$; -- refused
DO $$ BEGIN EXECUTE format('SELECT %1$s, %1$s', 1); END $$;
DO $$ BEGIN EXECUTE format('SELECT %L LIKE ''a%%''', 'x'); END $$;
DO $$ BEGIN EXECUTE format('SELECT 1 WHERE ''a'' LIKE ''%''', 1); END $$; -- refused
DO $$ BEGIN EXECUTE format('SELECT %d', 1); END $$; -- refused
DO $$ BEGIN EXECUTE format('SELECT %0$s', 1); END $$; -- refused
DO $$ BEGIN EXECUTE format('SELECT %-5s', 1); END $$;
DO $$ BEGIN EXECUTE format('SELECT %*s', 5, 1); END $$;
DO $$ BEGIN EXECUTE format('SELECT %*s', 5); END $$; -- refused
DO $$ BEGIN EXECUTE format('SELECT %s', VARIADIC ARRAY[1]); END $$;
DO $$ BEGIN EXECUTE format('SELECT 1 %'); END $$; -- refused
SELECT format('%s %s', 1); -- refused
SELECT format('%s %s', 1, 2);
SELECT format('%d', 1); -- refused
CREATE FUNCTION f(a text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE format('DELETE FROM %I WHERE %I = %L', a, 'x'); END $$; SELECT f('towns'); -- refused
CREATE FUNCTION f(a text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION USING MESSAGE = format('%s and %s', a); EXCEPTION WHEN raise_exception THEN NULL; END $$; SELECT f('towns'); -- refused
CREATE FUNCTION f(a text) RETURNS text LANGUAGE sql AS $$ SELECT format('%s and %s', a) $$; SELECT f('towns'); -- refused
-- cursors and savepoints
FETCH NEXT FROM c; -- refused
BEGIN; FETCH NEXT FROM c; COMMIT; -- refused
BEGIN; DECLARE c CURSOR FOR SELECT 1; FETCH NEXT FROM c; CLOSE c; COMMIT;
BEGIN; CLOSE c; COMMIT; -- refused
BEGIN; CLOSE ALL; COMMIT;
BEGIN; MOVE c; COMMIT; -- refused
BEGIN; ROLLBACK TO a; COMMIT; -- refused
BEGIN; SAVEPOINT a; ROLLBACK TO a; COMMIT;
BEGIN; SAVEPOINT a; RELEASE a; ROLLBACK TO a; COMMIT; -- refused
BEGIN; RELEASE a; COMMIT; -- refused
BEGIN; SAVEPOINT a; SAVEPOINT b; ROLLBACK TO a; RELEASE b; COMMIT; -- refused
BEGIN; DECLARE c CURSOR FOR SELECT nope FROM towns; COMMIT; -- refused
PREPARE p AS SELECT 1; EXECUTE p;
PREPARE p AS SELECT nope FROM towns; -- refused
DEALLOCATE p;
DO $$ DECLARE c CURSOR FOR SELECT * FROM towns; BEGIN FOR r IN c LOOP UPDATE towns SET pop = 1 WHERE CURRENT OF c; END LOOP; END $$;
DO $$ DECLARE c CURSOR (x int) FOR SELECT * FROM towns WHERE pop = x; BEGIN OPEN c (1); CLOSE c; END $$;
-- rows
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ DECLARE t towns; BEGIN SELECT * INTO t FROM towns; RETURN (SELECT t.pop FROM towns t); END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ DECLARE t towns; BEGIN SELECT * INTO t FROM towns; RETURN (SELECT count(*) FROM towns x WHERE x.pop = t.pop); END $$; SELECT f();
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ DECLARE t towns; BEGIN RETURN (SELECT count(*) FROM big t WHERE t.town_id = 1); END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ DECLARE t pair; BEGIN RETURN (SELECT max(t.pop) FROM towns t); END $$; SELECT f(); -- refused
CREATE FUNCTION f(t towns) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT max(t.pop) FROM towns t); END $$; SELECT f(towns) FROM towns; -- refused
CREATE FUNCTION f(t towns) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT max(x.pop) FROM towns x WHERE x.town_id = t.town_id); END $$; SELECT f(towns) FROM towns;
CREATE FUNCTION f(t towns) RETURNS int LANGUAGE sql AS $$ SELECT max(t.pop) FROM towns t $$; SELECT f(towns) FROM towns;
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ DECLARE t record; BEGIN SELECT * INTO t FROM towns; RETURN (SELECT max(t.pop) FROM towns t); END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ DECLARE t record; BEGIN FOR t IN SELECT * FROM towns LOOP PERFORM max(t.pop) FROM towns t; END LOOP; RETURN 1; END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ DECLARE t record; BEGIN FOR t IN SELECT town_id FROM towns LOOP PERFORM max(t.pop) FROM towns t; END LOOP; RETURN 1; END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ DECLARE t record; BEGIN FOR t IN SELECT town_id FROM towns LOOP PERFORM max(x.pop) FROM towns x WHERE x.town_id = t.town_id; END LOOP; RETURN 1; END $$; SELECT f();
SELECT format('%s: %s', 1, 2), format('100%%'), format('%1$s %2$s %1$s', 1, 2);
SELECT format('50% off', 1); -- refused
SELECT format('50% of %s', 1); -- refused
SELECT format('%s', VARIADIC ARRAY[1, 2]);
SELECT format('%' || 's', 1);
SELECT format(NULL, 1);
SELECT format('%5$s', 1); -- refused
SELECT format('%*2$s', 1, 2); -- refused
SELECT format('%-10s|', 'a');
SELECT format('%s'); -- refused
SELECT format('abc');
SELECT pg_catalog.format('%s'); -- refused
SELECT format(E'%s\n%s', 1); -- refused
ALTER TABLE towns ADD CHECK (format('%s', town_name) <> '');
CREATE FUNCTION format(a text, b int, c int) RETURNS text LANGUAGE sql AS 'SELECT a'; SELECT public.format('%s %s %s %s', 1, 2);
PREPARE a AS SELECT * FROM towns WHERE town_id = $1; EXECUTE a (1);
PREPARE a (bigint, text) AS INSERT INTO town VALUES ($1, $2); -- refused
PREPARE a (nope) AS SELECT $1; -- refused
-- Routines in pg_catalog
CREATE FUNCTION pg_catalog.first_of_all() RETURNS int LANGUAGE sql AS 'SELECT 1'; SELECT first_of_all();
CREATE FUNCTION pg_catalog.first_of_all() RETURNS int LANGUAGE sql AS 'SELECT 1'; DROP FUNCTION first_of_all();
CREATE FUNCTION pg_catalog.first_of_all() RETURNS int LANGUAGE sql AS 'SELECT 1'; DROP FUNCTION first_of_all(); SELECT first_of_all(); -- refused
CREATE FUNCTION pg_catalog.first_of_all() RETURNS int LANGUAGE sql AS 'SELECT 1'; SELECT public.first_of_all(); -- refused
