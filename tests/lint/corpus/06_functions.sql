-- Functions, procedures, triggers.
CREATE OR REPLACE FUNCTION public.update_updated_at_column() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = ''
AS $$
BEGIN
  NEW.updated_at = now();
  RETURN NEW;
END;
$$;

CREATE OR REPLACE FUNCTION public.handle_new_user() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path TO 'public', 'extensions'
AS $$
DECLARE
  wanted text := lower(split_part(NEW.email, '@', 1));
  taken CONSTANT boolean NOT NULL DEFAULT EXISTS (SELECT 1 FROM public.profiles WHERE username = split_part(NEW.email, '@', 1));
BEGIN
  IF taken THEN
    wanted := wanted || '_' || substr(md5(random()::text), 1, 4);
  ELSIF wanted IS NULL OR wanted = '' THEN
    wanted := 'nobody';
  END IF;
  INSERT INTO public.profiles (id, username, name)
  VALUES (NEW.id, wanted, NEW.raw_user_meta_data ->> 'full_name')
  ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name
  WHERE profiles.name IS DISTINCT FROM EXCLUDED.name;
  RETURN NEW;
EXCEPTION
  WHEN unique_violation OR check_violation THEN
    RAISE WARNING 'no profile for %: %', NEW.id, SQLERRM USING HINT = 'Choose another name';
    RETURN NULL;
  WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS wanted = MESSAGE_TEXT;
    RAISE;
END;
$$;

CREATE FUNCTION team_size(team bigint, OUT total bigint, OUT admins int) RETURNS record
LANGUAGE plpgsql STABLE STRICT PARALLEL SAFE COST 50
AS $$
BEGIN
  SELECT count(*), count(*) FILTER (WHERE m.role = 'admin')::int
  INTO STRICT total, admins
  FROM members m WHERE m.team_id = team;
END
$$;

CREATE FUNCTION search_notes(term text, max_rows int DEFAULT 10, VARIADIC kinds text[] DEFAULT '{}')
RETURNS TABLE (note_id int, rank real, snippet text) LANGUAGE plpgsql STABLE ROWS 20 AS $$
#variable_conflict use_column
DECLARE
  note record;
  one notes%ROWTYPE;
  part notes.body%TYPE;
  words text[] := string_to_array(term, ' ');
  lookup CURSOR (wanted int) FOR SELECT * FROM notes n WHERE n.id = wanted;
  counter int := 0;
BEGIN
  <<outer_loop>>
  FOR note IN SELECT n.id, n.body FROM notes n ORDER BY n.at DESC LIMIT max_rows LOOP
    counter := counter + 1;
    CONTINUE outer_loop WHEN note.body IS NULL;
    FOREACH part IN ARRAY words LOOP
      EXIT outer_loop WHEN counter > 100;
      IF note.body ILIKE '%' || part || '%' THEN
        note_id := note.id; rank := 1.0 / counter; snippet := left(note.body, 20);
        RETURN NEXT;
      END IF;
    END LOOP;
  END LOOP outer_loop;
  FOR i IN REVERSE 10..1 BY 2 LOOP
    OPEN lookup (i);
    FETCH NEXT FROM lookup INTO one;
    CLOSE lookup;
    WHILE counter > 0 LOOP
      counter := counter - 1;
    END LOOP;
  END LOOP;
  CASE counter
    WHEN 0 THEN NULL;
    WHEN 1, 2 THEN PERFORM pg_sleep(0);
    ELSE RAISE EXCEPTION USING ERRCODE = 'P0001', MESSAGE = format('odd: %s', counter);
  END CASE;
  CASE WHEN counter > 1 THEN NULL; ELSE NULL; END CASE;
  RETURN QUERY SELECT n.id, 0.5::real, n.body FROM notes n WHERE n.body = ANY (kinds);
  RETURN QUERY EXECUTE 'SELECT id, 0::real, body FROM notes WHERE id = $1' USING counter;
  GET DIAGNOSTICS counter = ROW_COUNT;
  ASSERT counter >= 0, 'never negative';
  IF NOT FOUND THEN
    RETURN;
  END IF;
END;
$$;

CREATE PROCEDURE archive_notes(before timestamptz, INOUT moved int DEFAULT 0) LANGUAGE plpgsql AS $proc$
DECLARE
  doomed uuid[];
  item jsonb;
  cur refcursor;
BEGIN
  WITH gone AS (DELETE FROM notes WHERE at < before RETURNING id, author)
  SELECT count(*), array_agg(author) INTO moved, doomed FROM gone;
  doomed[1] := NULL;
  item := jsonb_build_object('moved', moved, 'at', before);
  item['by'] := to_jsonb(current_user::text);
  OPEN cur NO SCROLL FOR SELECT 1;
  MOVE FORWARD 1 FROM cur;
  CLOSE cur;
  EXECUTE format('SELECT %L::int', moved) INTO moved;
  BEGIN
    UPDATE cache SET value = '\x00' WHERE key = 'archive';
  EXCEPTION WHEN SQLSTATE '23505' THEN
    NULL;
  END;
  COMMIT;
END
$proc$;

CREATE FUNCTION add(a int, b int DEFAULT 1) RETURNS int LANGUAGE sql IMMUTABLE STRICT RETURN a + b;
CREATE FUNCTION newest(int) RETURNS SETOF notes LANGUAGE sql STABLE AS $$ SELECT * FROM notes ORDER BY at DESC LIMIT $1 $$;
CREATE FUNCTION tidy() RETURNS void LANGUAGE sql AS $$
  DELETE FROM cache WHERE key LIKE 'tmp:%';
  UPDATE notes SET body = trim(both ' ' from body) WHERE body <> trim(body);
$$;
CREATE OR REPLACE FUNCTION totals() RETURNS TABLE (team text, members bigint) LANGUAGE sql SECURITY INVOKER
BEGIN ATOMIC
  SELECT t.name, CASE WHEN count(m.user_id) > 0 THEN count(m.user_id) ELSE 0 END
  FROM teams t LEFT JOIN members m ON m.team_id = t.id GROUP BY t.name;
END;
CREATE PROCEDURE refresh_all() LANGUAGE sql BEGIN ATOMIC DELETE FROM cache; INSERT INTO cache (key) VALUES ('fresh'); END;

CREATE TRIGGER profiles_touch BEFORE UPDATE ON public.profiles FOR EACH ROW EXECUTE FUNCTION public.update_updated_at_column();
CREATE OR REPLACE TRIGGER on_auth_user_created AFTER INSERT OR UPDATE OF email ON auth.users
  FOR EACH ROW WHEN (NEW.email IS NOT NULL) EXECUTE PROCEDURE public.handle_new_user();
CREATE FUNCTION log_deletes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND TG_NARGS > 0 THEN
    INSERT INTO cache (key, value) SELECT TG_ARGV[0] || o.id::text, NULL FROM gone AS o;
    RETURN OLD;
  END IF;
  OLD.body := NULL;
  RETURN NULL;
END
$$;
CREATE TRIGGER notes_gone AFTER DELETE ON notes REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION log_deletes('note:');
CREATE CONSTRAINT TRIGGER members_checked AFTER INSERT ON members DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION log_deletes();
ALTER TABLE notes DISABLE TRIGGER notes_gone;
ALTER TABLE notes ENABLE ALWAYS TRIGGER notes_gone;
ALTER TRIGGER notes_gone ON notes RENAME TO notes_deleted;
COMMENT ON TRIGGER notes_deleted ON notes IS 'Keeps a trace';
CREATE FUNCTION watch_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$
DECLARE r record;
BEGIN
  FOR r IN SELECT * FROM pg_event_trigger_ddl_commands() LOOP
    RAISE DEBUG 'ddl % on %', r.command_tag, r.object_identity;
  END LOOP;
END $$;
CREATE EVENT TRIGGER watch ON ddl_command_end WHEN TAG IN ('CREATE TABLE', 'ALTER TABLE') EXECUTE FUNCTION watch_ddl();
ALTER EVENT TRIGGER watch DISABLE;
DROP EVENT TRIGGER watch;
COMMENT ON FUNCTION add(int, int) IS 'Adds';
ALTER FUNCTION add(int, int) SET search_path = pg_catalog;
ALTER FUNCTION newest(integer) OWNER TO CURRENT_USER;
ALTER FUNCTION tidy() SECURITY DEFINER VOLATILE;
ALTER PROCEDURE archive_notes(timestamptz, int) RENAME TO archive;
CALL refresh_all();
CREATE AGGREGATE product (numeric) (SFUNC = numeric_mul, STYPE = numeric, INITCOND = '1');
CREATE OPERATOR === (LEFTARG = text, RIGHTARG = text, FUNCTION = texteq, COMMUTATOR = ===);
CREATE CAST (address AS text) WITH INOUT AS ASSIGNMENT;
DROP FUNCTION IF EXISTS nothing(int, text), add(int, int) RESTRICT;
DROP TRIGGER IF EXISTS nothing ON notes;
CREATE TYPE address_pair AS (home address, work address);
DO $$ <<outermost>> DECLARE pair address_pair; BEGIN outermost.pair.home.city := 'x'; pair.work.zip := '12345'; END $$;
CREATE FUNCTION last_tick(OUT name text, OUT tick bigint) LANGUAGE plpgsql AS $$ BEGIN
  -- tick. Name.
  SELECT tick.a, tick.b INTO name, tick FROM (SELECT 'a' AS a, 1 AS b) AS tick;
END $$;
