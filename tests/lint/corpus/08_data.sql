-- Data and what goes with it.
INSERT INTO auth.users (id, email) VALUES ('11111111-1111-1111-1111-111111111111', 'ann@example.org'), ('22222222-2222-2222-2222-222222222222', 'bob@example.org') ON CONFLICT DO NOTHING;
INSERT INTO teams (name, owner_id) SELECT 'Team ' || p.name, p.id FROM profiles p WHERE p.name IS NOT NULL RETURNING id, name AS team_name;
INSERT INTO teams AS t (name, seats) VALUES ('Solo', DEFAULT) ON CONFLICT ON CONSTRAINT teams_slug_key DO UPDATE SET seats = t.seats + 1, name = EXCLUDED.name WHERE t.seats < 10;
INSERT INTO scratch DEFAULT VALUES;
INSERT INTO teams (id, name) OVERRIDING SYSTEM VALUE VALUES (99, 'Ninety-nine');
UPDATE profiles SET name = initcap(name), (bio, score) = ('none', 1.0), updated_at = DEFAULT WHERE id IN (SELECT id FROM auth.users);
UPDATE members AS m SET role = 'admin' FROM teams t WHERE t.id = m.team_id AND t.owner_id = m.user_id RETURNING m.*;
UPDATE profiles SET settings['theme'] = '"dark"', tags = tags || ARRAY['new'] WHERE NOT ('new' = ANY (tags));
DELETE FROM notes USING profiles p WHERE p.id = notes.author AND p.age < 18;
DELETE FROM ONLY notes WHERE body IS NULL RETURNING *;
WITH moved AS (
  DELETE FROM cache WHERE key LIKE 'old:%' RETURNING *
), kept AS MATERIALIZED (
  SELECT * FROM moved LIMIT 5
)
INSERT INTO cache SELECT 'new:' || key, value FROM kept;
MERGE INTO members AS m
USING (SELECT id FROM profiles) AS s ON m.user_id = s.id
WHEN MATCHED AND m.role = 'owner' THEN DO NOTHING
WHEN MATCHED THEN UPDATE SET role = 'member'
WHEN NOT MATCHED BY SOURCE THEN DELETE
WHEN NOT MATCHED AND s.id IS NULL THEN INSERT (team_id, user_id) VALUES (1, s.id)
RETURNING merge_action(), m.user_id;
TRUNCATE TABLE cache, scratch RESTART IDENTITY CASCADE;
COPY (SELECT id, name FROM profiles) TO '/dev/null' WITH (FORMAT csv, HEADER true, DELIMITER ';');
COPY cache (key) FROM '/dev/null' WITH (FORMAT text, NULL '');
BEGIN;
SAVEPOINT before_change;
LOCK TABLE notes IN SHARE ROW EXCLUSIVE MODE NOWAIT;
ROLLBACK TO SAVEPOINT before_change;
RELEASE before_change;
COMMIT AND NO CHAIN;
START TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;
DECLARE numbers NO SCROLL CURSOR WITHOUT HOLD FOR SELECT id FROM notes;
FETCH FORWARD 5 FROM numbers;
CLOSE numbers;
ROLLBACK;
PREPARE find_note (int) AS SELECT * FROM notes WHERE id = $1;
EXECUTE find_note (1);
DEALLOCATE find_note;
SET CONSTRAINTS ALL DEFERRED;
LISTEN changes;
NOTIFY changes, 'hello';
UNLISTEN *;
SHOW search_path;
DISCARD PLANS;
CREATE PUBLICATION some_tables FOR TABLE profiles (id, name), notes WHERE (id > 0) WITH (publish = 'insert, update');
ALTER PUBLICATION some_tables ADD TABLE teams;
ALTER PUBLICATION some_tables DROP TABLE ONLY teams;
CREATE PUBLICATION everything FOR ALL TABLES;
DROP PUBLICATION IF EXISTS everything, some_tables;
CREATE FOREIGN DATA WRAPPER dummy;
CREATE SERVER elsewhere FOREIGN DATA WRAPPER dummy OPTIONS (host 'localhost', dbname 'other');
CREATE USER MAPPING FOR CURRENT_USER SERVER elsewhere OPTIONS (user 'me');
CREATE FOREIGN TABLE far_away (id int NOT NULL, name text OPTIONS (column_name 'label')) SERVER elsewhere OPTIONS (table_name 't');
DROP SERVER elsewhere CASCADE;
CREATE TEXT SEARCH CONFIGURATION simple_english (COPY = pg_catalog.english);
ALTER TEXT SEARCH CONFIGURATION simple_english ALTER MAPPING FOR asciiword WITH simple;
COMMENT ON SCHEMA public IS 'Ours';
COMMENT ON EXTENSION citext IS 'Case does not matter';
ALTER SCHEMA extensions OWNER TO CURRENT_USER;
ALTER EXTENSION hstore SET SCHEMA public;
DROP EXTENSION IF EXISTS hstore;
DROP TYPE IF EXISTS float_range CASCADE;
DROP DOMAIN IF EXISTS nothing;
DROP SEQUENCE ticket_numbers;
DROP SCHEMA IF EXISTS nowhere CASCADE;
REASSIGN OWNED BY anon TO CURRENT_USER;
DROP OWNED BY anon;
ALTER TABLE notes NO FORCE ROW LEVEL SECURITY;
DO LANGUAGE plpgsql $$
DECLARE
  t record;
  total bigint := 0;
BEGIN
  FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('SELECT count(*) + $1 FROM public.%I', t.tablename) INTO total USING total;
  END LOOP;
  RAISE INFO 'rows: %', total;
END $$;
DO $$
BEGIN
  ALTER TABLE public.notes ADD COLUMN pinned boolean DEFAULT false;
  ALTER TABLE public.notes ALTER COLUMN pinned SET NOT NULL;
  DROP POLICY IF EXISTS notes_pinned ON public.notes;
  CREATE POLICY notes_pinned ON public.notes FOR SELECT USING (pinned);
  GRANT SELECT ON public.notes TO anon;
EXCEPTION WHEN duplicate_column THEN
  RAISE NOTICE 'pinned exists';
END
$$;
