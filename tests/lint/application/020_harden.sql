-- After the security review of the first year.
BEGIN;
SET LOCAL lock_timeout = '2s';
SET LOCAL statement_timeout = '1min';

ALTER POLICY "members see projects" ON public.projects TO authenticated
    USING (org_id IN (SELECT app.my_orgs()));
ALTER POLICY "members see projects" ON public.projects RENAME TO projects_select;
DROP POLICY "members change projects" ON public.projects;
CREATE POLICY projects_insert ON public.projects FOR INSERT TO authenticated
    WITH CHECK (app.has_role(org_id, 'owner', 'admin'));
CREATE POLICY projects_update ON public.projects FOR UPDATE TO authenticated
    USING (app.has_role(org_id, 'owner', 'admin')) WITH CHECK (app.has_role(org_id, 'owner', 'admin'));
CREATE POLICY projects_delete ON public.projects FOR DELETE TO authenticated USING (app.has_role(org_id, 'owner'));

DROP POLICY "assignees change tasks" ON public.tasks;
CREATE POLICY tasks_update ON public.tasks FOR UPDATE TO authenticated
    USING (assignee_id = (SELECT auth.uid()) OR created_by = (SELECT auth.uid()))
    WITH CHECK (assignee_id = (SELECT auth.uid()) OR created_by = (SELECT auth.uid()));

ALTER TABLE public.projects ALTER COLUMN org_id SET NOT NULL;
ALTER TABLE public.projects ALTER COLUMN archived SET NOT NULL;
ALTER TABLE public.tasks ADD CONSTRAINT tasks_not_own_parent CHECK (parent_id <> id) NOT VALID;
ALTER TABLE public.tasks ADD CONSTRAINT tasks_created_by_fkey
    FOREIGN KEY (created_by) REFERENCES public.profiles (id) ON DELETE SET NULL NOT VALID;
COMMIT;

ALTER TABLE public.tasks VALIDATE CONSTRAINT tasks_not_own_parent;
ALTER TABLE public.tasks VALIDATE CONSTRAINT tasks_created_by_fkey;

ALTER VIEW public.my_subscription SET (security_barrier = true);
ALTER FUNCTION public.seats_left(uuid) SET search_path = public, pg_temp;
REVOKE EXECUTE ON FUNCTION public.seats_left(uuid) FROM PUBLIC;
ALTER FUNCTION public.set_updated_at() RENAME TO touch;
ALTER FUNCTION public.touch() SET SCHEMA app;
DROP FUNCTION IF EXISTS public.suggest(text);

CREATE FUNCTION app.no_new_public_tables() RETURNS event_trigger LANGUAGE plpgsql AS $$
DECLARE
    made record;
BEGIN
    FOR made IN SELECT * FROM pg_event_trigger_ddl_commands() WHERE command_tag = 'CREATE TABLE' LOOP
        IF made.schema_name = 'public' THEN
            RAISE NOTICE 'remember row level security on %', made.object_identity;
        END IF;
    END LOOP;
END $$;
CREATE EVENT TRIGGER remember_rls ON ddl_command_end WHEN TAG IN ('CREATE TABLE', 'SELECT INTO')
    EXECUTE FUNCTION app.no_new_public_tables();
COMMENT ON EVENT TRIGGER remember_rls IS 'Only a reminder';
