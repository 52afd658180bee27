-- Bodies of PL/pgSQL: what the compiler refuses, and what no run of the body can do
DO $$ DECLARE x CONSTANT int := 1; BEGIN x := 2; END $$; -- refused
DO $$ DECLARE x CONSTANT int := 1; BEGIN SELECT 2 INTO x; END $$; -- refused
DO $$ DECLARE x CONSTANT int := 1; BEGIN FOR x IN 1..3 LOOP NULL; END LOOP; END $$;
DO $$ DECLARE x CONSTANT int := 1; BEGIN FOR x IN SELECT 1 LOOP NULL; END LOOP; END $$; -- refused
DO $$ DECLARE x CONSTANT int[] := '{1}'; BEGIN x[1] := 2; END $$; -- refused
DO $$ DECLARE x CONSTANT pair := (1,'a'); BEGIN x.x := 2; END $$; -- refused
DO $$ DECLARE x CONSTANT int := 1; BEGIN GET DIAGNOSTICS x = ROW_COUNT; END $$; -- refused
DO $$ DECLARE x CONSTANT int := 1; y int; BEGIN y := x; END $$;
DO $$ DECLARE x CONSTANT int := 1; BEGIN DECLARE x int; BEGIN x := 2; END; END $$;
DO $$ DECLARE x int; BEGIN DECLARE x CONSTANT int := 1; BEGIN NULL; END; x := 2; END $$;
DO $$ DECLARE x int; BEGIN DECLARE x CONSTANT int := 1; BEGIN x := 2; END; END $$; -- refused
DO $$ <<o>> DECLARE x int; BEGIN DECLARE x CONSTANT int := 1; BEGIN o.x := 2; END; END $$;
DO $$ <<o>> DECLARE x CONSTANT int := 1; BEGIN DECLARE x int; BEGIN o.x := 2; END; END $$; -- refused
DO $$ DECLARE X CONSTANT int := 1; BEGIN x := 2; END $$; -- refused
DO $$ DECLARE "X" CONSTANT int := 1; x int; BEGIN x := 2; END $$;
DO $$ DECLARE x CONSTANT int; BEGIN NULL; END $$;
DO $$ DECLARE x int NOT NULL; BEGIN NULL; END $$; -- refused
DO $$ DECLARE x int NOT NULL := 1; BEGIN NULL; END $$;
DO $$ DECLARE x t.a%TYPE NOT NULL; BEGIN NULL; END $$; -- refused
DO $$ DECLARE x record NOT NULL; BEGIN NULL; END $$; -- refused
DO $$ DECLARE c CURSOR FOR SELECT 1; BEGIN c := NULL; END $$;
DO $$ DECLARE c CURSOR FOR SELECT 1; BEGIN OPEN c; CLOSE c; END $$;
DO $$ DECLARE c int; BEGIN OPEN c FOR SELECT 1; END $$; -- refused
DO $$ DECLARE c text; BEGIN FETCH c INTO c; END $$; -- refused
DO $$ DECLARE c int; BEGIN CLOSE c; END $$; -- refused
DO $$ DECLARE c refcursor; BEGIN OPEN c FOR SELECT 1; CLOSE c; END $$;
DO $$ DECLARE c refcursor; BEGIN OPEN c FOR EXECUTE 'SELECT 1'; MOVE c; CLOSE c; END $$;
DO $$ DECLARE c CURSOR (n int) FOR SELECT n; BEGIN OPEN c(1); END $$;
DO $$ DECLARE c CURSOR (n int) FOR SELECT n; BEGIN OPEN c(n := 1); END $$;
DO $$ DECLARE c CURSOR (n int) FOR SELECT n; BEGIN OPEN c(n => 1); END $$;
DO $$ DECLARE c CURSOR FOR SELECT 1; BEGIN FOR r IN c LOOP NULL; END LOOP; END $$;
DO $$ DECLARE c CURSOR (n int) FOR SELECT n; BEGIN FOR r IN c(3) LOOP NULL; END LOOP; END $$;
DO $$ BEGIN NULL; EXCEPTION WHEN unique_violaton THEN NULL; END $$; -- refused
DO $$ BEGIN NULL; EXCEPTION WHEN unique_violation THEN NULL; END $$;
DO $$ BEGIN NULL; EXCEPTION WHEN unique_violation OR foreign_key_violation THEN NULL; END $$;
DO $$ BEGIN NULL; EXCEPTION WHEN unique_violation OR foreign_key_violatin THEN NULL; END $$; -- refused
DO $$ BEGIN NULL; EXCEPTION WHEN SQLSTATE '23505' THEN NULL; END $$;
DO $$ BEGIN NULL; EXCEPTION WHEN SQLSTATE 'P0001' THEN NULL; END $$;
DO $$ BEGIN NULL; EXCEPTION WHEN others THEN NULL; END $$;
DO $$ BEGIN NULL; EXCEPTION WHEN other THEN NULL; END $$; -- refused
DO $$ BEGIN NULL; EXCEPTION WHEN OTHERS THEN NULL; END $$;
DO $$ BEGIN NULL; EXCEPTION WHEN Unique_Violation THEN NULL; END $$;
DO $$ BEGIN NULL; EXCEPTION WHEN "unique_violation" THEN NULL; END $$;
DO $$ BEGIN NULL; EXCEPTION WHEN "Unique_Violation" THEN NULL; END $$; -- refused
DO $$ BEGIN NULL; EXCEPTION WHEN duplicate_key THEN NULL; END $$; -- refused
DO $$ BEGIN NULL; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
DO $$ BEGIN NULL; EXCEPTION WHEN not_found THEN NULL; END $$; -- refused
DO $$ BEGIN NULL; EXCEPTION WHEN no_data_found THEN NULL; END $$;
DO $$ BEGIN NULL; EXCEPTION WHEN no_data THEN NULL; END $$; -- refused
DO $$ BEGIN NULL; EXCEPTION WHEN division_by_zero THEN NULL; END $$;
DO $$ BEGIN NULL; EXCEPTION WHEN zero_divide THEN NULL; END $$; -- refused
DO $$ BEGIN NULL; EXCEPTION WHEN integrity_constraint_violation THEN NULL; END $$;
DO $$ BEGIN NULL; EXCEPTION WHEN too_many_rows THEN NULL; WHEN assert_failure THEN NULL; END $$;
DO $$ BEGIN NULL; EXCEPTION WHEN successful_completion THEN NULL; END $$; -- refused
DO $$ BEGIN NULL; EXCEPTION WHEN warning THEN NULL; END $$; -- refused
DO $$ BEGIN NULL; EXCEPTION WHEN query_canceled THEN NULL; END $$;
DO $$ BEGIN NULL; EXCEPTION WHEN query_cancelled THEN NULL; END $$; -- refused
DO $$ BEGIN RAISE unique_violaton; END $$; -- refused
DO $$ BEGIN BEGIN RAISE unique_violation; EXCEPTION WHEN unique_violation THEN NULL; END; END $$;
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN RAISE unique_violaton; END $$; -- refused
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN RAISE unique_violation; END $$;
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN RAISE SQLSTATE '22012'; END $$;
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE unique_violation; END $$;
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE unique_violaton; END $$; -- refused
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = 'unique_violation'; END $$;
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN RAISE; END $$; SELECT f(); -- refused
DO $$ BEGIN RAISE NOTICE 'a %% b'; END $$;
CREATE PROCEDURE f() LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$; -- refused
CREATE PROCEDURE f() LANGUAGE plpgsql AS $$ BEGIN RETURN; END $$;
CREATE PROCEDURE f(INOUT a int) LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$; -- refused
CREATE PROCEDURE f(INOUT a int) LANGUAGE plpgsql AS $$ BEGIN a := 1; RETURN; END $$;
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$;
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$; -- refused
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$; -- refused
CREATE FUNCTION f(OUT a int) LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$; -- refused
CREATE FUNCTION f(OUT a int) LANGUAGE plpgsql AS $$ BEGIN RETURN; END $$;
CREATE FUNCTION f(OUT a int, OUT b int) LANGUAGE plpgsql AS $$ BEGIN RETURN (1, 2); END $$; -- refused
CREATE FUNCTION f() RETURNS TABLE (a int) LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$; -- refused
CREATE FUNCTION f() RETURNS SETOF int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$; -- refused
CREATE FUNCTION f() RETURNS SETOF int LANGUAGE plpgsql AS $$ BEGIN RETURN; END $$;
CREATE FUNCTION f() RETURNS TABLE (a int) LANGUAGE plpgsql AS $$ BEGIN RETURN NEXT; END $$;
CREATE FUNCTION f() RETURNS TABLE (a int) LANGUAGE plpgsql AS $$ BEGIN RETURN NEXT 1; END $$; -- refused
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN NEXT 1; END $$; -- refused
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY SELECT 1; END $$; -- refused
CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$; -- refused
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$;
CREATE FUNCTION f(a int) RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$; -- refused
CREATE FUNCTION f(a int) RETURNS int LANGUAGE plpgsql AS $$ DECLARE a int; BEGIN RETURN a; END $$;
CREATE FUNCTION f(a int, a int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN a; END $$; -- refused
DO $$ DECLARE a int; "A" text; BEGIN NULL; END $$;
DO $$ DECLARE a int; b ALIAS FOR a; BEGIN b := 1; END $$;
DO $$ DECLARE b ALIAS FOR c; BEGIN NULL; END $$; -- refused
CREATE FUNCTION f(int) RETURNS int LANGUAGE plpgsql AS $$ DECLARE b ALIAS FOR $1; BEGIN RETURN b; END $$;
CREATE FUNCTION f(int) RETURNS int LANGUAGE plpgsql AS $$ DECLARE b ALIAS FOR $2; BEGIN RETURN b; END $$; -- refused
CREATE FUNCTION f(OUT a int) LANGUAGE plpgsql AS $$ DECLARE a int; BEGIN a := 1; END $$;
DO $$ BEGIN LOOP EXIT; END LOOP; END $$;
DO $$ <<a>> BEGIN LOOP EXIT a; END LOOP; END $$;
DO $$ <<a>> BEGIN EXIT a; END $$;
DO $$ BEGIN <<a>> LOOP EXIT a; END LOOP a; END $$;
DO $$ <<a>> BEGIN NULL; END a $$;
DO $$ DECLARE x int; BEGIN SELECT 1 INTO STRICT x; END $$;
DO $$ DECLARE r record; BEGIN FOR r IN SELECT 1 LOOP NULL; END LOOP; END $$;
DO $$ DECLARE r int; BEGIN FOR r IN SELECT 1 LOOP NULL; END LOOP; END $$;
DO $$ DECLARE a int; b int; BEGIN FOR a, b IN SELECT 1, 2 LOOP NULL; END LOOP; END $$;
DO $$ DECLARE a int; BEGIN FOREACH a IN ARRAY ARRAY[1,2] LOOP NULL; END LOOP; END $$;
DO $$ DECLARE a int[]; BEGIN FOREACH a SLICE 1 IN ARRAY ARRAY[1,2] LOOP NULL; END LOOP; END $$;
DO $$ DECLARE a int; BEGIN GET DIAGNOSTICS a = ROW_COUNT; END $$;
DO $$ BEGIN SELECT 1; END $$; -- refused
DO $$ BEGIN PERFORM 1; END $$;
DO $$ BEGIN WITH a AS (SELECT 1) SELECT * FROM a; END $$; -- refused
DO $$ BEGIN INSERT INTO t VALUES (5) RETURNING id; END $$; -- refused
DO $$ DECLARE n bigint; BEGIN INSERT INTO t VALUES (5) RETURNING id INTO n; END $$;
DO $$ BEGIN VALUES (1); END $$; -- refused
DO $$ BEGIN CASE 1 WHEN 2 THEN NULL; ELSE NULL; END CASE; END $$;
DO $$ BEGIN ASSERT 1 = 1, 'x'; END $$;
DO $$ BEGIN SAVEPOINT a; END $$; -- refused
DO $$ BEGIN START TRANSACTION; END $$; -- refused
DO $$ BEGIN BEGIN NULL; END; END $$;
DO $$ BEGIN FOUND := true; END $$;
DO $$ DECLARE x pair; BEGIN x.z := 1; END $$; -- refused
DO $$ DECLARE x pair; BEGIN x.x := 1; END $$;
DO $$ DECLARE x t%ROWTYPE; BEGIN x.z := 1; END $$; -- refused
DO $$ DECLARE x t; BEGIN x.a := 1; END $$;
DO $$ DECLARE x t.zz%TYPE; BEGIN NULL; END $$; -- refused
DO $$ DECLARE x tt%ROWTYPE; BEGIN NULL; END $$; -- refused
DO $$ DECLARE x nosuch; BEGIN NULL; END $$; -- refused
DO $$ DECLARE x nosuch[]; BEGIN NULL; END $$; -- refused
DO $$ DECLARE x anyelement; BEGIN NULL; END $$; -- refused
DO $$ DECLARE x void; BEGIN NULL; END $$; -- refused
DO $$ DECLARE x trigger; BEGIN NULL; END $$; -- refused
DO $$ DECLARE x cstring; BEGIN NULL; END $$; -- refused
DO $$ DECLARE x int := 'a'; BEGIN NULL; END $$; -- refused
DO $$ DECLARE x date := '2025-02-30'; BEGIN NULL; END $$; -- refused
DO $$ DECLARE x boolean := 'maybe'; BEGIN NULL; END $$; -- refused
DO $$ DECLARE x uuid; BEGIN x := 'abc'; END $$; -- refused
DO $$ DECLARE x text COLLATE "C"; BEGIN NULL; END $$;
DO $$ BEGIN IF 1 THEN NULL; END IF; END $$;
DO $$ BEGIN FOR i IN REVERSE 3..1 LOOP NULL; END LOOP; END $$;
DO $$ BEGIN RETURN 1; END $$; -- refused
DO $$ BEGIN RETURN; END $$;
DO $$ BEGIN RETURN NEXT 1; END $$; -- refused
DO $$ BEGIN RETURN QUERY SELECT 1; END $$; -- refused
DO $$ BEGIN EXECUTE NULL; END $$; -- refused
DO $$ BEGIN EXECUTE 'SELECT 1' USING 1; END $$;
DO $$ BEGIN EXECUTE 'SELECT $1' ; END $$; -- refused
DO $$ BEGIN EXECUTE 'SELECT $2' USING 1; END $$; -- refused
DO $$ BEGIN EXECUTE 'SELECT $1 + 1' USING 1; END $$;
DO $$ BEGIN EXECUTE 'SELECT 1 INTO x'; END $$; -- refused
DO $$ BEGIN EXECUTE 'COMMIT'; END $$; -- refused
DO $$ BEGIN EXECUTE 'SELECT 1 FROM ' || quote_ident('t'); END $$;
DO $$ BEGIN EXECUTE format('SELECT 1 FROM %I', 't'); END $$;
DO $$ BEGIN EXECUTE format('SELECT zz FROM %I', 't'); END $$; -- refused
DO $$ BEGIN EXECUTE format('SELECT %I FROM t', 'zz'); END $$; -- refused
DO $$ BEGIN EXECUTE format('SELECT %s FROM t', quote_ident('zz')); END $$; -- refused
DO $$ BEGIN EXECUTE 'SELECT ' || quote_literal('x') || '::int'; END $$; -- refused
DO $$ BEGIN EXECUTE 'SELECT ' || quote_literal('1') || '::int'; END $$;
DO $$ BEGIN EXECUTE 'SELECT ' || quote_nullable('x') || '::int'; END $$; -- refused
DO $$ BEGIN EXECUTE 'DROP TABLE "T"'; END $$; -- refused
DO $$ BEGIN EXECUTE format('DROP TABLE %I', 'T'); END $$; -- refused
DO $$ BEGIN EXECUTE format('DROP TABLE %s', 'T'); END $$;
DO $$ BEGIN EXECUTE format('ALTER TABLE %I.%I ADD COLUMN c int', 'public', 't'); END $$;
DO $$ BEGIN EXECUTE format('ALTER TABLE %2$I.%1$I ADD COLUMN c int', 't', 'public'); END $$;
DO $$ BEGIN EXECUTE format('ALTER TABLE %I ADD COLUMN', 't'); END $$; -- refused
DO $$ BEGIN EXECUTE format('SELECT %d', 1); END $$; -- refused
DO $$ BEGIN EXECUTE 'SELEC 1'; END $$; -- refused
DO $$ BEGIN EXECUTE 'SELECT 1 FROM'; END $$; -- refused
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'SELEC 1'; END $$; SELECT f(); -- refused
SELECT format('%s %1$s', 'a');
SELECT format('%-5s|%5s', 'a', 'b');
SELECT format('%*s', 5, 'b');
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN SELECT 1; END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN SELECT 1; EXCEPTION WHEN others THEN NULL; END $$; SELECT f();
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN SELECT 1; EXCEPTION WHEN unique_violation THEN NULL; END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ DECLARE n int; BEGIN SELECT a INTO n FROM t; RETURN n; END $$; SELECT f();
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ DECLARE n int; BEGIN SELECT a FROM t INTO n; RETURN n; END $$; SELECT f();
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ DECLARE n int; BEGIN WITH x AS (SELECT a FROM t) SELECT a INTO n FROM x; RETURN n; END $$; SELECT f();
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN WITH x AS (DELETE FROM t RETURNING a) SELECT a FROM x; END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN WITH x AS (DELETE FROM t RETURNING *) INSERT INTO t SELECT * FROM x; END $$; SELECT f();
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN UPDATE t SET a = 3 RETURNING a; END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ DECLARE n int; BEGIN UPDATE t SET a = 3 RETURNING a INTO STRICT n; END $$; SELECT f();
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DELETE FROM t RETURNING *; END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN MERGE INTO t USING (VALUES (1)) v (k) ON t.id = v.k WHEN MATCHED THEN DELETE RETURNING t.id; END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN SELECT 1 UNION SELECT 2; END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM a FROM t; END $$; SELECT f();
CREATE FUNCTION f() RETURNS SETOF t LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY SELECT * FROM t; END $$; SELECT f();
CREATE FUNCTION f() RETURNS SETOF t LANGUAGE plpgsql AS $$ BEGIN SELECT * FROM t; END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS SETOF int LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY UPDATE t SET a = 1 RETURNING a; END $$; SELECT f();
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN SELECT pg_sleep(0); END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0); END $$; SELECT f();
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN SHOW work_mem; END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXPLAIN SELECT 1; END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN CREATE TEMP TABLE x AS SELECT 1; END $$; SELECT f();
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN FOR i IN 1..2 LOOP SELECT i; END LOOP; END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO t (id) VALUES (7) RETURNING id; RETURN NEW; END $$; CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f(); UPDATE t SET a = 5; -- refused
CREATE PROCEDURE f() LANGUAGE plpgsql AS $$ BEGIN SELECT 1; END $$; CALL f(); -- refused
CREATE PROCEDURE f() LANGUAGE plpgsql AS $$ BEGIN SAVEPOINT a; END $$; CALL f(); -- refused
CREATE PROCEDURE f() LANGUAGE plpgsql AS $$ BEGIN RELEASE SAVEPOINT a; END $$; CALL f(); -- refused
CREATE PROCEDURE f() LANGUAGE plpgsql AS $$ BEGIN START TRANSACTION; END $$; CALL f(); -- refused
CREATE PROCEDURE f() LANGUAGE plpgsql AS $$ BEGIN PREPARE TRANSACTION 'x'; END $$; CALL f(); -- refused
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'START TRANSACTION'; END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'SAVEPOINT a'; END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'SELECT 1 INTO x'; END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'CREATE TEMP TABLE x AS SELECT 1'; END $$; SELECT f();
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ DECLARE x int; BEGIN EXECUTE 'SELECT 1' INTO x; RETURN x; END $$; SELECT f();
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ DECLARE x int; BEGIN EXECUTE 'SELECT $1 + $2' INTO x USING 1, 2; RETURN x; END $$; SELECT f();
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ DECLARE x int; BEGIN EXECUTE 'SELECT $1 + $2' USING 1, 2 INTO x; RETURN x; END $$; SELECT f();
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ DECLARE x int; BEGIN EXECUTE 'SELECT $1 + $3' INTO x USING 1, 2; RETURN x; END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ DECLARE x int; BEGIN EXECUTE 'SELECT $1' INTO x; RETURN x; END $$; SELECT f(); -- refused
CREATE FUNCTION f(a int) RETURNS int LANGUAGE plpgsql AS $$ DECLARE x int; BEGIN EXECUTE 'SELECT $1' INTO x; RETURN x; END $$; SELECT f(1); -- refused
CREATE FUNCTION f(a int) RETURNS SETOF int LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY EXECUTE 'SELECT $1' USING a; END $$; SELECT f(1);
CREATE FUNCTION f(a int) RETURNS SETOF int LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY EXECUTE 'SELECT $1'; END $$; SELECT f(1); -- refused
CREATE FUNCTION f(a int) RETURNS void LANGUAGE plpgsql AS $$ DECLARE r record; BEGIN FOR r IN EXECUTE 'SELECT $1' USING a LOOP NULL; END LOOP; END $$; SELECT f(1);
CREATE FUNCTION f(a int) RETURNS void LANGUAGE plpgsql AS $$ DECLARE r record; BEGIN FOR r IN EXECUTE 'SELECT $1' LOOP NULL; END LOOP; END $$; SELECT f(1); -- refused
CREATE FUNCTION f(a int) RETURNS void LANGUAGE plpgsql AS $$ DECLARE c refcursor; BEGIN OPEN c FOR EXECUTE 'SELECT $1' USING a; END $$; SELECT f(1);
CREATE FUNCTION f(a int) RETURNS void LANGUAGE plpgsql AS $$ DECLARE c refcursor; BEGIN OPEN c FOR EXECUTE 'SELECT $1'; END $$; SELECT f(1); -- refused
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'SELECT ''$1'''; END $$; SELECT f();
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'SELECT 1;'; END $$; SELECT f();
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE ''; END $$; SELECT f();
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE '-- nothing'; END $$; SELECT f();
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'SELECT 1; SELECT 2'; END $$; SELECT f();
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'SELECT 1; SELEC 2'; END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'ALTER TABLE ' || quote_ident('t') || ' ADD COLUM z int'; END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'ALTER TABLE ' || quote_ident('t') || ' ADD COLUMN z int'; END $$; SELECT f();
CREATE FUNCTION f(n text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'ALTER TABLE ' || quote_ident(n) || ' ADD COLUMN z int'; END $$; SELECT f('t');
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'UPDATE t SET b = ' || quote_literal('it''s') || ' WHERE id = ' || quote_nullable(NULL); END $$; SELECT f();
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'UPDATE t SET bb = ' || quote_literal('it''s'); END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'UPDATE t SET a = ' || quote_literal(5); END $$; SELECT f();
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE E'UPDATE t SET b = \'x\''; END $$; SELECT f();
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ DECLARE x pair; BEGIN x.x := 1; x.y := 'a'; END $$; SELECT f();
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ DECLARE x pair; BEGIN x.z := 1; END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ DECLARE x pair; BEGIN SELECT 1 INTO x.z; END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ DECLARE x pair; BEGIN SELECT 1, 'b' INTO x.x, x.y; END $$; SELECT f();
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ DECLARE x t; BEGIN SELECT 1 INTO x.a; x.aa := 1; END $$; SELECT f(); -- refused
CREATE FUNCTION f(x pair) RETURNS void LANGUAGE plpgsql AS $$ BEGIN x.zz := 1; END $$; SELECT f((1, 'a')); -- refused
CREATE FUNCTION f(x pair) RETURNS pair LANGUAGE plpgsql AS $$ BEGIN x.y := 'v'; RETURN x; END $$; SELECT f((1, 'a'));
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ <<x>> DECLARE y int; BEGIN x.y := 1; END $$; SELECT f();
CREATE FUNCTION f(OUT x pair) LANGUAGE plpgsql AS $$ BEGIN x.z := 1; END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ DECLARE x t[]; BEGIN x[1].a := 1; END $$; SELECT f();
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ DECLARE d date := '2025-13-01'; BEGIN NULL; END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ DECLARE d date := 'today'; n int := '12'; b boolean := 'yes'; j jsonb := '{}'; u uuid := '00000000-0000-0000-0000-000000000000'; a int[] := '{1,2}'; BEGIN NULL; END $$; SELECT f();
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ DECLARE j jsonb := '{a: 1}'; BEGIN NULL; END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ DECLARE a int[] := '[1,2]'; BEGIN NULL; END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ DECLARE i interval; BEGIN i := '5 minutes'; END $$; SELECT f();
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ DECLARE m mood := 'sad'; BEGIN m := 'glad'; END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ DECLARE m mood := 'sad'; BEGIN m := 'ok'; END $$; SELECT f();
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ DECLARE n int; BEGIN n := ''; END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ DECLARE n numeric; BEGIN n := '1,5'; END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ DECLARE n numeric; BEGIN n := '1.5'; END $$; SELECT f();
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ DECLARE x CONSTANT int := 1; BEGIN x = 2; END $$; -- refused
CREATE FUNCTION f(x int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN x := 2; RETURN x; END $$;
CREATE FUNCTION f(x int) RETURNS int LANGUAGE plpgsql AS $$ DECLARE y CONSTANT int := x; BEGIN x := y; RETURN x; END $$;
CREATE FUNCTION f(x int) RETURNS int LANGUAGE plpgsql AS $$ DECLARE y CONSTANT int := x; BEGIN y := x; RETURN x; END $$; -- refused
CREATE FUNCTION f(x int) RETURNS int LANGUAGE plpgsql AS $$ DECLARE y CONSTANT int := x; BEGIN EXECUTE 'SELECT 1' INTO y; RETURN x; END $$; -- refused
CREATE FUNCTION f(x int) RETURNS int LANGUAGE plpgsql AS $$ DECLARE y CONSTANT int := x; BEGIN UPDATE t SET a = 1 RETURNING a INTO y; RETURN x; END $$; -- refused
CREATE FUNCTION f(c text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN OPEN c FOR SELECT 1; END $$; -- refused
CREATE FUNCTION f(c refcursor) RETURNS refcursor LANGUAGE plpgsql AS $$ BEGIN OPEN c FOR SELECT 1; RETURN c; END $$;
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ DECLARE c pg_catalog.refcursor; BEGIN OPEN c FOR SELECT 1; END $$;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE FUNCTION f(a text DEFAULT 'x') RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$; -- refused
CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RETURN; END $$;
CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE '%', tg_tag; END $$;
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN RAISE data_exception; END $$;
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN RAISE USING ERRCODE = 'nosuch'; END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN NULL; EXCEPTION WHEN invalid_text_representation OR datetime_field_overflow OR insufficient_privilege THEN NULL; END $$;
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN NULL; EXCEPTION WHEN permission_denied THEN NULL; END $$; -- refused
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN NULL; EXCEPTION WHEN unique_violation THEN BEGIN NULL; EXCEPTION WHEN table_not_found THEN NULL; END; END $$; -- refused
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN NULL; EXCEPTION WHEN duplicate_table OR duplicate_object OR undefined_table OR undefined_object THEN NULL; END $$;
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN NULL; EXCEPTION WHEN duplicate_constraint THEN NULL; END $$; -- refused
CREATE FUNCTION f(a anyelement) RETURNS anyelement LANGUAGE plpgsql AS $$ DECLARE b a%TYPE; BEGIN RETURN a; END $$;
CREATE FUNCTION f(a anyelement) RETURNS anyelement LANGUAGE plpgsql AS $$ DECLARE b anyelement; BEGIN RETURN a; END $$; -- refused
CREATE FUNCTION f(a anyarray) RETURNS void LANGUAGE plpgsql AS $$ DECLARE b anyarray; BEGIN NULL; END $$; -- refused
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ DECLARE b internal; BEGIN NULL; END $$; -- refused
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ DECLARE b record; c refcursor; BEGIN NULL; END $$;
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ DECLARE b ALIAS FOR new; BEGIN NULL; END $$; -- refused
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ DECLARE b ALIAS FOR new; BEGIN RETURN b; END $$;
SET check_function_bodies = off; CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ DECLARE x CONSTANT int := 1; BEGIN x := 2; END $$;
SET check_function_bodies = off; DO $$ DECLARE x CONSTANT int := 1; BEGIN x := 2; END $$; -- refused
DO $$ BEGIN BEGIN SELECT 1; EXCEPTION WHEN others THEN NULL; END; END $$;
DO $$ BEGIN BEGIN EXECUTE 'SELEC 1'; EXCEPTION WHEN syntax_error THEN NULL; END; END $$;
DO $$ BEGIN BEGIN EXECUTE 'SELEC 1'; EXCEPTION WHEN syntax_error_or_access_rule_violation THEN NULL; END; END $$;
DO $$ DECLARE d date; BEGIN BEGIN d := 'x'; EXCEPTION WHEN invalid_datetime_format THEN NULL; END; END $$;
DO $$ DECLARE d int; BEGIN BEGIN d := 'x'; EXCEPTION WHEN invalid_text_representation THEN NULL; END; END $$;
DO $$ DECLARE d int; BEGIN BEGIN d := 'x'; EXCEPTION WHEN data_exception THEN NULL; END; END $$;
