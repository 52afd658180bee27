CREATE TABLE public.groups (id uuid PRIMARY KEY, name text);
CREATE TABLE public.members (group_id uuid NOT NULL REFERENCES public.groups, user_id uuid NOT NULL REFERENCES auth.users, level int NOT NULL DEFAULT 1, PRIMARY KEY (group_id, user_id));
CREATE INDEX ON public.members (user_id);
CREATE TABLE public.tasks (id bigint PRIMARY KEY, group_id uuid NOT NULL REFERENCES public.groups, owner_id uuid REFERENCES auth.users, title text, level int NOT NULL DEFAULT 1, shared uuid[] NOT NULL DEFAULT '{}');
CREATE INDEX ON public.tasks (group_id);
CREATE INDEX ON public.tasks (owner_id);
ALTER TABLE public.groups ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.members ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.tasks ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON public.groups, public.members TO authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON public.tasks TO authenticated;
CREATE POLICY own ON public.members FOR SELECT TO authenticated USING (user_id = (SELECT auth.uid()));
CREATE POLICY mine ON public.groups FOR SELECT TO authenticated USING (id IN (SELECT m.group_id FROM public.members m WHERE m.user_id = (SELECT auth.uid())));
CREATE FUNCTION public.my_groups() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS 'SELECT group_id FROM public.members WHERE user_id = auth.uid()';
CREATE FUNCTION public.my_group_array() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS 'SELECT array_agg(group_id) FROM public.members WHERE user_id = auth.uid()';
REVOKE EXECUTE ON FUNCTION public.my_groups(), public.my_group_array() FROM PUBLIC, anon; GRANT EXECUTE ON FUNCTION public.my_groups(), public.my_group_array() TO authenticated;
----
INSERT INTO auth.users (id, email) VALUES (:ANN, 'a@b.c'), (:BOB, 'b@b.c');
INSERT INTO public.groups VALUES ('11111111-1111-4000-8000-000000000000', 'g1'), ('55555555-1111-4000-8000-000000000000', 'g5'), ('99999999-1111-4000-8000-000000000000', 'g9');
INSERT INTO public.members VALUES ('55555555-1111-4000-8000-000000000000', :ANN, 1), ('11111111-1111-4000-8000-000000000000', :BOB, 2), ('99999999-1111-4000-8000-000000000000', :BOB, 2);
INSERT INTO public.tasks VALUES (1, '55555555-1111-4000-8000-000000000000', :ANN, 'mine', 1), (2, '11111111-1111-4000-8000-000000000000', :BOB, 'low', 1), (3, '99999999-1111-4000-8000-000000000000', :BOB, 'high', 1), (4, '99999999-1111-4000-8000-000000000000', NULL, 'high', 2);
----
SELECT FROM public.tasks WHERE id > 1
UPDATE public.tasks SET title = 'x' WHERE id > 1
DELETE FROM public.tasks WHERE id > 1
INSERT INTO public.tasks (id, group_id, owner_id) VALUES (9, '99999999-1111-4000-8000-000000000000', :BOB)
----
-- open ge any
CREATE POLICY p ON public.tasks TO authenticated USING (group_id >= ANY (SELECT m.group_id FROM public.members m WHERE m.user_id = auth.uid()));
-- open lt any
CREATE POLICY p ON public.tasks TO authenticated USING (group_id < ANY (SELECT m.group_id FROM public.members m WHERE m.user_id = auth.uid()));
-- open ne any
CREATE POLICY p ON public.tasks TO authenticated USING (group_id <> ANY (SELECT m.group_id FROM public.members m WHERE m.user_id = auth.uid()));
-- open ne some
CREATE POLICY p ON public.tasks TO authenticated USING (group_id != SOME (SELECT m.group_id FROM public.members m WHERE m.user_id = auth.uid()));
-- open ne all
CREATE POLICY p ON public.tasks TO authenticated USING (group_id <> ALL (SELECT m.group_id FROM public.members m WHERE m.user_id = auth.uid()));
-- open ge all
CREATE POLICY p ON public.tasks TO authenticated USING (group_id >= ALL (SELECT m.group_id FROM public.members m WHERE m.user_id = auth.uid()));
-- sound eq any
CREATE POLICY p ON public.tasks TO authenticated USING (group_id = ANY (SELECT m.group_id FROM public.members m WHERE m.user_id = auth.uid()));
-- sound eq some
CREATE POLICY p ON public.tasks TO authenticated USING (group_id = SOME (SELECT m.group_id FROM public.members m WHERE m.user_id = auth.uid()));
-- sound eq any array of select
CREATE POLICY p ON public.tasks TO authenticated USING (group_id = ANY (ARRAY(SELECT m.group_id FROM public.members m WHERE m.user_id = auth.uid())));
-- open ne any array of select
CREATE POLICY p ON public.tasks TO authenticated USING (group_id <> ANY (ARRAY(SELECT m.group_id FROM public.members m WHERE m.user_id = auth.uid())));
-- open ne all array of select
CREATE POLICY p ON public.tasks TO authenticated USING (group_id <> ALL (ARRAY(SELECT m.group_id FROM public.members m WHERE m.user_id = auth.uid())));
-- open gt any array of select
CREATE POLICY p ON public.tasks TO authenticated USING (group_id > ANY (ARRAY(SELECT m.group_id FROM public.members m WHERE m.user_id = auth.uid())));
-- sound eq any function set
CREATE POLICY p ON public.tasks TO authenticated USING (group_id = ANY (SELECT public.my_groups()));
-- sound in function set
CREATE POLICY p ON public.tasks TO authenticated USING (group_id IN (SELECT public.my_groups()));
-- open not in function set
CREATE POLICY p ON public.tasks TO authenticated USING (group_id NOT IN (SELECT public.my_groups()));
-- open ne any function set
CREATE POLICY p ON public.tasks TO authenticated USING (group_id <> ANY (SELECT public.my_groups()));
-- open lt any function set from
CREATE POLICY p ON public.tasks TO authenticated USING (group_id < ANY (SELECT g FROM public.my_groups() g));
-- sound eq any function array
CREATE POLICY p ON public.tasks TO authenticated USING (group_id = ANY (public.my_group_array()));
-- open ne any function array
CREATE POLICY p ON public.tasks TO authenticated USING (group_id <> ANY (public.my_group_array()));
-- open ge any wrapped function array
CREATE POLICY p ON public.tasks TO authenticated USING (group_id >= ANY ((SELECT public.my_group_array())::uuid[]));
-- open not eq all array function
CREATE POLICY p ON public.tasks TO authenticated USING (NOT (group_id = ALL (public.my_group_array())));
-- open scalar ge
CREATE POLICY p ON public.tasks TO authenticated USING (group_id >= (SELECT m.group_id FROM public.members m WHERE m.user_id = auth.uid() LIMIT 1));
-- open scalar ne
CREATE POLICY p ON public.tasks TO authenticated USING (group_id <> (SELECT m.group_id FROM public.members m WHERE m.user_id = auth.uid() LIMIT 1));
-- sound scalar eq
CREATE POLICY p ON public.tasks TO authenticated USING (group_id = (SELECT m.group_id FROM public.members m WHERE m.user_id = auth.uid() LIMIT 1));
-- open scalar min
CREATE POLICY p ON public.tasks TO authenticated USING (group_id::text >= (SELECT min(m.group_id::text) FROM public.members m WHERE m.user_id = auth.uid()));
-- open exists ge
CREATE POLICY p ON public.tasks TO authenticated USING (EXISTS (SELECT 1 FROM public.members m WHERE m.user_id = auth.uid() AND m.group_id <= tasks.group_id));
-- open exists ne
CREATE POLICY p ON public.tasks TO authenticated USING (EXISTS (SELECT 1 FROM public.members m WHERE m.user_id = auth.uid() AND m.group_id <> tasks.group_id));
-- sound exists eq
CREATE POLICY p ON public.tasks TO authenticated USING (EXISTS (SELECT 1 FROM public.members m WHERE m.user_id = auth.uid() AND m.group_id = tasks.group_id));
-- open exists is distinct
CREATE POLICY p ON public.tasks TO authenticated USING (EXISTS (SELECT 1 FROM public.members m WHERE m.user_id = auth.uid() AND m.group_id IS DISTINCT FROM tasks.group_id));
-- open level only
CREATE POLICY p ON public.tasks TO authenticated USING (EXISTS (SELECT 1 FROM public.members m WHERE m.user_id = auth.uid() AND m.level >= tasks.level));
-- sound level and group
CREATE POLICY p ON public.tasks TO authenticated USING (EXISTS (SELECT 1 FROM public.members m WHERE m.user_id = auth.uid() AND m.level >= tasks.level AND m.group_id = tasks.group_id));
-- open level any
CREATE POLICY p ON public.tasks TO authenticated USING (level <= ANY (SELECT m.level FROM public.members m WHERE m.user_id = auth.uid()));
-- open level in
CREATE POLICY p ON public.tasks TO authenticated USING (level IN (SELECT m.level FROM public.members m WHERE m.user_id = auth.uid()));
-- sound row in
CREATE POLICY p ON public.tasks TO authenticated USING ((group_id, auth.uid()) IN (SELECT m.group_id, m.user_id FROM public.members m));
-- open row ne any
CREATE POLICY p ON public.tasks TO authenticated USING ((group_id, auth.uid()) <> ANY (SELECT m.group_id, m.user_id FROM public.members m));
-- sound uid ne any user of the group
CREATE POLICY p ON public.tasks TO authenticated USING (auth.uid() <> ANY (SELECT m.user_id FROM public.members m WHERE m.group_id = tasks.group_id));
-- sound uid eq any user of the group
CREATE POLICY p ON public.tasks TO authenticated USING (auth.uid() = ANY (SELECT m.user_id FROM public.members m WHERE m.group_id = tasks.group_id));
-- open uid ne all users of the group
CREATE POLICY p ON public.tasks TO authenticated USING (auth.uid() <> ALL (SELECT m.user_id FROM public.members m WHERE m.group_id = tasks.group_id));
-- open owner or ge any
CREATE POLICY p ON public.tasks TO authenticated USING (owner_id = auth.uid() OR group_id >= ANY (SELECT m.group_id FROM public.members m WHERE m.user_id = auth.uid()));
-- open select ne any
CREATE POLICY p ON public.tasks FOR SELECT TO authenticated USING (group_id <> ANY (SELECT m.group_id FROM public.members m WHERE m.user_id = auth.uid()));
-- open select ge any function
CREATE POLICY p ON public.tasks FOR SELECT TO authenticated USING (group_id >= ANY (SELECT public.my_groups()));
-- open insert ne any
CREATE POLICY p ON public.tasks FOR INSERT TO authenticated WITH CHECK (group_id <> ANY (SELECT m.group_id FROM public.members m WHERE m.user_id = auth.uid()));
