-- Functions, triggers and DO blocks over tickets
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT count(*) FROM tickets); END $$; SELECT f();
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT count(*) FROM tickt); END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS TABLE (state ticket_state, n bigint) LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY SELECT t.state, count(*) FROM tickets t GROUP BY t.state; END $$; SELECT f();
CREATE FUNCTION f() RETURNS TABLE (state ticket_state, n bigint) LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY SELECT t.state FROM tickets t; END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS TABLE (state ticket_state, n bigint) LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY SELECT t.state, t.title FROM tickets t; END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS TABLE (state ticket_state, n int) LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY SELECT t.state, count(*) FROM tickets t GROUP BY 1; END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS TABLE (state text, n bigint) LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY SELECT t.state, count(*) FROM tickets t GROUP BY 1; END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS TABLE (state text, n bigint) LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY SELECT state, count(*) FROM tickets GROUP BY 1; END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS SETOF ticket_summary LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY SELECT state, count(*) FROM tickets GROUP BY 1; END $$; SELECT f();
CREATE FUNCTION f() RETURNS SETOF ticket_summary LANGUAGE plpgsql AS $$ DECLARE r ticket_summary; BEGIN r.state := 'open'; r.total := 1; RETURN NEXT r; END $$; SELECT f();
CREATE FUNCTION f() RETURNS SETOF ticket_summary LANGUAGE plpgsql AS $$ DECLARE r ticket_summary; BEGIN r.state := 'open'; r.count := 1; RETURN NEXT r; END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS SETOF ticket_summary LANGUAGE plpgsql AS $$ DECLARE r ticket_summary; BEGIN r.state := 'closed'; RETURN NEXT r; END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ DECLARE n int; BEGIN SELECT 'a' INTO n; RETURN n; END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ DECLARE n int; BEGIN SELECT '7' INTO n; RETURN n; END $$; SELECT f();
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ DECLARE n int; BEGIN SELECT title INTO n FROM tickets; RETURN n; END $$; SELECT f();
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ DECLARE n int := 'a'; BEGIN RETURN n; END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ DECLARE n int; BEGIN n := 'a'; RETURN n; END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $$ DECLARE n varchar(3); BEGIN n := 'abcd'; RETURN n; END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $$ DECLARE n varchar(3); BEGIN n := 'abc'; RETURN n; END $$; SELECT f();
CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $$ DECLARE n varchar(3) := 'abcd'; BEGIN RETURN n; END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS numeric LANGUAGE plpgsql AS $$ DECLARE n numeric(3,1); BEGIN n := 1234; RETURN n; END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS numeric LANGUAGE plpgsql AS $$ DECLARE n tickets.weight%TYPE; BEGIN n := 12345; RETURN n; END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ DECLARE n smallint; BEGIN n := 40000; RETURN n; END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ DECLARE n CONSTANT int := 1; BEGIN n := 2; RETURN n; END $$; -- refused
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ DECLARE n int NOT NULL; BEGIN RETURN n; END $$; -- refused
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ DECLARE n int NOT NULL := 1; BEGIN n := NULL; RETURN n; END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ DECLARE n int NOT NULL := NULL; BEGIN RETURN n; END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN PERFORM 1; END $$; SELECT f(); -- refused
CREATE FUNCTION f(a int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN IF a > 0 THEN RETURN 1; ELSE RETURN 2; END IF; END $$; SELECT f(0);
CREATE FUNCTION f(a int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN IF a > 0 THEN RETURN 1; END IF; RAISE EXCEPTION 'no'; END $$; SELECT f(1);
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM 1; END $$; SELECT f();
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$; -- refused
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN SELECT 1; END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN SELECT add_credits(NULL, 1); END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE '100%% of %', 1; END $$; SELECT f();
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION USING errcode = 'unique_violation', message = 'x'; EXCEPTION WHEN unique_violation THEN NULL; END $$; SELECT f();
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM 1; EXCEPTION WHEN uniq_violation THEN NULL; END $$; -- refused
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM 1; EXCEPTION WHEN SQLSTATE '23505' OR foreign_key_violation THEN NULL; END $$; SELECT f();
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN RAISE no_such_condition; END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ DECLARE c CURSOR FOR SELECT id, title FROM tickets; r record; BEGIN FOR r IN c LOOP RAISE NOTICE '%', r.title; END LOOP; END $$; SELECT f();
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ DECLARE c CURSOR (w uuid) FOR SELECT id FROM tickets WHERE owner = w; i bigint; BEGIN OPEN c(gen_random_uuid()); FETCH c INTO i; CLOSE c; END $$; SELECT f();
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ DECLARE r record; BEGIN FOR r IN SELECT id, state FROM tickets LOOP UPDATE tickets SET title = r.title WHERE id = r.id; END LOOP; END $$; INSERT INTO tickets (title) VALUES ('x'); SELECT f(); -- refused
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ DECLARE r record; BEGIN FOR r IN SELECT * FROM tickets LOOP UPDATE tickets SET title = r.title WHERE id = r.id; END LOOP; END $$; INSERT INTO tickets (title) VALUES ('x'); SELECT f();
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ DECLARE r tickets%ROWTYPE; BEGIN SELECT * INTO r FROM tickets; r.body := 'x'; END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ DECLARE r tickets; BEGIN SELECT * INTO r FROM tickets; r.title := 'x'; END $$; SELECT f();
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ DECLARE t tickets.titel%TYPE; BEGIN NULL; END $$; -- refused
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ DECLARE t ticket%ROWTYPE; BEGIN NULL; END $$; -- refused
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ DECLARE a int; b text; BEGIN SELECT id, title INTO a, b FROM tickets; END $$; INSERT INTO tickets (title) VALUES ('x'); SELECT f();
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ DECLARE a int; BEGIN SELECT id, title INTO a FROM tickets; END $$; INSERT INTO tickets (title) VALUES ('x'); SELECT f();
CREATE FUNCTION f(a int) RETURNS void LANGUAGE plpgsql AS $$ DECLARE a text; BEGIN NULL; END $$; SELECT f(1);
CREATE FUNCTION f(a int, a text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN NULL; END $$; -- refused
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM x; END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN CALL close_ticket(1); END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN CALL close_ticket(1, NULL); END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ DECLARE b boolean; BEGIN CALL close_ticket(1, b); END $$; SELECT f();
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ DECLARE b boolean; BEGIN CALL close_ticket(1, closed => b); END $$; SELECT f();
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ DECLARE b boolean; BEGIN CALL close_ticket(1, closed => true); END $$; SELECT f(); -- refused
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ DECLARE b boolean; BEGIN b := close_ticket(1, b); END $$; SELECT f(); -- refused
CALL close_ticket(1, NULL);
CALL close_ticket(1);
CALL close_ticket('x'); -- refused
CALL add_credits(NULL, 1); -- refused
SELECT close_ticket(1, true); -- refused
SELECT add_credits('11111111-1111-1111-1111-111111111111', 5);
SELECT add_credits('me', 5); -- refused
SELECT add_credits(amount => 5, who => NULL);
SELECT add_credits(amount => 5, user_id => NULL); -- refused
SELECT add_credits(NULL); -- refused
CREATE FUNCTION log_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO audit_log (table_name, row_id, action) VALUES (TG_TABLE_NAME, NEW.id, TG_OP); RETURN NULL; END $$; CREATE TRIGGER a AFTER INSERT ON tickets FOR EACH ROW EXECUTE FUNCTION log_it(); INSERT INTO tickets (title) VALUES ('x');
CREATE FUNCTION log_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO audit_log (table_name, row_id, action) VALUES (TG_TABLE_NAME, NEW.uuid, TG_OP); RETURN NULL; END $$; CREATE TRIGGER a AFTER INSERT ON tickets FOR EACH ROW EXECUTE FUNCTION log_it(); INSERT INTO tickets (title) VALUES ('x'); -- refused
CREATE FUNCTION log_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO audit_log (table_name, row_id, actn) VALUES (TG_TABLE_NAME, NEW.id, TG_OP); RETURN NULL; END $$; CREATE TRIGGER a AFTER INSERT ON tickets FOR EACH ROW EXECUTE FUNCTION log_it(); INSERT INTO tickets (title) VALUES ('x'); -- refused
CREATE TRIGGER t BEFORE INSERT ON tickets FOR EACH ROW EXECUTE FUNCTION add_credits(); -- refused
CREATE TRIGGER t BEFORE INSERT ON tickets FOR EACH ROW EXECUTE FUNCTION touch_updated(); -- refused
CREATE TRIGGER profiles_touch BEFORE INSERT ON profiles FOR EACH ROW EXECUTE FUNCTION touch_updated_at(); -- refused
CREATE TRIGGER t BEFORE UPDATE OF state, stat ON tickets FOR EACH ROW EXECUTE FUNCTION touch_updated_at(); -- refused
CREATE TRIGGER t BEFORE UPDATE OF title ON tickets FOR EACH ROW WHEN (OLD.title IS DISTINCT FROM NEW.title) EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER t BEFORE INSERT ON tickets FOR EACH ROW WHEN (OLD.title IS DISTINCT FROM NEW.title) EXECUTE FUNCTION touch_updated_at(); -- refused
CREATE TRIGGER t AFTER INSERT ON tickets WHEN (NEW.title <> '') EXECUTE FUNCTION touch_updated_at(); -- refused
CREATE TRIGGER t INSTEAD OF INSERT ON tickets FOR EACH ROW EXECUTE FUNCTION touch_updated_at(); -- refused
CREATE TRIGGER t AFTER INSERT ON tickets REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION touch_updated_at();
CREATE TRIGGER t BEFORE INSERT ON tickets REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION touch_updated_at(); -- refused
CREATE TRIGGER t AFTER INSERT OR UPDATE ON tickets REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION touch_updated_at(); -- refused
ALTER TABLE profiles RENAME COLUMN updated_at TO changed_at; UPDATE profiles SET credits = 1;
CREATE OR REPLACE FUNCTION add_credits(who uuid, amount int) RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$; -- refused
CREATE OR REPLACE FUNCTION add_credits(who uuid, delta int) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$; -- refused
CREATE OR REPLACE FUNCTION add_credits(who uuid, amount bigint) RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$;
CREATE OR REPLACE FUNCTION add_credits(who uuid, amount int DEFAULT 1) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$;
CREATE OR REPLACE FUNCTION add_credits(who uuid, amount int DEFAULT 1, note text) RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$; -- refused
DO $$ DECLARE n int; BEGIN SELECT count(*) INTO n FROM tickets; IF n > 0 THEN RAISE EXCEPTION '% left', n; END IF; END $$;
DO $$ BEGIN EXECUTE 'SELECT 1 FROM tickts'; END $$; -- refused
DO $$ BEGIN EXECUTE format('SELECT 1 FROM %I', 'tickets'); END $$;
DO $$ BEGIN EXECUTE format('SELECT %s FROM %I', 'tickets'); END $$; -- refused
DO $$ DECLARE s ticket_state := 'open'; BEGIN IF s = 'closed' THEN NULL; END IF; END $$; -- refused
DO $$ DECLARE s ticket_state := 'open'; BEGIN IF s::text = 'closed' THEN NULL; END IF; END $$;
DO $$ DECLARE i int; BEGIN FOR i IN 1..3 LOOP INSERT INTO tickets (title) VALUES ('t' || i); END LOOP; END $$;
DO $$ DECLARE arr text[] := ARRAY['a', 'b']; x text; BEGIN FOREACH x IN ARRAY arr LOOP INSERT INTO tickets (title) VALUES (x); END LOOP; END $$;
DO $$ DECLARE p profiles; BEGIN INSERT INTO profiles (id) VALUES (gen_random_uuid()) RETURNING * INTO p; RAISE NOTICE '%', p.emial; END $$; -- refused
DO $$ DECLARE p profiles; BEGIN INSERT INTO profiles (id) VALUES (gen_random_uuid()) RETURNING * INTO STRICT p; RAISE NOTICE '%', p.email; END $$;
DO $$ <<outer>> BEGIN LOOP EXIT outer; END LOOP; END $$;
DO $$ DECLARE n int; BEGIN GET DIAGNOSTICS n = ROW_COUNT; END $$;
DO $$ DECLARE n int; BEGIN GET STACKED DIAGNOSTICS n = MESSAGE_TEXT; END $$; -- refused
DO $$ DECLARE m text; BEGIN RAISE EXCEPTION 'x'; EXCEPTION WHEN others THEN GET STACKED DIAGNOSTICS m = MESSAGE_TEXT; END $$;
DO $$ BEGIN ASSERT (SELECT count(*) FROM tickets) = 0, 'not empty'; END $$;
DO $$ BEGIN IF (SELECT count(*) FROM tickets) THEN NULL; END IF; END $$;
DO $$ BEGIN IF EXISTS (SELECT FROM tickets) THEN NULL; END IF; END $$;
DO $$ BEGIN IF title THEN NULL; END IF; END $$; -- refused
DO $$ BEGIN INSERT INTO tickets (title) VALUES ('x') RETURNING id; END $$; -- refused
DO $$ BEGIN WITH x AS (INSERT INTO tickets (title) VALUES ('x') RETURNING id) SELECT id FROM x; END $$; -- refused
DO $$ BEGIN WITH x AS (INSERT INTO tickets (title) VALUES ('x') RETURNING id) INSERT INTO audit_log (table_name, row_id) SELECT 'x', id FROM x; END $$;
DO $$ BEGIN RETURN 1; END $$; -- refused
DO $$ BEGIN RETURN; END $$;
CREATE FUNCTION f() RETURNS SETOF int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END $$; -- refused
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN NEXT 1; END $$; -- refused
CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN QUERY SELECT 1; END $$; -- refused
CREATE FUNCTION f(OUT a int) RETURNS text LANGUAGE plpgsql AS $$ BEGIN a := 1; END $$; -- refused
CREATE FUNCTION f(OUT a int, OUT b text) LANGUAGE plpgsql AS $$ BEGIN a := 1; b := 'x'; END $$; SELECT * FROM f();
CREATE FUNCTION f(OUT a int, OUT b text) LANGUAGE plpgsql AS $$ BEGIN a := 1; b := 'x'; RETURN a; END $$; -- refused
CREATE FUNCTION f() RETURNS trigger LANGUAGE sql AS $$ SELECT 1 $$; -- refused
CREATE FUNCTION f(a int) RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$; -- refused
CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$ SELECT id FROM tickets $$;
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS $$ SELECT id FROM tickets $$;
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT id FROM tickets $$;
CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$ INSERT INTO tickets (title) VALUES ('x') $$; -- refused
CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ INSERT INTO tickets (title) VALUES ('x') $$;
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS $$ INSERT INTO tickets (title) VALUES ('x') RETURNING id $$;
CREATE FUNCTION f() RETURNS tickets LANGUAGE sql AS $$ SELECT * FROM tickets $$;
CREATE FUNCTION f() RETURNS tickets LANGUAGE sql AS $$ SELECT id, title FROM tickets $$; -- refused
CREATE FUNCTION f() RETURNS TABLE (a bigint, b text) LANGUAGE sql AS $$ SELECT id, title, state FROM tickets $$; -- refused
CREATE FUNCTION f() RETURNS TABLE (a bigint, b text) LANGUAGE sql AS $$ SELECT id, title FROM tickets $$;
CREATE FUNCTION f() RETURNS TABLE (a bigint, b text) LANGUAGE sql AS $$ SELECT id, state FROM tickets $$;
CREATE FUNCTION f(title text) RETURNS bigint LANGUAGE sql AS $$ SELECT id FROM tickets WHERE title = f.title $$;
CREATE FUNCTION f(t text) RETURNS bigint LANGUAGE sql AS $$ SELECT id FROM tickets WHERE title = $2 $$; -- refused
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$; CREATE TRIGGER t BEFORE DELETE ON tickets FOR EACH ROW EXECUTE FUNCTION f();
