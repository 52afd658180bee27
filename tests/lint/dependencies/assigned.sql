-- Constants that variables of PL/pgSQL get, output parameters, and calls of procedures
DO $$ DECLARE s varchar(3) := 'abc'; BEGIN s := 'xyz'; END $$;
DO $$ DECLARE s varchar(3) := 'abc'; BEGIN s := 'wxyz'; END $$; -- refused
DO $$ DECLARE s varchar(3); BEGIN s := 'abc   '; END $$;
DO $$ DECLARE s char(2); BEGIN s := 'a'; END $$;
DO $$ DECLARE s char(2); BEGIN s := 'abc'; END $$; -- refused
DO $$ DECLARE s text; BEGIN s := 'abc'; END $$;
DO $$ DECLARE n numeric(3,1) := 99.94; BEGIN n := '12'; END $$;
DO $$ DECLARE n numeric(3,1) := 99.96; BEGIN NULL; END $$; -- refused
DO $$ DECLARE n smallint := 32767; BEGIN NULL; END $$;
DO $$ DECLARE n smallint := 32768; BEGIN NULL; END $$; -- refused
DO $$ DECLARE n int := 3000000000; BEGIN NULL; END $$; -- refused
DO $$ DECLARE n bigint := 3000000000; BEGIN NULL; END $$;
DO $$ DECLARE n int := 3.7; BEGIN n := '4'; END $$;
DO $$ DECLARE n positive := 1; BEGIN n := 5; END $$;
DO $$ DECLARE n positive := 1; BEGIN n := -5; END $$; -- refused
DO $$ DECLARE n tickets.n%TYPE; BEGIN n := 0; END $$; -- refused
DO $$ DECLARE n tickets.title%TYPE; BEGIN n := 'a title that is too long'; END $$; -- refused
DO $$ DECLARE n tickets.title%TYPE; BEGIN n := 'a title'; END $$;
DO $$ DECLARE n tickets.state%TYPE := 'done'; BEGIN n := 'gone'; END $$; -- refused
DO $$ DECLARE n tickets.weight%TYPE; BEGIN n := 999.94; END $$;
DO $$ DECLARE n tickets.weight%TYPE; BEGIN n := 1000; END $$; -- refused
DO $$ DECLARE p pair; BEGIN p.a := 1; p.b := 'abc'; p.s := 'open'; END $$;
DO $$ DECLARE p pair; BEGIN p.b := 'abcd'; END $$; -- refused
DO $$ DECLARE p pair; BEGIN p.a := 'x'; END $$; -- refused
DO $$ DECLARE p pair; BEGIN p.s := 'shut'; END $$; -- refused
DO $$ DECLARE p pair; BEGIN p.a := 3000000000; END $$; -- refused
DO $$ DECLARE t tickets; BEGIN t.title := 'short'; t.n := 3; END $$;
DO $$ DECLARE t tickets; BEGIN t.n := -3; END $$; -- refused
DO $$ DECLARE t tickets%ROWTYPE; BEGIN t.state := 'shut'; END $$; -- refused
DO $$ DECLARE n int NOT NULL := 1; BEGIN n := 2; END $$;
DO $$ DECLARE n int NOT NULL := 1; BEGIN n := NULL; END $$; -- refused
DO $$ DECLARE n int NOT NULL := 1; BEGIN DECLARE n int; BEGIN n := NULL; END; END $$;
DO $$ DECLARE n int := 1; BEGIN n := NULL; END $$;
DO $$ DECLARE n int; BEGIN SELECT 1 INTO n; END $$;
DO $$ DECLARE n int; BEGIN SELECT 'x' INTO n; END $$; -- refused
DO $$ DECLARE n int; BEGIN SELECT '12' INTO n; END $$;
DO $$ DECLARE n int; BEGIN SELECT 'x' INTO n WHERE false; END $$;
DO $$ DECLARE n int; BEGIN SELECT 'x' INTO n FROM tickets; END $$;
DO $$ DECLARE n int; m text; BEGIN SELECT 1, 'x' INTO n, m; END $$;
DO $$ DECLARE n int; m text; BEGIN SELECT 'x', 1 INTO n, m; END $$; -- refused
DO $$ DECLARE n int; m text; BEGIN SELECT 1, 'x', 3 INTO n, m; END $$;
DO $$ DECLARE s ticket_state; BEGIN SELECT 'open' INTO s; END $$;
DO $$ DECLARE s ticket_state; BEGIN SELECT 'shut' INTO s; END $$; -- refused
DO $$ DECLARE s varchar(3); BEGIN SELECT 'abcd' INTO s; END $$; -- refused
DO $$ DECLARE s varchar(3); BEGIN SELECT 'abcd'::text INTO s; END $$; -- refused
DO $$ DECLARE r record; BEGIN SELECT 'x', 1 INTO r; END $$;
DO $$ DECLARE p pair; BEGIN SELECT 1, 'x' INTO p; END $$;
DO $$ DECLARE t tickets; BEGIN SELECT 1 INTO t; END $$;
DO $$ DECLARE n int; BEGIN SELECT 'x' INTO STRICT n; EXCEPTION WHEN others THEN NULL; END $$;
DO $$ DECLARE n int; BEGIN SELECT 'x' INTO n; EXCEPTION WHEN invalid_text_representation THEN NULL; END $$;
DO $$ DECLARE d date := '2024-02-30'; BEGIN NULL; END $$; -- refused
DO $$ DECLARE d interval := '5 dais'; BEGIN NULL; END $$; -- refused
DO $$ DECLARE d interval := '5 days'; e uuid := gen_random_uuid(); BEGIN NULL; END $$;
DO $$ DECLARE a int[] := '{1,2}'; b jsonb := '{"a": 1}'; BEGIN NULL; END $$;
DO $$ DECLARE a int[] := '1,2'; BEGIN NULL; END $$; -- refused
DO $$ DECLARE a int[]; BEGIN a[1] := 5; a[2] := '6'; END $$;
DO $$ DECLARE b boolean; BEGIN CALL close_ticket(1, b); END $$;
DO $$ DECLARE b boolean; BEGIN CALL close_ticket(1, closed => b); END $$;
DO $$ DECLARE b boolean; BEGIN CALL close_ticket(ticket => 1, closed => b); END $$;
DO $$ BEGIN CALL close_ticket(1); END $$; -- refused
DO $$ BEGIN CALL close_ticket(1, true); END $$; -- refused
DO $$ DECLARE b boolean; BEGIN CALL close_ticket(1, closed => NULL); END $$; -- refused
DO $$ DECLARE b boolean; BEGIN CALL close_ticket(1, NOT b); END $$; -- refused
DO $$ DECLARE n bigint; BEGIN CALL count_tickets(n); END $$;
DO $$ BEGIN CALL count_tickets(NULL); END $$; -- refused
CALL count_tickets(NULL);
CALL count_tickets(); -- refused
CALL close_ticket(1, true);
CALL close_ticket('1', 'yes');
CALL close_ticket('x'); -- refused
CALL log_state('open');
CALL log_state('shut'); -- refused
CALL log_state('open', 'x');
CALL log_state(note => 'x', s => 'open');
DO $$ BEGIN CALL log_state('shut'); END $$; -- refused
DO $$ BEGIN CALL log_state('done', 'x'); END $$;
SELECT total(1), total(1, 2), total('3'), total(NULL);
SELECT total(); -- refused
SELECT total('x'); -- refused
SELECT total(1, 2, 3); -- refused
SELECT total(NULL, NULL, NULL); -- refused
CREATE FUNCTION f(OUT a int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION f(OUT a int) RETURNS bigint LANGUAGE sql AS 'SELECT 1'; -- refused
CREATE FUNCTION f(OUT a int, OUT b text) RETURNS record LANGUAGE sql AS $$ SELECT 1, 'x' $$;
CREATE FUNCTION f(OUT a int, OUT b text) RETURNS int LANGUAGE sql AS $$ SELECT 1, 'x' $$; -- refused
CREATE FUNCTION f(OUT a int) RETURNS SETOF int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION f(OUT a int) RETURNS SETOF text LANGUAGE sql AS 'SELECT 1'; -- refused
CREATE FUNCTION f(INOUT a anyelement) RETURNS anyelement LANGUAGE sql AS 'SELECT a';
CREATE FUNCTION f(INOUT a int, b text) RETURNS int LANGUAGE sql AS 'SELECT a';
CREATE FUNCTION f(INOUT a int, OUT b text) RETURNS SETOF record LANGUAGE sql AS $$ SELECT 1, 'x' $$;
CREATE FUNCTION f(a int, OUT p pair) LANGUAGE sql AS $$ SELECT 1, 'x', 'open'::ticket_state $$;
CREATE FUNCTION f(OUT p pair) RETURNS pair LANGUAGE sql AS $$ SELECT 1, 'x'::varchar, 'open'::ticket_state $$;
CREATE FUNCTION bump() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.weight := 1; RETURN NEW; END $$; CREATE TRIGGER b BEFORE INSERT ON tickets FOR EACH ROW EXECUTE FUNCTION bump(); INSERT INTO tickets (title) VALUES ('x');
CREATE FUNCTION bump() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.updated_at := now(); RETURN NEW; END $$; CREATE TRIGGER b BEFORE INSERT ON tickets FOR EACH ROW EXECUTE FUNCTION bump(); INSERT INTO tickets (title) VALUES ('x'); -- refused
CREATE FUNCTION bump() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.updated_at := now(); RETURN NEW; END $$; CREATE TRIGGER b BEFORE INSERT ON tickets FOR EACH ROW EXECUTE FUNCTION bump(); ALTER TABLE tickets ADD COLUMN updated_at timestamptz; INSERT INTO tickets (title) VALUES ('x');
CREATE FUNCTION run() RETURNS void LANGUAGE plpgsql AS $$ BEGIN CALL log_state('open'); END $$; SELECT run(); SELECT title FROM tickets;
CREATE FUNCTION f() RETURNS TABLE (p pair) LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY SELECT 1, 'x'::varchar(3), 'open'::ticket_state; END $$; SELECT * FROM f();
CREATE FUNCTION f() RETURNS TABLE (p pair) LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY SELECT ROW(1, 'x', 'open')::pair; END $$; SELECT * FROM f(); -- refused
CREATE FUNCTION f() RETURNS TABLE (p pair) LANGUAGE sql AS $$ SELECT ROW(1, 'x', 'open')::pair $$;
CREATE FUNCTION f() RETURNS TABLE (p pair) LANGUAGE sql AS $$ SELECT 1, 'x' $$; -- refused
CREATE PROCEDURE p(a int, OUT b int, INOUT c int) LANGUAGE sql AS 'SELECT a, c'; CALL p(1, NULL, 2);
CREATE PROCEDURE p(a int, OUT b int, INOUT c int) LANGUAGE sql AS 'SELECT a, c'; CALL p(1, 2); -- refused
