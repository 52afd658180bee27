-- Row level security, policies, privileges.
ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.profiles FORCE ROW LEVEL SECURITY;
ALTER TABLE notes ENABLE ROW LEVEL SECURITY, OWNER TO CURRENT_USER;
ALTER TABLE cache DISABLE ROW LEVEL SECURITY;
CREATE POLICY "Profiles are viewable by everyone" ON public.profiles FOR SELECT USING (true);
CREATE POLICY profiles_insert ON public.profiles FOR INSERT TO authenticated WITH CHECK ((SELECT auth.uid()) = id);
CREATE POLICY profiles_update ON public.profiles AS PERMISSIVE FOR UPDATE TO authenticated, service_role
  USING ((SELECT auth.uid()) = id) WITH CHECK ((SELECT auth.uid()) = id AND age IS NOT NULL);
CREATE POLICY profiles_delete ON profiles FOR DELETE TO service_role USING (created_at < now() - '1 year'::interval);
CREATE POLICY notes_all ON notes AS RESTRICTIVE FOR ALL TO PUBLIC USING (
  EXISTS (
    SELECT 1 FROM members m JOIN teams t ON t.id = m.team_id
    WHERE m.user_id = (SELECT auth.uid()) AND t.owner_id = notes.author AND m.role = ANY (ARRAY['owner', 'admin'])
  )
  OR coalesce((auth.jwt() -> 'app_metadata' ->> 'admin')::boolean, false)
);
ALTER POLICY notes_all ON notes RENAME TO notes_everything;
ALTER POLICY profiles_update ON profiles TO authenticated USING (id = (SELECT auth.uid()));
COMMENT ON POLICY notes_everything ON notes IS 'Team members only';
DROP POLICY IF EXISTS profiles_delete ON public.profiles;
GRANT SELECT, INSERT (id, name), UPDATE (name, bio) ON public.profiles TO authenticated;
GRANT ALL PRIVILEGES ON ALL TABLES IN SCHEMA public TO service_role WITH GRANT OPTION;
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO anon, authenticated;
GRANT EXECUTE ON FUNCTION auth.uid(), auth.role() TO anon;
GRANT authenticated TO service_role WITH INHERIT TRUE;
GRANT USAGE ON TYPE mood TO PUBLIC;
GRANT CREATE, USAGE ON SCHEMA public TO service_role;
REVOKE ALL ON TABLE notes FROM anon, PUBLIC CASCADE;
REVOKE GRANT OPTION FOR SELECT ON profiles FROM service_role;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
ALTER ROLE anon SET statement_timeout = '3s';
ALTER ROLE authenticated IN DATABASE postgres RESET ALL;
SET ROLE authenticated;
RESET ROLE;
SET SESSION AUTHORIZATION DEFAULT;
ALTER DATABASE postgres SET timezone TO 'UTC';
DO $do$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_policies WHERE schemaname = 'public' AND tablename = 'teams' AND policyname = 'teams_read') THEN
    CREATE POLICY teams_read ON teams FOR SELECT TO anon USING (seats > 1);
  ELSE
    RAISE NOTICE 'policy % is there already', 'teams_read';
  END IF;
END;
$do$;
