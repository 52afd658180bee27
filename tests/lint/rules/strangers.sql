-- Policies on documents of organisations, each after these tables. A caller of another organisation can access rows that are not the
-- caller's with exactly those marked as open.

CREATE TABLE public.orgs (id uuid PRIMARY KEY, name text NOT NULL);
CREATE TABLE public.org_members (org_id uuid NOT NULL REFERENCES public.orgs, user_id uuid NOT NULL REFERENCES auth.users, role text NOT NULL DEFAULT 'member', PRIMARY KEY (org_id, user_id));
CREATE INDEX ON public.org_members (user_id);
CREATE TABLE public.admins (user_id uuid PRIMARY KEY REFERENCES auth.users);
CREATE TABLE public.docs (id bigint PRIMARY KEY, org_id uuid NOT NULL REFERENCES public.orgs, owner_id uuid REFERENCES auth.users, title text, is_public boolean NOT NULL DEFAULT false, editors uuid[] NOT NULL DEFAULT '{}', deleted_at timestamptz);
CREATE INDEX ON public.docs (org_id);
CREATE INDEX ON public.docs (owner_id);
ALTER TABLE public.orgs ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.org_members ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.admins ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.docs ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON public.orgs, public.org_members, public.admins TO authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON public.docs TO authenticated;
CREATE POLICY own ON public.org_members FOR SELECT TO authenticated USING (user_id = (SELECT auth.uid()));
CREATE POLICY own ON public.admins FOR SELECT TO authenticated USING (user_id = (SELECT auth.uid()));
CREATE POLICY mine ON public.orgs FOR SELECT TO authenticated USING (id IN (SELECT m.org_id FROM public.org_members m WHERE m.user_id = (SELECT auth.uid())));

-- open exists forgotten correlation
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members WHERE user_id = auth.uid()));
-- open exists correlates with itself
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE m.org_id = org_id AND m.user_id = auth.uid()));
-- sound exists correlated
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE m.org_id = docs.org_id AND m.user_id = auth.uid()));
-- open or precedence
CREATE POLICY p ON public.docs TO authenticated USING (owner_id = auth.uid() OR is_public AND deleted_at IS NULL);
-- sound and precedence
CREATE POLICY p ON public.docs TO authenticated USING (owner_id = auth.uid() AND (is_public OR deleted_at IS NULL));
-- open null owner by is not distinct
CREATE POLICY p ON public.docs FOR DELETE TO anon, authenticated USING (owner_id IS NOT DISTINCT FROM auth.uid() OR owner_id IS NULL);
CREATE POLICY s ON public.docs FOR SELECT TO authenticated USING (true);
-- open auth.role authenticated
CREATE POLICY p ON public.docs USING (auth.role() = 'authenticated');
-- open auth.role authenticated insert
CREATE POLICY p ON public.docs FOR INSERT WITH CHECK (auth.role() = 'authenticated');
-- open coalesce owner
CREATE POLICY p ON public.docs TO authenticated USING (coalesce(owner_id, auth.uid()) = auth.uid());
-- sound coalesce false
CREATE POLICY p ON public.docs TO authenticated USING (coalesce(owner_id = auth.uid(), false));
-- open case
CREATE POLICY p ON public.docs TO authenticated USING (CASE WHEN is_public THEN true ELSE owner_id = auth.uid() END);
-- sound case
CREATE POLICY p ON public.docs TO authenticated USING (CASE WHEN deleted_at IS NULL THEN owner_id = auth.uid() ELSE false END);
-- sound editors any
CREATE POLICY p ON public.docs TO authenticated USING (auth.uid() = ANY (editors));
-- open editors all: an empty array lets all pass
CREATE POLICY p ON public.docs TO authenticated USING (auth.uid() = ALL (editors));
-- open not all
CREATE POLICY p ON public.docs TO authenticated USING (NOT (auth.uid() = ANY (editors)));
-- open cardinality zero
CREATE POLICY p ON public.docs TO authenticated USING (cardinality(editors) = 0 OR auth.uid() = ANY (editors));
-- sound restrictive plus permissive
CREATE POLICY a ON public.docs TO authenticated USING (owner_id = auth.uid());
CREATE POLICY r ON public.docs AS RESTRICTIVE TO authenticated USING (deleted_at IS NULL);
-- open restrictive for one command only
CREATE POLICY a ON public.docs TO authenticated USING (true);
CREATE POLICY r ON public.docs AS RESTRICTIVE FOR SELECT TO authenticated USING (owner_id = auth.uid());
-- sound permissive all with restrictive owner for all
CREATE POLICY a ON public.docs TO authenticated USING (deleted_at IS NULL);
CREATE POLICY r ON public.docs AS RESTRICTIVE TO authenticated USING (owner_id = auth.uid());
-- open restrictive for other role
CREATE POLICY a ON public.docs TO authenticated USING (deleted_at IS NULL);
CREATE POLICY r ON public.docs AS RESTRICTIVE TO anon USING (owner_id = auth.uid());
-- open insert check without owner
CREATE POLICY s ON public.docs FOR SELECT TO authenticated USING (owner_id = auth.uid());
CREATE POLICY i ON public.docs FOR INSERT TO authenticated WITH CHECK (auth.uid() IS NOT NULL);
-- sound insert own
CREATE POLICY s ON public.docs FOR SELECT TO authenticated USING (owner_id = auth.uid());
CREATE POLICY i ON public.docs FOR INSERT TO authenticated WITH CHECK (owner_id = auth.uid() AND org_id IN (SELECT m.org_id FROM public.org_members m WHERE m.user_id = auth.uid()));
-- sound update own
CREATE POLICY s ON public.docs FOR SELECT TO authenticated USING (owner_id = auth.uid());
CREATE POLICY u ON public.docs FOR UPDATE TO authenticated USING (owner_id = auth.uid()) WITH CHECK (owner_id = auth.uid());
-- open to public role
CREATE POLICY p ON public.docs USING (true);
-- open view without security_invoker
CREATE POLICY p ON public.docs TO authenticated USING (owner_id = auth.uid());
CREATE VIEW public.all_docs AS SELECT * FROM public.docs; GRANT SELECT ON public.all_docs TO authenticated;
-- sound view with security_invoker
CREATE POLICY p ON public.docs TO authenticated USING (owner_id = auth.uid());
CREATE VIEW public.all_docs WITH (security_invoker) AS SELECT * FROM public.docs; GRANT SELECT ON public.all_docs TO authenticated;
-- open definer returning setof
CREATE POLICY p ON public.docs TO authenticated USING (owner_id = auth.uid());
CREATE FUNCTION public.list_docs() RETURNS SETOF public.docs LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS 'SELECT * FROM public.docs';
-- sound definer returning own
CREATE POLICY p ON public.docs TO authenticated USING (owner_id = auth.uid());
CREATE FUNCTION public.list_docs() RETURNS SETOF public.docs LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS 'SELECT * FROM public.docs WHERE owner_id = auth.uid()';
REVOKE EXECUTE ON FUNCTION public.list_docs() FROM PUBLIC, anon;
GRANT EXECUTE ON FUNCTION public.list_docs() TO authenticated;
-- open helper argument hidden by column
CREATE FUNCTION public.is_member(org_id uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS 'SELECT EXISTS (SELECT FROM public.org_members m WHERE m.org_id = org_id AND m.user_id = auth.uid())';
REVOKE EXECUTE ON FUNCTION public.is_member(uuid) FROM PUBLIC, anon; GRANT EXECUTE ON FUNCTION public.is_member(uuid) TO authenticated;
CREATE POLICY p ON public.docs TO authenticated USING (public.is_member(org_id));
-- sound helper with argument
CREATE FUNCTION public.is_member(org uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS 'SELECT EXISTS (SELECT FROM public.org_members m WHERE m.org_id = org AND m.user_id = auth.uid())';
REVOKE EXECUTE ON FUNCTION public.is_member(uuid) FROM PUBLIC, anon; GRANT EXECUTE ON FUNCTION public.is_member(uuid) TO authenticated;
CREATE POLICY p ON public.docs TO authenticated USING (public.is_member(org_id));
-- open helper ignores its argument
CREATE FUNCTION public.is_member(org uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS 'SELECT EXISTS (SELECT FROM public.org_members m WHERE m.user_id = auth.uid())';
REVOKE EXECUTE ON FUNCTION public.is_member(uuid) FROM PUBLIC, anon; GRANT EXECUTE ON FUNCTION public.is_member(uuid) TO authenticated;
CREATE POLICY p ON public.docs TO authenticated USING (public.is_member(org_id));
-- open helper never reads the caller
CREATE FUNCTION public.has_members(org uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS 'SELECT EXISTS (SELECT FROM public.org_members m WHERE m.org_id = org)';
REVOKE EXECUTE ON FUNCTION public.has_members(uuid) FROM PUBLIC, anon; GRANT EXECUTE ON FUNCTION public.has_members(uuid) TO authenticated;
CREATE POLICY p ON public.docs TO authenticated USING (public.has_members(org_id));
-- open role in jwt user metadata
CREATE POLICY p ON public.docs TO authenticated USING (owner_id = auth.uid() OR (auth.jwt() -> 'user_metadata' ->> 'role') = 'admin' OR is_public);
-- sound role in app metadata
CREATE POLICY p ON public.docs TO authenticated USING (owner_id = auth.uid() OR (auth.jwt() -> 'app_metadata' ->> 'role') = 'admin');
-- sound admins table
CREATE POLICY p ON public.docs TO authenticated USING (owner_id = auth.uid() OR EXISTS (SELECT FROM public.admins a WHERE a.user_id = auth.uid()));
-- open not and unequal
CREATE POLICY p ON public.docs TO authenticated USING (NOT (is_public AND owner_id <> auth.uid()));
-- open not or
CREATE POLICY p ON public.docs TO authenticated USING (NOT (deleted_at IS NOT NULL OR is_public));
-- sound not or
CREATE POLICY p ON public.docs TO authenticated USING (NOT (owner_id <> auth.uid() OR owner_id IS NULL));
-- sound not and
CREATE POLICY p ON public.docs TO authenticated USING (NOT (owner_id IS DISTINCT FROM auth.uid() AND true));
-- open in subselect of all docs
CREATE POLICY p ON public.docs FOR UPDATE TO authenticated USING (id IN (SELECT o.id::text::bigint FROM (VALUES (2), (3)) o (id)));
CREATE POLICY s ON public.docs FOR SELECT TO authenticated USING (true);
-- open distinct true
CREATE POLICY p ON public.docs TO authenticated USING ((owner_id = auth.uid()) IS DISTINCT FROM false);
-- sound distinct false
CREATE POLICY p ON public.docs TO authenticated USING ((owner_id = auth.uid()) IS NOT DISTINCT FROM true);
-- open nullif
CREATE POLICY p ON public.docs TO authenticated USING (nullif(owner_id, auth.uid()) IS NULL);
-- open nullif other
CREATE POLICY p ON public.docs TO authenticated USING (nullif(owner_id, auth.uid()) IS NOT NULL);
-- sound row compare
CREATE POLICY p ON public.docs TO authenticated USING ((owner_id, is_public) = (auth.uid(), false));
-- open row compare
CREATE POLICY p ON public.docs TO authenticated USING ((owner_id, auth.uid()) IS NOT NULL);
-- open org from user metadata
CREATE POLICY p ON public.docs TO authenticated USING (org_id::text = (auth.jwt() -> 'user_metadata' ->> 'org_id'));
-- sound org from app metadata
CREATE POLICY p ON public.docs TO authenticated USING (org_id::text = (auth.jwt() -> 'app_metadata' ->> 'org_id'));
-- sound org from claim top level
CREATE POLICY p ON public.docs TO authenticated USING (org_id = ((SELECT auth.jwt()) ->> 'org_id')::uuid);
-- sound org any claim array
CREATE POLICY p ON public.docs TO authenticated USING (org_id::text IN (SELECT jsonb_array_elements_text((SELECT auth.jwt()) -> 'app_metadata' -> 'orgs')));
-- open move into any org
CREATE POLICY s ON public.docs FOR SELECT TO authenticated USING (true);
CREATE POLICY u ON public.docs FOR UPDATE TO authenticated USING (org_id IN (SELECT m.org_id FROM public.org_members m WHERE m.user_id = auth.uid())) WITH CHECK (owner_id = auth.uid() OR owner_id IS NOT NULL);
-- sound all by membership
CREATE POLICY p ON public.docs TO authenticated USING (org_id IN (SELECT m.org_id FROM public.org_members m WHERE m.user_id = auth.uid())) WITH CHECK (org_id IN (SELECT m.org_id FROM public.org_members m WHERE m.user_id = auth.uid()));
-- sound all by array of memberships
CREATE POLICY p ON public.docs TO authenticated USING (org_id = ANY (ARRAY(SELECT m.org_id FROM public.org_members m WHERE m.user_id = (SELECT auth.uid()))));
-- sound definer helper setof
CREATE FUNCTION public.my_orgs() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS 'SELECT m.org_id FROM public.org_members m WHERE m.user_id = auth.uid()';
REVOKE EXECUTE ON FUNCTION public.my_orgs() FROM PUBLIC, anon; GRANT EXECUTE ON FUNCTION public.my_orgs() TO authenticated;
CREATE POLICY p ON public.docs TO authenticated USING (org_id IN (SELECT public.my_orgs()));
-- open definer helper setof of everybody
CREATE FUNCTION public.my_orgs() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS 'SELECT m.org_id FROM public.org_members m';
REVOKE EXECUTE ON FUNCTION public.my_orgs() FROM PUBLIC, anon; GRANT EXECUTE ON FUNCTION public.my_orgs() TO authenticated;
CREATE POLICY p ON public.docs TO authenticated USING (org_id IN (SELECT public.my_orgs()));
-- open helper plpgsql returns true
CREATE FUNCTION public.may_edit(doc bigint) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS 'BEGIN RETURN EXISTS (SELECT FROM public.docs d WHERE d.id = doc AND d.deleted_at IS NULL); END';
REVOKE EXECUTE ON FUNCTION public.may_edit(bigint) FROM PUBLIC, anon; GRANT EXECUTE ON FUNCTION public.may_edit(bigint) TO authenticated;
CREATE POLICY p ON public.docs TO authenticated USING (public.may_edit(id));
-- sound helper plpgsql
CREATE FUNCTION public.may_edit(doc bigint) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS 'BEGIN RETURN EXISTS (SELECT FROM public.docs d WHERE d.id = doc AND d.owner_id = auth.uid()); END';
REVOKE EXECUTE ON FUNCTION public.may_edit(bigint) FROM PUBLIC, anon; GRANT EXECUTE ON FUNCTION public.may_edit(bigint) TO authenticated;
CREATE POLICY p ON public.docs TO authenticated USING (public.may_edit(id));
-- sound helper atomic
CREATE FUNCTION public.is_admin() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' BEGIN ATOMIC SELECT EXISTS (SELECT FROM public.admins a WHERE a.user_id = auth.uid()); END;
REVOKE EXECUTE ON FUNCTION public.is_admin() FROM PUBLIC, anon; GRANT EXECUTE ON FUNCTION public.is_admin() TO authenticated;
CREATE POLICY p ON public.docs TO authenticated USING ((SELECT public.is_admin()));
-- sound owner or admin helper
CREATE FUNCTION public.is_admin() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS 'SELECT EXISTS (SELECT FROM public.admins a WHERE a.user_id = auth.uid())';
REVOKE EXECUTE ON FUNCTION public.is_admin() FROM PUBLIC, anon; GRANT EXECUTE ON FUNCTION public.is_admin() TO authenticated;
CREATE POLICY p ON public.docs TO authenticated USING (owner_id = auth.uid() OR (SELECT public.is_admin()));
-- sound view over a view with security_invoker
CREATE POLICY p ON public.docs TO authenticated USING (owner_id = auth.uid());
CREATE VIEW public.v1 WITH (security_invoker) AS SELECT * FROM public.docs; CREATE VIEW public.v2 AS SELECT * FROM public.v1; GRANT SELECT ON public.v2 TO authenticated;
-- sound definer view that filters on the caller
CREATE POLICY p ON public.docs TO authenticated USING (owner_id = auth.uid());
CREATE VIEW public.my_docs WITH (security_invoker = true, security_barrier = true) AS SELECT * FROM public.docs WHERE owner_id = auth.uid(); GRANT SELECT ON public.my_docs TO authenticated;
-- open matview
CREATE POLICY p ON public.docs TO authenticated USING (owner_id = auth.uid());
CREATE MATERIALIZED VIEW public.mv AS SELECT * FROM public.docs; GRANT SELECT ON public.mv TO authenticated;
-- sound matview not granted
CREATE POLICY p ON public.docs TO authenticated USING (owner_id = auth.uid());
CREATE SCHEMA internal; CREATE MATERIALIZED VIEW internal.mv AS SELECT * FROM public.docs;
-- open public update of public rows
CREATE POLICY s ON public.docs FOR SELECT TO authenticated USING (is_public OR owner_id = auth.uid());
CREATE POLICY u ON public.docs FOR UPDATE TO authenticated USING (is_public OR owner_id = auth.uid());
-- sound public read own update
CREATE POLICY s ON public.docs FOR SELECT TO authenticated USING (is_public OR owner_id = auth.uid());
CREATE POLICY u ON public.docs FOR UPDATE TO authenticated USING (owner_id = auth.uid());
CREATE POLICY d ON public.docs FOR DELETE TO authenticated USING (owner_id = auth.uid());
-- sound two permissive
CREATE POLICY a ON public.docs TO authenticated USING (owner_id = auth.uid());
CREATE POLICY b ON public.docs FOR DELETE TO authenticated USING (auth.uid() = ANY (editors));
-- open string identity
CREATE POLICY p ON public.docs TO authenticated USING (auth.uid()::text LIKE '%');
-- open email like
CREATE POLICY p ON public.docs TO authenticated USING ((auth.jwt() ->> 'email') LIKE '%@%');
-- open email domain from metadata
CREATE POLICY p ON public.docs TO authenticated USING ((auth.jwt() -> 'user_metadata' ->> 'email') LIKE '%@corp.com');
-- open is_anonymous false
CREATE POLICY p ON public.docs TO authenticated USING ((auth.jwt() ->> 'is_anonymous')::boolean IS NOT TRUE);
-- open current_setting unset
CREATE POLICY p ON public.docs TO authenticated USING (current_setting('app.org', true) IS NULL OR org_id::text = current_setting('app.org', true));
-- open claims sub not null
CREATE POLICY p ON public.docs TO authenticated USING (auth.jwt() ->> 'sub' IS NOT NULL);
-- open uid in users
CREATE POLICY p ON public.docs TO authenticated USING (auth.uid() IN (SELECT m.user_id FROM public.org_members m));
-- open exists on users
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE m.user_id = auth.uid() AND m.role IN ('member', 'admin')));
-- open wrong column correlated
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE m.user_id = auth.uid() AND m.org_id = m.org_id));
-- open in select own column
CREATE POLICY p ON public.docs TO authenticated USING (org_id IN (SELECT org_id FROM public.admins a WHERE true) OR owner_id IN (SELECT owner_id FROM public.org_members));
-- sound exists with role
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE m.user_id = auth.uid() AND m.org_id = docs.org_id AND m.role = 'admin'));
-- sound tuple in
CREATE POLICY p ON public.docs TO authenticated USING ((org_id, auth.uid()) IN (SELECT m.org_id, m.user_id FROM public.org_members m));
-- sound membership count
CREATE POLICY p ON public.docs TO authenticated USING ((SELECT count(*) FROM public.org_members m WHERE m.org_id = docs.org_id AND m.user_id = auth.uid()) > 0);
-- open count without group
CREATE POLICY p ON public.docs TO authenticated USING ((SELECT count(*) FROM public.org_members m WHERE m.user_id = auth.uid()) > 0);
-- sound role of member as scalar
CREATE POLICY p ON public.docs TO authenticated USING ((SELECT m.role FROM public.org_members m WHERE m.org_id = docs.org_id AND m.user_id = auth.uid()) = 'admin');
-- open role of any membership as scalar
CREATE POLICY p ON public.docs TO authenticated USING ((SELECT m.role FROM public.org_members m WHERE m.user_id = auth.uid() LIMIT 1) = 'member');
-- sound insert check membership and owner
CREATE POLICY s ON public.docs FOR SELECT TO authenticated USING (owner_id = auth.uid());
CREATE POLICY i ON public.docs FOR INSERT TO authenticated WITH CHECK (owner_id = auth.uid() AND EXISTS (SELECT 1 FROM public.org_members m WHERE m.user_id = auth.uid() AND m.org_id = docs.org_id));
-- open alter policy widens
CREATE POLICY p ON public.docs TO authenticated USING (owner_id = auth.uid());
ALTER POLICY p ON public.docs USING (owner_id = auth.uid() OR is_public);
-- open arrays 1
CREATE POLICY p ON public.docs TO authenticated USING (ARRAY[owner_id, auth.uid()] @> ARRAY[auth.uid()]);
-- open arrays 2
CREATE POLICY p ON public.docs TO authenticated USING (ARRAY[auth.uid()] <@ ARRAY[owner_id, auth.uid()]);
-- open arrays 3
CREATE POLICY p ON public.docs TO authenticated USING (ARRAY[owner_id, auth.uid()] && ARRAY[auth.uid()]);
-- open arrays 4
CREATE POLICY p ON public.docs TO authenticated USING (editors || auth.uid() @> ARRAY[auth.uid()]);
-- open arrays 5
CREATE POLICY p ON public.docs TO authenticated USING (array_append(editors, auth.uid()) @> ARRAY[auth.uid()]);
-- open arrays 6
CREATE POLICY p ON public.docs TO authenticated USING (auth.uid() = ANY (editors || auth.uid()));
-- open arrays 7
CREATE POLICY p ON public.docs TO authenticated USING (auth.uid() = ANY (ARRAY[owner_id, auth.uid()]));
-- open list or sub-select 1
CREATE POLICY p ON public.docs TO authenticated USING (auth.uid() IN (owner_id, auth.uid()));
-- sound arrays 8
CREATE POLICY p ON public.docs TO authenticated USING (editors @> ARRAY[auth.uid()]);
-- sound arrays 9
CREATE POLICY p ON public.docs TO authenticated USING (ARRAY[auth.uid()] <@ editors);
-- sound arrays 10
CREATE POLICY p ON public.docs TO authenticated USING (editors && ARRAY[auth.uid()]);
-- open arrays 11
CREATE POLICY p ON public.docs TO authenticated USING (editors <@ ARRAY[auth.uid()]);
-- open arrays 12
CREATE POLICY p ON public.docs TO authenticated USING (ARRAY[auth.uid()] @> editors);
-- sound arrays 13
CREATE POLICY p ON public.docs TO authenticated USING (ARRAY[owner_id] <@ ARRAY[auth.uid()]);
-- sound arrays 14
CREATE POLICY p ON public.docs TO authenticated USING (ARRAY[owner_id] @> ARRAY[auth.uid()]);
-- sound arrays 15
CREATE POLICY p ON public.docs TO authenticated USING (ARRAY[owner_id] = ARRAY[auth.uid()]);
-- open arrays 16
CREATE POLICY p ON public.docs TO authenticated USING (array_position(editors, auth.uid()) IS NULL);
-- sound arrays 17
CREATE POLICY p ON public.docs TO authenticated USING (array_position(editors, auth.uid()) IS NOT NULL);
-- open texts 1
CREATE POLICY p ON public.docs TO authenticated USING (owner_id::text LIKE '%');
-- sound texts 2
CREATE POLICY p ON public.docs TO authenticated USING (owner_id::text LIKE '%' || auth.uid()::text || '%');
-- sound texts 3
CREATE POLICY p ON public.docs TO authenticated USING (owner_id::text ~ auth.uid()::text);
-- open texts 4
CREATE POLICY p ON public.docs TO authenticated USING (owner_id::text ~ '^[0-9a-f]');
-- sound texts 5
CREATE POLICY p ON public.docs TO authenticated USING (auth.uid()::text ~ owner_id::text);
-- open texts 6
CREATE POLICY p ON public.docs TO authenticated USING (owner_id::text !~ auth.uid()::text);
-- open texts 7
CREATE POLICY p ON public.docs TO authenticated USING (owner_id::text NOT LIKE auth.uid()::text);
-- sound texts 8
CREATE POLICY p ON public.docs TO authenticated USING (position(auth.uid()::text in owner_id::text) > 0);
-- open texts 9
CREATE POLICY p ON public.docs TO authenticated USING (position(auth.uid()::text in owner_id::text) >= 0);
-- open texts 10
CREATE POLICY p ON public.docs TO authenticated USING (position(auth.uid()::text in owner_id::text) = 0);
-- sound texts 11
CREATE POLICY p ON public.docs TO authenticated USING (strpos(owner_id::text, auth.uid()::text) = 1);
-- open texts 12
CREATE POLICY p ON public.docs TO authenticated USING (strpos(owner_id::text, auth.uid()::text) <> 1);
-- open texts 13
CREATE POLICY p ON public.docs TO authenticated USING (concat(owner_id, auth.uid()) LIKE '%' || auth.uid()::text || '%');
-- open texts 14
CREATE POLICY p ON public.docs TO authenticated USING (concat(owner_id, auth.uid()) ~ auth.uid()::text);
-- sound texts 15
CREATE POLICY p ON public.docs TO authenticated USING (concat(owner_id) = auth.uid()::text);
-- sound texts 16
CREATE POLICY p ON public.docs TO authenticated USING (concat('user:', owner_id) = concat('user:', auth.uid()));
-- open texts 17
CREATE POLICY p ON public.docs TO authenticated USING (concat('user:', owner_id) <> concat('user:', auth.uid()));
-- sound texts 18
CREATE POLICY p ON public.docs TO authenticated USING ('user:' || owner_id::text = 'user:' || auth.uid()::text);
-- open texts 19
CREATE POLICY p ON public.docs TO authenticated USING (owner_id::text || auth.uid()::text LIKE '%' || auth.uid()::text);
-- open texts 20
CREATE POLICY p ON public.docs TO authenticated USING (left(owner_id::text, 0) = left(auth.uid()::text, 0));
-- open texts 21
CREATE POLICY p ON public.docs TO authenticated USING (left(owner_id::text, 1) <> left(auth.uid()::text, 8));
-- open texts 22
CREATE POLICY p ON public.docs TO authenticated USING (starts_with(owner_id::text, ''));
-- sound texts 23
CREATE POLICY p ON public.docs TO authenticated USING (starts_with(owner_id::text, auth.uid()::text));
-- open texts 24
CREATE POLICY p ON public.docs TO authenticated USING (length(owner_id::text) = length(auth.uid()::text));
-- sound texts 25
CREATE POLICY p ON public.docs TO authenticated USING (lower(owner_id::text) = lower(auth.uid()::text));
-- open texts 26
CREATE POLICY p ON public.docs TO authenticated USING (upper(owner_id::text) <> upper(auth.uid()::text));
-- sound texts 27
CREATE POLICY p ON public.docs TO authenticated USING (md5(owner_id::text) = md5(auth.uid()::text));
-- open texts 28
CREATE POLICY p ON public.docs TO authenticated USING (md5(owner_id::text) <> md5(auth.uid()::text));
-- sound texts 29
CREATE POLICY p ON public.docs TO authenticated USING (replace(owner_id::text, '-', '') = replace(auth.uid()::text, '-', ''));
-- sound list or sub-select 2
CREATE POLICY p ON public.docs TO authenticated USING (owner_id IN (VALUES (auth.uid())));
-- open list or sub-select 3
CREATE POLICY p ON public.docs TO authenticated USING (auth.uid() IN (VALUES (owner_id), (auth.uid())));
-- open list or sub-select 4
CREATE POLICY p ON public.docs TO authenticated USING (auth.uid() IN (SELECT owner_id UNION SELECT auth.uid()));
-- open list or sub-select 5
CREATE POLICY p ON public.docs TO authenticated USING (owner_id IN (SELECT auth.uid() UNION SELECT docs.owner_id));
-- open list or sub-select 6
CREATE POLICY p ON public.docs TO authenticated USING (owner_id IN (SELECT auth.uid() UNION ALL SELECT docs.owner_id));
-- sound list or sub-select 7
CREATE POLICY p ON public.docs TO authenticated USING (owner_id IN (SELECT auth.uid() UNION SELECT m.user_id FROM public.org_members m WHERE m.user_id = auth.uid()));
-- sound list or sub-select 8
CREATE POLICY p ON public.docs TO authenticated USING (owner_id IN (SELECT auth.uid() UNION SELECT a.user_id FROM public.admins a));
-- open list or sub-select 9
CREATE POLICY p ON public.docs TO authenticated USING (org_id IN (SELECT m.org_id FROM public.org_members m WHERE m.user_id = auth.uid() UNION SELECT docs.org_id));
-- sound list or sub-select 10
CREATE POLICY p ON public.docs TO authenticated USING (org_id IN (SELECT m.org_id FROM public.org_members m WHERE m.user_id = auth.uid() UNION SELECT o.id FROM public.orgs o));
-- sound list or sub-select 11
CREATE POLICY p ON public.docs TO authenticated USING (org_id IN (SELECT m.org_id FROM public.org_members m WHERE m.user_id = auth.uid() INTERSECT SELECT o.id FROM public.orgs o));
-- open list or sub-select 12
CREATE POLICY p ON public.docs TO authenticated USING (owner_id NOT IN (VALUES (auth.uid())));
-- sound list or sub-select 13
CREATE POLICY p ON public.docs TO authenticated USING (owner_id NOT IN (SELECT auth.uid() UNION SELECT NULL));
-- open list or sub-select 14
CREATE POLICY p ON public.docs TO authenticated USING (auth.uid() = ANY (VALUES (owner_id), (auth.uid())));
-- sound list or sub-select 15
CREATE POLICY p ON public.docs TO authenticated USING (auth.uid() = ANY (SELECT unnest(editors)));
-- open list or sub-select 16
CREATE POLICY p ON public.docs TO authenticated USING (auth.uid() = ANY (SELECT unnest(editors) UNION SELECT auth.uid()));
-- sound list or sub-select 17
CREATE POLICY p ON public.docs TO authenticated USING (auth.uid() IN (SELECT unnest(editors || owner_id)));
-- open exists with several conditions 1
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE m.org_id = docs.org_id AND m.user_id = auth.uid() OR is_public));
-- sound exists with several conditions 2
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE m.org_id = docs.org_id AND (m.user_id = auth.uid() OR is_public)));
-- open exists with several conditions 3
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE m.org_id = docs.org_id OR m.user_id = auth.uid()));
-- open exists with several conditions 4
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE m.user_id = auth.uid() AND (m.org_id = docs.org_id OR docs.is_public)));
-- sound exists with several conditions 5
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE m.user_id = auth.uid() AND (m.org_id = docs.org_id AND m.role = 'member' OR docs.owner_id = auth.uid())));
-- sound exists with several conditions 6
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE m.org_id = docs.org_id AND (m.user_id = auth.uid() OR m.role = 'admin')));
-- sound exists with several conditions 7
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE m.org_id = docs.org_id AND (m.user_id = auth.uid() OR docs.owner_id = auth.uid())));
-- sound exists with several conditions 8
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE (m.org_id, m.user_id) = (docs.org_id, auth.uid())));
-- sound exists with several conditions 9
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE m.user_id = auth.uid() AND m.org_id IS NOT DISTINCT FROM docs.org_id));
-- open constants and others 1
CREATE POLICY p ON public.docs TO authenticated USING (owner_id = 'bbbbbbbb-0000-4000-8000-000000000002');
-- open constants and others 2
CREATE POLICY p ON public.docs TO authenticated USING (owner_id = 'bbbbbbbb-0000-4000-8000-000000000002'::uuid);
-- open list or sub-select 18
CREATE POLICY p ON public.docs TO authenticated USING (owner_id IN ('bbbbbbbb-0000-4000-8000-000000000002', auth.uid()));
-- open constants and others 3
CREATE POLICY p ON public.docs TO authenticated USING (owner_id = auth.uid() OR owner_id = 'bbbbbbbb-0000-4000-8000-000000000002');
-- open texts 30
CREATE POLICY p ON public.docs TO authenticated USING (owner_id::text = 'bbbbbbbb-0000-4000-8000-000000000002');
-- open constants and others 4
CREATE POLICY p ON public.docs TO authenticated USING (org_id = 'bbbbbbbb-1111-4000-8000-000000000002');
-- sound exists with several conditions 10
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE m.user_id = auth.uid() AND m.org_id = docs.org_id AND (m.role = 'admin' OR docs.owner_id = auth.uid())));
-- sound exists with several conditions 11
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE m.user_id = auth.uid() AND m.org_id = docs.org_id AND m.role IN ('admin', 'editor')));
-- sound exists with several conditions 12
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members WHERE org_members.user_id = auth.uid() AND org_members.org_id = docs.org_id));
-- sound exists with several conditions 13
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.admins a WHERE a.user_id = auth.uid()));
-- sound exists with several conditions 14
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.admins a WHERE a.user_id = auth.uid() AND docs.deleted_at IS NULL));
-- sound exists with several conditions 15
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m JOIN public.orgs o ON o.id = m.org_id WHERE m.user_id = auth.uid() AND o.id = docs.org_id));
-- sound exists with several conditions 16
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE m.user_id = auth.uid() AND (docs.owner_id = m.user_id OR m.org_id = docs.org_id)));
-- sound constants and others 5
CREATE POLICY p ON public.docs TO authenticated USING ((SELECT count(*) FROM public.org_members m WHERE m.user_id = auth.uid() AND m.org_id = docs.org_id) > 0);
-- sound list or sub-select 19
CREATE POLICY p ON public.docs TO authenticated USING (org_id IN (SELECT m.org_id FROM public.org_members m WHERE m.user_id = auth.uid() AND (m.role = 'admin' OR docs.owner_id = auth.uid())));
-- sound arrays 18
CREATE POLICY p ON public.docs TO authenticated USING (org_id = ANY (ARRAY(SELECT m.org_id FROM public.org_members m WHERE m.user_id = auth.uid())));
-- sound exists with several conditions 17
CREATE POLICY p ON public.docs TO authenticated USING (owner_id = auth.uid() AND EXISTS (SELECT 1 FROM public.org_members m WHERE m.user_id = auth.uid() OR m.org_id = docs.org_id));
-- sound exists with several conditions 18
CREATE POLICY p ON public.docs TO authenticated USING (owner_id = auth.uid() OR EXISTS (SELECT 1 FROM public.admins a WHERE a.user_id = auth.uid()));
-- sound list or sub-select 20
CREATE POLICY p ON public.docs TO authenticated USING (owner_id IN (SELECT auth.uid()));
-- sound list or sub-select 21
CREATE POLICY p ON public.docs TO authenticated USING (owner_id IN (VALUES (auth.uid()), (NULL)));
-- sound list or sub-select 22
CREATE POLICY p ON public.docs TO authenticated USING (auth.uid() IN (VALUES (owner_id), (NULL)));
-- sound arrays 19
CREATE POLICY p ON public.docs TO authenticated USING (auth.uid() = ANY (ARRAY[owner_id]) OR auth.uid() = ANY (editors));
-- sound arrays 20
CREATE POLICY p ON public.docs TO authenticated USING (auth.uid() = ANY (editors) AND cardinality(editors) > 0);
-- sound arrays 21
CREATE POLICY p ON public.docs TO authenticated USING (auth.uid() = ANY (editors || owner_id));
-- sound arrays 22
CREATE POLICY p ON public.docs TO authenticated USING (auth.uid() = ANY (array_append(editors, owner_id)));
-- sound arrays 23
CREATE POLICY p ON public.docs TO authenticated USING (ARRAY[auth.uid()] <@ (editors || owner_id));
-- sound arrays 24
CREATE POLICY p ON public.docs TO authenticated USING (array_length(array_remove(editors, auth.uid()), 1) < array_length(editors, 1));
-- sound arrays 25
CREATE POLICY p ON public.docs TO authenticated USING (array_position(editors || owner_id, auth.uid()) > 0);
-- sound arrays 26
CREATE POLICY p ON public.docs TO authenticated USING (auth.uid()::text = ANY (editors::text[]));
-- sound texts 31
CREATE POLICY p ON public.docs TO authenticated USING (owner_id::text = auth.jwt() ->> 'sub');
-- sound texts 32
CREATE POLICY p ON public.docs TO authenticated USING (owner_id::text ILIKE auth.uid()::text);
-- sound texts 33
CREATE POLICY p ON public.docs TO authenticated USING (owner_id::text LIKE concat(auth.uid()::text, '%'));
-- sound texts 34
CREATE POLICY p ON public.docs TO authenticated USING (concat(owner_id::text, ':', org_id::text) = concat(auth.uid()::text, ':', org_id::text));
-- sound texts 35
CREATE POLICY p ON public.docs TO authenticated USING (title = auth.uid()::text);
-- sound texts 36
CREATE POLICY p ON public.docs TO authenticated USING (split_part(title, '/', 1) = auth.uid()::text);
-- sound texts 37
CREATE POLICY p ON public.docs TO authenticated USING (title LIKE auth.uid()::text || '/%');
-- sound texts 38
CREATE POLICY p ON public.docs TO authenticated USING (starts_with(title, auth.uid()::text));
-- sound texts 39
CREATE POLICY p ON public.docs TO authenticated USING (left(title, 36) = auth.uid()::text);
-- sound texts 40
CREATE POLICY p ON public.docs TO authenticated USING (owner_id = auth.uid() AND title <> 'x');
-- sound texts 41
CREATE POLICY p ON public.docs TO authenticated USING (owner_id = auth.uid() AND (title = 'a' OR title = 'b'));
-- sound constants and others 6
CREATE POLICY p ON public.docs TO authenticated USING (owner_id = auth.uid() AND org_id <> 'bbbbbbbb-1111-4000-8000-000000000002');
-- sound constants and others 7
CREATE POLICY p ON public.docs TO authenticated USING (coalesce(owner_id, 'bbbbbbbb-0000-4000-8000-000000000009') = auth.uid());
-- sound constants and others 8
CREATE POLICY p ON public.docs TO authenticated USING (CASE WHEN auth.uid() IS NULL THEN false ELSE owner_id = auth.uid() END);
-- sound constants and others 9
CREATE POLICY p ON public.docs TO authenticated USING ((owner_id = auth.uid()) IS TRUE AND NOT is_public);
-- sound exists with several conditions 19
CREATE POLICY p ON public.docs TO authenticated USING (NOT EXISTS (SELECT 1 FROM public.admins a WHERE a.user_id = docs.owner_id) AND owner_id = auth.uid());
-- sound constants and others 10
CREATE POLICY p ON public.docs TO authenticated USING (NOT (owner_id IS DISTINCT FROM auth.uid()));
-- sound list or sub-select 23
CREATE POLICY p ON public.docs TO authenticated USING (auth.uid() IN (SELECT m.user_id FROM public.org_members m WHERE m.org_id = docs.org_id));
-- sound list or sub-select 24
CREATE POLICY p ON public.docs TO authenticated USING (auth.uid() IN (SELECT m.user_id FROM public.org_members m WHERE m.org_id = docs.org_id AND m.user_id <> docs.owner_id));
-- sound list or sub-select 25
CREATE POLICY p ON public.docs TO authenticated USING (auth.uid() IN (SELECT m.user_id FROM public.org_members m WHERE m.org_id = docs.org_id UNION SELECT docs.owner_id));
-- sound list or sub-select 26
CREATE POLICY p ON public.docs TO authenticated USING (auth.uid() IN (SELECT m.user_id FROM public.org_members m WHERE m.org_id = docs.org_id OR m.role = 'nobody'));
-- open list or sub-select 27
CREATE POLICY p ON public.docs TO authenticated USING (auth.uid() IN (SELECT m.user_id FROM public.org_members m WHERE m.org_id = docs.org_id OR docs.is_public));
-- open list or sub-select 28
CREATE POLICY p ON public.docs TO authenticated USING (auth.uid() IN (SELECT m.user_id FROM public.org_members m WHERE m.org_id IS NOT NULL AND docs.org_id IS NOT NULL));
-- sound list or sub-select 29
CREATE POLICY p ON public.docs TO authenticated USING (org_id IN (SELECT m.org_id FROM public.org_members m WHERE m.user_id = auth.uid() OR docs.is_public));
-- sound list or sub-select 30
CREATE POLICY p ON public.docs TO authenticated USING ((org_id, auth.uid()) IN (SELECT m.org_id, m.user_id FROM public.org_members m WHERE m.role = 'member'));
-- sound exists with several conditions 20
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE m.user_id = auth.uid() AND m.org_id = coalesce(docs.org_id, m.org_id)));
-- open exists with several conditions 21
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE m.user_id = auth.uid() AND docs.org_id IN (m.org_id, docs.org_id)));
-- open exists with several conditions 22
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE m.user_id = auth.uid() AND m.org_id <> docs.org_id));
-- sound exists with several conditions 23
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE m.user_id = auth.uid() AND NOT (m.org_id <> docs.org_id)));
-- open exists with several conditions 24
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE m.user_id = auth.uid() AND (m.org_id = docs.org_id OR docs.owner_id IS NULL)));
-- sound exists with several conditions 25
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE m.user_id = auth.uid() AND (m.org_id = docs.org_id OR NULL)));
-- open exists with several conditions 26
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE m.user_id = auth.uid() AND CASE WHEN docs.is_public THEN true ELSE m.org_id = docs.org_id END));
-- open alternatives inside EXISTS 1
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE m.user_id = auth.uid() AND m.org_id = docs.org_id OR m.role = 'member'));
-- sound alternatives inside EXISTS 2
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE m.org_id = docs.org_id AND m.user_id = auth.uid() AND m.role = 'member'));
-- sound alternatives inside EXISTS 3
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE m.org_id = docs.org_id AND m.user_id = auth.uid() AND (m.role = 'member' OR m.role = 'admin')));
-- open alternatives inside EXISTS 4
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE (m.org_id = docs.org_id AND m.role = 'admin') OR m.user_id = auth.uid()));
-- open alternatives inside EXISTS 5
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE m.user_id = auth.uid() AND (m.role = 'member' OR m.org_id = docs.org_id)));
-- open alternatives inside EXISTS 6
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE m.user_id = auth.uid() AND (m.role IN ('member', 'admin') OR m.org_id = docs.org_id)));
-- open alternatives inside EXISTS 7
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE m.user_id = auth.uid() AND NOT (m.role <> 'member' AND m.org_id <> docs.org_id)));
-- open alternatives inside EXISTS 8
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE m.user_id = auth.uid() AND (m.role IS NOT NULL OR m.org_id = docs.org_id)));
-- sound alternatives inside EXISTS 9
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE m.user_id = auth.uid() AND m.org_id = docs.org_id AND m.role IS NOT NULL));
-- open alternatives inside EXISTS 10
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE m.user_id = auth.uid() AND CASE WHEN m.role = 'member' THEN true ELSE m.org_id = docs.org_id END));
-- sound alternatives inside EXISTS 11
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE m.user_id = auth.uid() AND CASE WHEN m.role = 'member' THEN m.org_id = docs.org_id ELSE false END));
-- open alternatives inside EXISTS 12
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE m.user_id = auth.uid() AND m.org_id = docs.org_id) OR EXISTS (SELECT 1 FROM public.org_members m WHERE m.user_id = auth.uid() AND m.role = 'member'));
-- sound alternatives inside EXISTS 13
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE m.user_id = auth.uid() AND m.org_id = docs.org_id) OR EXISTS (SELECT 1 FROM public.org_members m WHERE m.org_id = docs.org_id AND m.user_id = auth.uid() AND m.role = 'admin'));
-- sound alternatives inside EXISTS 14
CREATE POLICY p ON public.docs TO authenticated USING (owner_id = auth.uid() OR EXISTS (SELECT 1 FROM public.org_members m WHERE m.org_id = docs.org_id AND m.user_id = auth.uid() AND m.role = 'member'));
-- open alternatives inside EXISTS 15
CREATE POLICY p ON public.docs TO authenticated USING (owner_id = auth.uid() OR EXISTS (SELECT 1 FROM public.org_members m WHERE m.org_id = docs.org_id OR m.role = 'member'));
-- sound alternatives inside EXISTS 17
CREATE POLICY p ON public.docs TO authenticated USING (owner_id = auth.uid() OR EXISTS (SELECT 1 FROM public.org_members m WHERE m.org_id = docs.org_id));
-- sound alternatives inside EXISTS 18
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE coalesce(m.org_id = docs.org_id, true) AND m.user_id = auth.uid()));
-- open alternatives inside EXISTS 19
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE m.org_id <> docs.org_id AND m.user_id = auth.uid()));
-- open alternatives inside EXISTS 20
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE m.org_id IS NOT NULL AND m.user_id = auth.uid()));
-- sound alternatives inside EXISTS 21
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE m.org_id::text = docs.org_id::text AND m.user_id::text = auth.uid()::text));
-- open alternatives inside EXISTS 24
CREATE POLICY p ON public.docs TO authenticated USING (NOT EXISTS (SELECT 1 FROM public.org_members m WHERE m.org_id = docs.org_id AND m.user_id = auth.uid()));
-- open alternatives inside EXISTS 25
CREATE POLICY p ON public.docs TO authenticated USING (NOT EXISTS (SELECT 1 FROM public.org_members m WHERE m.org_id = docs.org_id AND m.user_id <> auth.uid()));
-- sound alternatives inside EXISTS 26
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m JOIN public.orgs o ON o.id = m.org_id WHERE o.id = docs.org_id AND m.user_id = auth.uid()));
-- sound alternatives inside EXISTS 27
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m JOIN public.orgs o ON o.id = docs.org_id WHERE m.user_id = auth.uid()));
-- sound alternatives inside EXISTS 28
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m JOIN public.orgs o ON true WHERE o.id = docs.org_id AND m.user_id = auth.uid()));
-- sound alternatives inside EXISTS 30
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m CROSS JOIN public.orgs o WHERE o.id = docs.org_id AND m.user_id = auth.uid() AND m.org_id = o.id));
-- sound alternatives inside EXISTS 31
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m, public.orgs o WHERE o.id = docs.org_id AND m.user_id = auth.uid()));
-- sound alternatives inside EXISTS 32
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.orgs o WHERE o.id = docs.org_id));
-- sound alternatives inside EXISTS 33
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE m.org_id = docs.org_id AND m.user_id IN (auth.uid(), docs.owner_id)));
-- sound alternatives inside EXISTS 34
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE m.org_id = docs.org_id AND m.user_id = coalesce(docs.owner_id, auth.uid())));
-- open alternatives inside EXISTS 36
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE m.user_id = auth.uid() LIMIT 1));
-- sound alternatives inside EXISTS 37
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE m.user_id = auth.uid() AND m.org_id = docs.org_id LIMIT 1));
-- open alternatives inside EXISTS 38
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT max(m.org_id::text) FROM public.org_members m WHERE m.user_id = auth.uid() AND m.org_id = docs.org_id));
-- sound alternatives inside EXISTS 39
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT count(*) FROM public.org_members m WHERE m.user_id = auth.uid() AND m.org_id = docs.org_id HAVING count(*) > 0));
-- sound alternatives inside EXISTS 40
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE m.user_id = auth.uid() AND m.org_id = docs.org_id GROUP BY m.org_id));
-- open alternatives inside EXISTS 41
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE m.user_id = auth.uid() UNION SELECT 1 FROM public.org_members m WHERE m.org_id = docs.org_id AND m.user_id = auth.uid()));
-- sound alternatives inside EXISTS 42
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM (SELECT m.org_id FROM public.org_members m WHERE m.user_id = auth.uid()) mine WHERE mine.org_id = docs.org_id));
-- open alternatives inside EXISTS 43
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM (SELECT m.org_id FROM public.org_members m WHERE m.user_id = auth.uid()) mine));
-- sound alternatives inside EXISTS 45
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (WITH mine AS (SELECT m.org_id FROM public.org_members m WHERE m.user_id = auth.uid()) SELECT 1 FROM mine WHERE mine.org_id = docs.org_id));
-- open alternatives inside EXISTS 46
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (WITH mine AS (SELECT m.org_id FROM public.org_members m WHERE m.user_id = auth.uid()) SELECT 1 FROM mine));
-- open arrays with the caller on both sides 6
CREATE POLICY p ON public.docs TO authenticated USING (NOT (editors && ARRAY[auth.uid()]));
-- open arrays with the caller on both sides 7
CREATE POLICY p ON public.docs TO authenticated USING ((editors || auth.uid()) @> ARRAY[auth.uid()]);
-- open arrays with the caller on both sides 9
CREATE POLICY p ON public.docs TO authenticated USING (ARRAY[auth.uid()] @> ARRAY[auth.uid()]);
-- sound arrays with the caller on both sides 11
CREATE POLICY p ON public.docs TO authenticated USING (ARRAY[auth.uid()] @> ARRAY[owner_id]);
-- sound arrays with the caller on both sides 14
CREATE POLICY p ON public.docs TO authenticated USING (array_append(editors, owner_id) @> ARRAY[auth.uid()]);
-- open arrays with the caller on both sides 15
CREATE POLICY p ON public.docs TO authenticated USING (auth.uid() = ANY (array_append(editors, auth.uid())));
-- sound arrays with the caller on both sides 16
CREATE POLICY p ON public.docs TO authenticated USING (auth.uid() = ANY (array_remove(editors, auth.uid())));
-- sound arrays with the caller on both sides 19
CREATE POLICY p ON public.docs TO authenticated USING (array_position(editors, auth.uid()) > 0);
-- open arrays with the caller on both sides 20
CREATE POLICY p ON public.docs TO authenticated USING (coalesce(array_position(editors, auth.uid()), 0) >= 0);
-- open arrays with the caller on both sides 21
CREATE POLICY p ON public.docs TO authenticated USING (cardinality(array_remove(editors, auth.uid())) = 0);
-- open arrays with the caller on both sides 22
CREATE POLICY p ON public.docs TO authenticated USING (cardinality(editors) >= 0);
-- open arrays with the caller on both sides 23
CREATE POLICY p ON public.docs TO authenticated USING (array_length(editors, 1) IS NULL OR auth.uid() = ANY (editors));
-- open arrays with the caller on both sides 24
CREATE POLICY p ON public.docs TO authenticated USING (editors = '{}' OR auth.uid() = ANY (editors));
-- sound arrays with the caller on both sides 25
CREATE POLICY p ON public.docs TO authenticated USING (editors IS NULL OR auth.uid() = ANY (editors));
-- sound arrays with the caller on both sides 26
CREATE POLICY p ON public.docs TO authenticated USING (auth.uid() = ANY (coalesce(editors, ARRAY[auth.uid()])));
-- sound arrays with the caller on both sides 27
CREATE POLICY p ON public.docs TO authenticated USING (auth.uid() = ANY (nullif(editors, '{}')));
-- sound arrays with the caller on both sides 28
CREATE POLICY p ON public.docs TO authenticated USING ((owner_id = ANY (ARRAY[auth.uid()])));
-- open arrays with the caller on both sides 29
CREATE POLICY p ON public.docs TO authenticated USING ((owner_id <> ALL (ARRAY[auth.uid()])));
-- sound arrays with the caller on both sides 30
CREATE POLICY p ON public.docs TO authenticated USING ((owner_id = ALL (ARRAY[auth.uid()])));
-- sound arrays with the caller on both sides 31
CREATE POLICY p ON public.docs TO authenticated USING (ARRAY[org_id] <@ (SELECT array_agg(m.org_id) FROM public.org_members m WHERE m.user_id = auth.uid()));
-- sound arrays with the caller on both sides 32
CREATE POLICY p ON public.docs TO authenticated USING (ARRAY[org_id] && (SELECT array_agg(m.org_id) FROM public.org_members m WHERE m.user_id = auth.uid()));
-- sound arrays with the caller on both sides 34
CREATE POLICY p ON public.docs TO authenticated USING (org_id = ANY (ARRAY(SELECT m.org_id FROM public.org_members m)));
-- sound claims 1
CREATE POLICY p ON public.docs TO authenticated USING (org_id = (auth.jwt() -> 'app_metadata' ->> 'org_id')::uuid);
-- sound claims 2
CREATE POLICY p ON public.docs TO authenticated USING (org_id = (auth.jwt() ->> 'org_id')::uuid);
-- open claims 3
CREATE POLICY p ON public.docs TO authenticated USING (org_id = (auth.jwt() -> 'user_metadata' ->> 'org_id')::uuid);
-- open claims 4
CREATE POLICY p ON public.docs TO authenticated USING (org_id::text = auth.jwt() -> 'user_metadata' ->> 'org_id');
-- sound claims 5
CREATE POLICY p ON public.docs TO authenticated USING (org_id::text IN (SELECT jsonb_array_elements_text(auth.jwt() -> 'app_metadata' -> 'orgs')));
-- sound claims 6
CREATE POLICY p ON public.docs TO authenticated USING (auth.jwt() -> 'app_metadata' -> 'orgs' ? org_id::text);
-- open claims 7
CREATE POLICY p ON public.docs TO authenticated USING (coalesce(auth.jwt() -> 'app_metadata' ->> 'org_id', org_id::text) = org_id::text);
-- open claims 8
CREATE POLICY p ON public.docs TO authenticated USING (coalesce((auth.jwt() -> 'app_metadata' ->> 'org_id')::uuid, org_id) = org_id);
-- sound claims 9
CREATE POLICY p ON public.docs TO authenticated USING ((auth.jwt() ->> 'aal') = 'aal2' AND owner_id = auth.uid());
-- open claims 10
CREATE POLICY p ON public.docs TO authenticated USING ((auth.jwt() ->> 'aal') IS DISTINCT FROM 'aal2');
-- open claims 11
CREATE POLICY p ON public.docs TO authenticated USING ((auth.jwt() ->> 'role') = 'authenticated');
-- open claims 13
CREATE POLICY p ON public.docs TO authenticated USING ((auth.jwt() ->> 'sub') IS NOT NULL);
-- sound claims 14
CREATE POLICY p ON public.docs TO authenticated USING ((auth.jwt() ->> 'sub')::uuid = owner_id);
-- sound claims 15
CREATE POLICY p ON public.docs TO authenticated USING (auth.jwt() ->> 'sub' = owner_id::text);
-- sound claims 16
CREATE POLICY p ON public.docs TO authenticated USING (auth.jwt() ->> 'email' = title);
-- sound claims 18
CREATE POLICY p ON public.docs TO authenticated USING ((auth.jwt() ->> 'is_anonymous')::boolean IS NOT TRUE AND owner_id = auth.uid());
-- sound claims 19
CREATE POLICY p ON public.docs TO authenticated USING ((auth.jwt() -> 'app_metadata' ->> 'role') <> 'banned');
-- open claims 20
CREATE POLICY p ON public.docs TO authenticated USING ((auth.jwt() -> 'app_metadata' ->> 'role') IS DISTINCT FROM 'banned');
-- sound claims 21
CREATE POLICY p ON public.docs TO authenticated USING ((auth.jwt() -> 'app_metadata' ->> 'role') IS DISTINCT FROM 'banned' AND owner_id = auth.uid());
-- sound claims 22
CREATE POLICY p ON public.docs TO authenticated USING ((auth.jwt() -> 'app_metadata') ? 'admin');
-- sound claims 23
CREATE POLICY p ON public.docs TO authenticated USING (NOT (auth.jwt() -> 'app_metadata') ? 'banned');
-- sound claims 24
CREATE POLICY p ON public.docs TO authenticated USING (current_setting('request.jwt.claims', true)::jsonb ->> 'sub' = owner_id::text);
-- open claims 25
CREATE POLICY p ON public.docs TO authenticated USING (current_setting('request.jwt.claims', true)::jsonb ->> 'role' = 'authenticated');
-- sound claims 26
CREATE POLICY p ON public.docs TO authenticated USING ((current_setting('request.jwt.claims', true)::jsonb -> 'app_metadata' ->> 'org_id')::uuid = org_id);
-- sound claims 27
CREATE POLICY p ON public.docs TO authenticated USING (current_setting('app.org', true)::uuid = org_id);
-- open claims 28
CREATE POLICY p ON public.docs TO authenticated USING (current_setting('app.org', true) IS NULL OR current_setting('app.org', true)::uuid = org_id);
-- open claims 29
CREATE POLICY p ON public.docs TO authenticated USING (coalesce(current_setting('app.org', true), '') = '' OR current_setting('app.org', true) = org_id::text);
-- sound claims 30
CREATE POLICY p ON public.docs TO authenticated USING (nullif(current_setting('app.org', true), '')::uuid = org_id);
-- sound soft-deleted rows and states 1
CREATE POLICY p ON public.docs TO authenticated USING (deleted_at IS NULL AND owner_id = auth.uid());
-- open soft-deleted rows and states 2
CREATE POLICY p ON public.docs TO authenticated USING (deleted_at IS NOT NULL OR owner_id = auth.uid());
-- open soft-deleted rows and states 4
CREATE POLICY p ON public.docs TO authenticated USING (deleted_at IS NULL OR deleted_at > now() - interval '30 days' AND owner_id = auth.uid());
-- open soft-deleted rows and states 5
CREATE POLICY p ON public.docs TO authenticated USING (CASE WHEN deleted_at IS NULL THEN owner_id = auth.uid() ELSE true END);
-- sound soft-deleted rows and states 6
CREATE POLICY p ON public.docs TO authenticated USING (CASE WHEN deleted_at IS NULL THEN owner_id = auth.uid() END);
-- sound soft-deleted rows and states 9
CREATE POLICY p ON public.docs TO authenticated USING ((owner_id = auth.uid()) = true);
-- sound soft-deleted rows and states 11
CREATE POLICY p ON public.docs TO authenticated USING ((owner_id = auth.uid()) > (deleted_at IS NOT NULL));
-- sound soft-deleted rows and states 12
CREATE POLICY p ON public.docs TO authenticated USING (is_public IS NOT FALSE AND owner_id = auth.uid());
-- open soft-deleted rows and states 13
CREATE POLICY p ON public.docs TO authenticated USING (is_public IS NOT TRUE OR owner_id = auth.uid());
-- open soft-deleted rows and states 15
CREATE POLICY p ON public.docs TO authenticated USING ((owner_id, is_public) <> (auth.uid(), true));
-- open soft-deleted rows and states 16
CREATE POLICY p ON public.docs TO authenticated USING ((owner_id, org_id) IS DISTINCT FROM (auth.uid(), org_id));
-- open soft-deleted rows and states 17
CREATE POLICY p ON public.docs TO authenticated USING ((owner_id = auth.uid() OR title IS NULL) AND org_id IS NOT NULL);
-- sound soft-deleted rows and states 18
CREATE POLICY p ON public.docs TO authenticated USING (owner_id BETWEEN auth.uid() AND auth.uid());
-- open soft-deleted rows and states 19
CREATE POLICY p ON public.docs TO authenticated USING (owner_id >= auth.uid());
-- sound soft-deleted rows and states 20
CREATE POLICY p ON public.docs TO authenticated USING (owner_id >= auth.uid() AND owner_id <= auth.uid());
-- sound soft-deleted rows and states 21
CREATE POLICY p ON public.docs TO authenticated USING (owner_id BETWEEN '00000000-0000-0000-0000-000000000000' AND auth.uid());
-- open soft-deleted rows and states 22
CREATE POLICY p ON public.docs TO authenticated USING (num_nulls(owner_id) = 1 OR owner_id = auth.uid());
-- open soft-deleted rows and states 24
CREATE POLICY p ON public.docs TO authenticated USING (greatest(owner_id, auth.uid()) = auth.uid());
-- open soft-deleted rows and states 25
CREATE POLICY p ON public.docs TO authenticated USING (least(owner_id, auth.uid()) = auth.uid());
-- open soft-deleted rows and states 26
CREATE POLICY p ON public.docs TO authenticated USING (greatest(owner_id, auth.uid()) = least(owner_id, auth.uid()));
-- open soft-deleted rows and states 27
CREATE POLICY p ON public.docs TO authenticated USING (greatest(owner_id, auth.uid()) = owner_id);
-- open soft-deleted rows and states 28
CREATE POLICY p ON public.docs TO authenticated USING (coalesce(nullif(owner_id, auth.uid()), auth.uid()) = auth.uid());
-- sound soft-deleted rows and states 29
CREATE POLICY p ON public.docs TO authenticated USING (nullif(owner_id, auth.uid()) IS NULL AND owner_id IS NOT NULL);
-- open roles in other groups 1
INSERT INTO public.orgs VALUES ('cccccccc-1111-4000-8000-000000000003', 'c'); INSERT INTO public.org_members VALUES ('cccccccc-1111-4000-8000-000000000003', 'aaaaaaaa-0000-4000-8000-000000000001', 'admin'); CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE m.user_id = auth.uid() AND (m.role = 'admin' OR m.org_id = docs.org_id)));
-- open roles in other groups 2
INSERT INTO public.orgs VALUES ('cccccccc-1111-4000-8000-000000000003', 'c'); INSERT INTO public.org_members VALUES ('cccccccc-1111-4000-8000-000000000003', 'aaaaaaaa-0000-4000-8000-000000000001', 'admin'); CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE m.user_id = auth.uid() AND m.role = 'admin'));
-- sound roles in other groups 3
INSERT INTO public.orgs VALUES ('cccccccc-1111-4000-8000-000000000003', 'c'); INSERT INTO public.org_members VALUES ('cccccccc-1111-4000-8000-000000000003', 'aaaaaaaa-0000-4000-8000-000000000001', 'admin'); CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE m.user_id = auth.uid() AND m.role = 'admin' AND m.org_id = docs.org_id));
-- sound roles in other groups 4
CREATE TABLE public.profiles (id uuid PRIMARY KEY REFERENCES auth.users, role text NOT NULL DEFAULT 'user', org_id uuid); ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY; GRANT SELECT ON public.profiles TO authenticated; CREATE POLICY own ON public.profiles FOR SELECT TO authenticated USING (id = (SELECT auth.uid())); INSERT INTO public.profiles VALUES ('aaaaaaaa-0000-4000-8000-000000000001', 'user', 'aaaaaaaa-1111-4000-8000-000000000001'); CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.profiles f WHERE f.id = auth.uid() AND (f.role = 'admin' OR f.org_id = docs.org_id)));
-- sound roles in other groups 5
CREATE TABLE public.profiles (id uuid PRIMARY KEY REFERENCES auth.users, role text NOT NULL DEFAULT 'user', org_id uuid); ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY; GRANT SELECT ON public.profiles TO authenticated; CREATE POLICY own ON public.profiles FOR SELECT TO authenticated USING (id = (SELECT auth.uid())); INSERT INTO public.profiles VALUES ('aaaaaaaa-0000-4000-8000-000000000001', 'user', 'aaaaaaaa-1111-4000-8000-000000000001'); CREATE POLICY p ON public.docs TO authenticated USING ((SELECT f.role FROM public.profiles f WHERE f.id = auth.uid()) = 'admin' OR owner_id = auth.uid());
-- sound roles in other groups 6
CREATE TABLE public.profiles (id uuid PRIMARY KEY REFERENCES auth.users, role text NOT NULL DEFAULT 'user', org_id uuid); ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY; GRANT SELECT ON public.profiles TO authenticated; CREATE POLICY own ON public.profiles FOR SELECT TO authenticated USING (id = (SELECT auth.uid())); INSERT INTO public.profiles VALUES ('aaaaaaaa-0000-4000-8000-000000000001', 'user', 'aaaaaaaa-1111-4000-8000-000000000001'); CREATE POLICY p ON public.docs TO authenticated USING (org_id = (SELECT f.org_id FROM public.profiles f WHERE f.id = auth.uid()));
-- sound roles in other groups 8
CREATE TABLE public.shares (doc_id bigint REFERENCES public.docs, user_id uuid REFERENCES auth.users, PRIMARY KEY (doc_id, user_id)); CREATE INDEX ON public.shares (user_id); ALTER TABLE public.shares ENABLE ROW LEVEL SECURITY; GRANT SELECT ON public.shares TO authenticated; CREATE POLICY own ON public.shares FOR SELECT TO authenticated USING (user_id = (SELECT auth.uid())); INSERT INTO public.shares VALUES (1, 'aaaaaaaa-0000-4000-8000-000000000001'); CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.shares s WHERE s.doc_id = docs.id AND s.user_id = auth.uid()));
-- sound roles in other groups 9
CREATE TABLE public.shares (doc_id bigint REFERENCES public.docs, user_id uuid REFERENCES auth.users, PRIMARY KEY (doc_id, user_id)); CREATE INDEX ON public.shares (user_id); ALTER TABLE public.shares ENABLE ROW LEVEL SECURITY; GRANT SELECT ON public.shares TO authenticated; CREATE POLICY own ON public.shares FOR SELECT TO authenticated USING (user_id = (SELECT auth.uid())); INSERT INTO public.shares VALUES (1, 'aaaaaaaa-0000-4000-8000-000000000001'); CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.shares s WHERE s.doc_id = id AND s.user_id = auth.uid()));
-- open roles in other groups 10
CREATE TABLE public.shares (doc_id bigint REFERENCES public.docs, user_id uuid REFERENCES auth.users, PRIMARY KEY (doc_id, user_id)); CREATE INDEX ON public.shares (user_id); ALTER TABLE public.shares ENABLE ROW LEVEL SECURITY; GRANT SELECT ON public.shares TO authenticated; CREATE POLICY own ON public.shares FOR SELECT TO authenticated USING (user_id = (SELECT auth.uid())); INSERT INTO public.shares VALUES (1, 'aaaaaaaa-0000-4000-8000-000000000001'); CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.shares s WHERE s.user_id = auth.uid()));
-- sound roles in other groups 11
CREATE TABLE public.shares (doc_id bigint REFERENCES public.docs, user_id uuid REFERENCES auth.users, PRIMARY KEY (doc_id, user_id)); CREATE INDEX ON public.shares (user_id); ALTER TABLE public.shares ENABLE ROW LEVEL SECURITY; GRANT SELECT ON public.shares TO authenticated; CREATE POLICY own ON public.shares FOR SELECT TO authenticated USING (user_id = (SELECT auth.uid())); INSERT INTO public.shares VALUES (1, 'aaaaaaaa-0000-4000-8000-000000000001'); CREATE POLICY p ON public.docs TO authenticated USING (id IN (SELECT s.doc_id FROM public.shares s WHERE s.user_id = auth.uid()));
-- sound helper functions 1
CREATE FUNCTION public.my_orgs() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS 'SELECT array_agg(m.org_id) FROM public.org_members m WHERE m.user_id = auth.uid()'; REVOKE EXECUTE ON FUNCTION public.my_orgs() FROM PUBLIC, anon; GRANT EXECUTE ON FUNCTION public.my_orgs() TO authenticated; CREATE POLICY p ON public.docs TO authenticated USING (org_id = ANY (public.my_orgs()));
-- open helper functions 2
CREATE FUNCTION public.my_orgs() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS 'SELECT array_agg(m.org_id) FROM public.org_members m'; REVOKE EXECUTE ON FUNCTION public.my_orgs() FROM PUBLIC, anon; GRANT EXECUTE ON FUNCTION public.my_orgs() TO authenticated; CREATE POLICY p ON public.docs TO authenticated USING (org_id = ANY (public.my_orgs()));
-- sound helper functions 3
CREATE FUNCTION public.my_role(org uuid) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS 'SELECT m.role FROM public.org_members m WHERE m.org_id = org AND m.user_id = auth.uid()'; REVOKE EXECUTE ON FUNCTION public.my_role(uuid) FROM PUBLIC, anon; GRANT EXECUTE ON FUNCTION public.my_role(uuid) TO authenticated; CREATE POLICY p ON public.docs TO authenticated USING (public.my_role(org_id) IN ('member', 'admin'));
-- open helper functions 5
CREATE FUNCTION public.my_role(org uuid) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS 'SELECT coalesce((SELECT m.role FROM public.org_members m WHERE m.org_id = org AND m.user_id = auth.uid()), ''guest'')'; REVOKE EXECUTE ON FUNCTION public.my_role(uuid) FROM PUBLIC, anon; GRANT EXECUTE ON FUNCTION public.my_role(uuid) TO authenticated; CREATE POLICY p ON public.docs TO authenticated USING (public.my_role(org_id) IS NOT NULL);
-- sound helper functions 6
CREATE FUNCTION public.is_owner(owner uuid) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT owner = auth.uid()'; CREATE POLICY p ON public.docs TO authenticated USING (public.is_owner(owner_id));
-- open helper functions 7
CREATE FUNCTION public.is_owner(owner uuid) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT owner IS NULL OR owner = auth.uid()'; CREATE POLICY p ON public.docs TO authenticated USING (public.is_owner(owner_id));
-- open helper functions 8
CREATE FUNCTION public.is_owner(owner uuid) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT coalesce(owner, auth.uid()) = auth.uid()'; CREATE POLICY p ON public.docs TO authenticated USING (public.is_owner(owner_id));
-- open helper functions 9
CREATE FUNCTION public.is_owner(owner_id uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS 'SELECT EXISTS (SELECT FROM public.docs d WHERE d.owner_id = owner_id)'; REVOKE EXECUTE ON FUNCTION public.is_owner(uuid) FROM PUBLIC, anon; GRANT EXECUTE ON FUNCTION public.is_owner(uuid) TO authenticated; CREATE POLICY p ON public.docs TO authenticated USING (public.is_owner(owner_id));
-- sound helper functions 10
CREATE FUNCTION public.is_owner(doc bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS 'SELECT EXISTS (SELECT FROM public.docs d WHERE d.id = doc AND d.owner_id = auth.uid())'; REVOKE EXECUTE ON FUNCTION public.is_owner(bigint) FROM PUBLIC, anon; GRANT EXECUTE ON FUNCTION public.is_owner(bigint) TO authenticated; CREATE POLICY p ON public.docs TO authenticated USING (public.is_owner(id));
-- sound helper functions 12
CREATE FUNCTION public.can(org uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS 'BEGIN IF auth.uid() IS NULL THEN RETURN false; END IF; RETURN EXISTS (SELECT FROM public.org_members m WHERE m.org_id = org AND m.user_id = auth.uid()); END'; REVOKE EXECUTE ON FUNCTION public.can(uuid) FROM PUBLIC, anon; GRANT EXECUTE ON FUNCTION public.can(uuid) TO authenticated; CREATE POLICY p ON public.docs TO authenticated USING (public.can(org_id));
-- open helper functions 13
CREATE FUNCTION public.can(org uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS 'BEGIN RETURN auth.uid() IS NOT NULL; END'; REVOKE EXECUTE ON FUNCTION public.can(uuid) FROM PUBLIC, anon; GRANT EXECUTE ON FUNCTION public.can(uuid) TO authenticated; CREATE POLICY p ON public.docs TO authenticated USING (public.can(org_id));
-- sound helper functions 15
CREATE FUNCTION public.can(org uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS 'BEGIN PERFORM 1 FROM public.org_members m WHERE m.org_id = org AND m.user_id = auth.uid(); RETURN FOUND; END'; REVOKE EXECUTE ON FUNCTION public.can(uuid) FROM PUBLIC, anon; GRANT EXECUTE ON FUNCTION public.can(uuid) TO authenticated; CREATE POLICY p ON public.docs TO authenticated USING (public.can(org_id));
-- sound helper functions 16
CREATE FUNCTION public.uid() RETURNS uuid LANGUAGE sql STABLE AS 'SELECT auth.uid()'; CREATE POLICY p ON public.docs TO authenticated USING (owner_id = public.uid());
-- open helper functions 17
CREATE FUNCTION public.uid() RETURNS uuid LANGUAGE sql STABLE AS 'SELECT auth.uid()'; CREATE POLICY p ON public.docs TO authenticated USING (owner_id <> public.uid());
-- open helper functions 18
CREATE FUNCTION public.uid() RETURNS uuid LANGUAGE sql STABLE AS 'SELECT auth.uid()'; CREATE POLICY p ON public.docs TO authenticated USING (public.uid() IS NOT NULL);
-- sound helper functions 19
CREATE FUNCTION public.tenant() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT nullif(current_setting('app.tenant', true), '')::uuid $$; CREATE POLICY p ON public.docs TO authenticated USING (org_id = public.tenant());
-- sound helper functions 20
CREATE FUNCTION public.tenant() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT (auth.jwt() -> 'app_metadata' ->> 'tenant')::uuid $$; CREATE POLICY p ON public.docs TO authenticated USING (org_id = public.tenant());
-- open helper functions 21
CREATE FUNCTION public.tenant() RETURNS uuid LANGUAGE sql STABLE AS $$ SELECT (auth.jwt() -> 'user_metadata' ->> 'org_id')::uuid $$; CREATE POLICY p ON public.docs TO authenticated USING (org_id = public.tenant());
-- sound views 1
CREATE POLICY p ON public.docs TO authenticated USING (owner_id = auth.uid()); CREATE VIEW public.v2 WITH (security_invoker = on) AS SELECT id, title FROM public.docs; GRANT SELECT ON public.v2 TO authenticated;
-- open views 2
CREATE POLICY p ON public.docs TO authenticated USING (owner_id = auth.uid()); CREATE VIEW public.v2 WITH (security_invoker = off) AS SELECT id, title FROM public.docs; GRANT SELECT ON public.v2 TO authenticated;
-- open views 3
CREATE POLICY p ON public.docs TO authenticated USING (owner_id = auth.uid()); CREATE VIEW public.v2 WITH (security_invoker = true) AS SELECT id, title FROM public.docs; ALTER VIEW public.v2 SET (security_invoker = false); GRANT SELECT ON public.v2 TO authenticated;
-- sound views 4
CREATE POLICY p ON public.docs TO authenticated USING (owner_id = auth.uid()); CREATE VIEW public.v2 AS SELECT id, title FROM public.docs; ALTER VIEW public.v2 SET (security_invoker = true); GRANT SELECT ON public.v2 TO authenticated;
-- open views 5
CREATE POLICY p ON public.docs TO authenticated USING (owner_id = auth.uid()); CREATE VIEW public.v2 WITH (security_invoker = true) AS SELECT id, title FROM public.docs; ALTER VIEW public.v2 RESET (security_invoker); GRANT SELECT ON public.v2 TO authenticated;
-- open views 6
CREATE POLICY p ON public.docs TO authenticated USING (owner_id = auth.uid()); CREATE VIEW public.v2 AS SELECT d.id, d.title FROM public.docs d JOIN public.org_members m ON m.org_id = d.org_id; GRANT SELECT ON public.v2 TO authenticated;
-- sound views 7
CREATE POLICY p ON public.docs TO authenticated USING (owner_id = auth.uid()); CREATE VIEW public.v2 AS SELECT d.id, d.title FROM public.docs d JOIN public.org_members m ON m.org_id = d.org_id WHERE m.user_id = auth.uid(); GRANT SELECT ON public.v2 TO authenticated;
-- open views 8
CREATE POLICY p ON public.docs TO authenticated USING (owner_id = auth.uid()); CREATE VIEW public.v2 AS SELECT id, title FROM public.docs; GRANT SELECT (id) ON public.v2 TO authenticated;
-- sound views 9
CREATE POLICY p ON public.docs TO authenticated USING (owner_id = auth.uid()); CREATE VIEW public.v2 AS SELECT id, title FROM public.docs; REVOKE ALL ON public.v2 FROM anon, authenticated;
-- open views 10
CREATE POLICY p ON public.docs TO authenticated USING (owner_id = auth.uid()); CREATE MATERIALIZED VIEW public.mv AS SELECT id FROM public.docs; GRANT SELECT ON public.mv TO authenticated;
-- open several policies 3
CREATE POLICY a ON public.docs FOR SELECT TO authenticated USING (owner_id = auth.uid()); CREATE POLICY b ON public.docs FOR INSERT TO authenticated WITH CHECK (owner_id IS NOT NULL);
-- sound several policies 4
CREATE POLICY a ON public.docs FOR SELECT TO authenticated USING (owner_id = auth.uid()); CREATE POLICY b ON public.docs FOR INSERT TO authenticated WITH CHECK (owner_id = auth.uid());
-- sound several policies 5
CREATE POLICY a ON public.docs FOR SELECT TO authenticated USING (owner_id = auth.uid()); CREATE POLICY b ON public.docs FOR INSERT TO authenticated WITH CHECK (owner_id = auth.uid() OR owner_id IS NULL);
-- sound several policies 7
CREATE POLICY a ON public.docs TO authenticated USING (true); CREATE POLICY r ON public.docs AS RESTRICTIVE TO authenticated USING (owner_id = auth.uid());
-- open several policies 9
CREATE POLICY a ON public.docs TO authenticated USING (true); CREATE POLICY r ON public.docs AS RESTRICTIVE FOR UPDATE TO authenticated USING (owner_id = auth.uid());
-- sound several policies 10
CREATE POLICY a ON public.docs TO authenticated USING (owner_id = auth.uid()); CREATE POLICY r ON public.docs AS RESTRICTIVE TO authenticated USING ((auth.jwt() ->> 'aal') = 'aal2');
-- open several policies 11
CREATE POLICY a ON public.docs TO authenticated USING (owner_id = auth.uid()); ALTER POLICY a ON public.docs USING (owner_id = auth.uid() OR deleted_at IS NULL);
-- sound several policies 12
CREATE POLICY a ON public.docs TO authenticated USING (true); ALTER POLICY a ON public.docs USING (owner_id = auth.uid());
-- sound several policies 13
CREATE POLICY a ON public.docs TO authenticated USING (true); DROP POLICY a ON public.docs; CREATE POLICY a ON public.docs TO authenticated USING (owner_id = auth.uid());
-- sound several policies 14
CREATE POLICY a ON public.docs TO service_role USING (true); CREATE POLICY b ON public.docs TO authenticated USING (owner_id = auth.uid());
-- open several policies 15
CREATE POLICY a ON public.docs TO authenticated USING (owner_id = auth.uid()); ALTER POLICY a ON public.docs TO PUBLIC; ALTER TABLE public.docs DISABLE ROW LEVEL SECURITY;
-- open newcomers and derived tables 1
CREATE POLICY p ON public.docs TO authenticated USING (org_id = coalesce((SELECT m.org_id FROM public.org_members m WHERE m.user_id = auth.uid() AND m.role = 'admin'), org_id));
-- open newcomers and derived tables 2
CREATE POLICY p ON public.docs TO authenticated USING (owner_id = coalesce((SELECT a.user_id FROM public.admins a WHERE a.user_id = auth.uid()), owner_id));
-- open newcomers and derived tables 3
CREATE POLICY p ON public.docs TO authenticated USING (org_id IS NOT DISTINCT FROM coalesce((SELECT m.org_id FROM public.org_members m WHERE m.user_id = auth.uid() AND m.role = 'owner' LIMIT 1), docs.org_id));
-- open newcomers and derived tables 4
CREATE TABLE public.projects (org_id uuid NOT NULL, doc_id bigint, lead_id uuid, note text); ALTER TABLE public.projects ENABLE ROW LEVEL SECURITY; GRANT SELECT ON public.projects TO authenticated; CREATE POLICY seen ON public.projects FOR SELECT TO authenticated USING (note IS NOT NULL); INSERT INTO public.projects SELECT org_id, id, owner_id, 'x' FROM public.docs; CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.projects j LEFT JOIN public.org_members m ON m.org_id = j.org_id AND m.user_id = auth.uid() WHERE j.org_id = docs.org_id));
-- open newcomers and derived tables 5
CREATE TABLE public.projects (org_id uuid NOT NULL, doc_id bigint, lead_id uuid, note text); ALTER TABLE public.projects ENABLE ROW LEVEL SECURITY; GRANT SELECT ON public.projects TO authenticated; CREATE POLICY seen ON public.projects FOR SELECT TO authenticated USING (note IS NOT NULL); INSERT INTO public.projects SELECT org_id, id, owner_id, 'x' FROM public.docs; CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m RIGHT JOIN public.projects j ON m.org_id = j.org_id AND m.user_id = auth.uid() WHERE j.doc_id = docs.id));
-- open newcomers and derived tables 6
CREATE TABLE public.projects (org_id uuid NOT NULL, doc_id bigint, lead_id uuid, note text); ALTER TABLE public.projects ENABLE ROW LEVEL SECURITY; GRANT SELECT ON public.projects TO authenticated; CREATE POLICY seen ON public.projects FOR SELECT TO authenticated USING (note IS NOT NULL); INSERT INTO public.projects SELECT org_id, id, owner_id, 'x' FROM public.docs; CREATE POLICY p ON public.docs TO authenticated USING (org_id IN (SELECT j.org_id FROM public.projects j LEFT JOIN public.org_members m ON m.org_id = j.org_id AND m.user_id = auth.uid()));
-- open newcomers and derived tables 7
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM (SELECT m.org_id FROM public.org_members m WHERE m.user_id = auth.uid()) x WHERE x.org_id = org_id));
-- open newcomers and derived tables 8
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (WITH x AS (SELECT m.org_id FROM public.org_members m WHERE m.user_id = auth.uid()) SELECT FROM x WHERE x.org_id = org_id));
-- open newcomers and derived tables 9
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT FROM LATERAL (SELECT m.org_id AS org_id FROM public.org_members m WHERE m.user_id = auth.uid()) AS x WHERE org_id = x.org_id));
-- open newcomers and derived tables 10
CREATE POLICY p ON public.docs TO authenticated USING ((SELECT true FROM public.org_members org_member WHERE org_member.user_id = auth.uid() AND org_id = org_member.org_id LIMIT 1));
-- open newcomers and derived tables 11
CREATE POLICY p ON public.docs TO authenticated USING (id IN (SELECT id FROM public.org_members WHERE user_id = auth.uid()));
-- open newcomers and derived tables 12
CREATE POLICY p ON public.docs TO authenticated USING (org_id IN (SELECT org_id FROM public.orgs));
-- open newcomers and derived tables 13
CREATE POLICY p ON public.docs TO authenticated USING (docs.org_id IN (SELECT org_id FROM public.orgs o WHERE o.name IS NOT NULL));
-- open newcomers and derived tables 14
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.orgs WHERE id = id));
-- open newcomers and derived tables 15
CREATE POLICY p ON public.docs TO authenticated USING (auth.uid() = ANY (ARRAY[owner_id, auth.uid()]));
-- open newcomers and derived tables 16
CREATE POLICY p ON public.docs TO authenticated USING (auth.uid() IN (owner_id, auth.uid()));
-- open newcomers and derived tables 17
CREATE POLICY p ON public.docs TO authenticated USING (owner_id IN (SELECT auth.uid() UNION SELECT docs.owner_id));
-- open newcomers and derived tables 18
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE m.org_id = docs.org_id AND m.user_id = auth.uid() HAVING count(*) >= 0));
-- open newcomers and derived tables 19
CREATE POLICY p ON public.docs TO authenticated USING ((SELECT count(*) FROM public.org_members m WHERE m.org_id = docs.org_id AND m.user_id = auth.uid()) >= 0);
-- open newcomers and derived tables 20
CREATE POLICY p ON public.docs TO authenticated USING (1 > (SELECT count(*) FROM public.org_members m WHERE m.org_id = docs.org_id AND m.user_id = auth.uid()));
-- open newcomers and derived tables 21
CREATE POLICY p ON public.docs TO authenticated USING (to_jsonb(docs) ? 'owner_id');
-- open newcomers and derived tables 22
CREATE POLICY p ON public.docs TO authenticated USING (length(owner_id::text) = length(auth.uid()::text));
-- open newcomers and derived tables 23
CREATE POLICY p ON public.docs TO authenticated USING (concat(owner_id, auth.uid()) <> '');
-- open newcomers and derived tables 24
CREATE POLICY p ON public.docs TO authenticated USING (num_nonnulls(owner_id, auth.uid()) = 2);
-- open newcomers and derived tables 25
CREATE POLICY p ON public.docs TO authenticated USING (num_nulls(auth.uid()) = 0);
-- open newcomers and derived tables 26
CREATE POLICY p ON public.docs TO authenticated USING (num_nulls(nullif(owner_id, auth.uid())) = 0);
-- open newcomers and derived tables 27
CREATE POLICY p ON public.docs TO authenticated USING (editors <@ ARRAY[auth.uid()]);
-- open newcomers and derived tables 28
CREATE POLICY p ON public.docs TO authenticated USING (NOT editors && ARRAY[auth.uid()]);
-- open newcomers and derived tables 29
CREATE POLICY p ON public.docs TO authenticated USING (array_position(editors, auth.uid()) IS NULL);
-- open newcomers and derived tables 30
CREATE POLICY p ON public.docs TO authenticated USING (coalesce(array_position(editors, auth.uid()), 1) > 0);
-- open newcomers and derived tables 31
CREATE POLICY p ON public.docs TO authenticated USING (array_length(editors || auth.uid(), 1) > 0);
-- open newcomers and derived tables 32
CREATE POLICY p ON public.docs TO authenticated USING (auth.uid() = ANY (editors || auth.uid()));
-- open newcomers and derived tables 33
CREATE POLICY p ON public.docs TO authenticated USING (auth.uid() = ANY (array_append(editors, auth.uid())));
-- open newcomers and derived tables 34
CREATE POLICY p ON public.docs TO authenticated USING (auth.uid() = (SELECT auth.uid()));
-- open newcomers and derived tables 35
CREATE POLICY p ON public.docs TO authenticated USING ((SELECT auth.uid() = auth.uid()));
-- open newcomers and derived tables 36
CREATE POLICY p ON public.docs TO authenticated USING (current_user = 'authenticated');
-- open newcomers and derived tables 37
CREATE POLICY p ON public.docs TO authenticated USING (current_role <> 'anon');
-- open newcomers and derived tables 38
CREATE POLICY p ON public.docs TO authenticated USING (current_setting('role') = 'authenticated');
-- open newcomers and derived tables 39
CREATE POLICY p ON public.docs TO authenticated USING (length(auth.uid()::text) = 36);
-- open newcomers and derived tables 40
CREATE POLICY p ON public.docs TO authenticated USING (auth.uid()::text ~ '^[0-9a-f-]+$');
-- open newcomers and derived tables 41
CREATE POLICY p ON public.docs TO authenticated USING (auth.jwt() IS NOT NULL);
-- open newcomers and derived tables 42
CREATE POLICY p ON public.docs TO authenticated USING (CASE auth.role() WHEN 'authenticated' THEN true ELSE false END);
-- open newcomers and derived tables 43
CREATE POLICY p ON public.docs TO authenticated USING (CASE WHEN owner_id = auth.uid() THEN 1 ELSE 2 END > 0);
-- open newcomers and derived tables 44
CREATE POLICY p ON public.docs TO authenticated USING (CASE WHEN owner_id = auth.uid() THEN 'yes' ELSE 'no' END <> '');
-- open newcomers and derived tables 45
CREATE POLICY p ON public.docs TO authenticated USING ((owner_id = auth.uid())::int >= 0);
-- open newcomers and derived tables 46
CREATE POLICY p ON public.docs TO authenticated USING ((owner_id = auth.uid())::text IN ('true', 'false'));
-- open newcomers and derived tables 47
CREATE POLICY p ON public.docs TO authenticated USING (owner_id = auth.uid() IS NOT NULL);
-- open newcomers and derived tables 48
CREATE POLICY p ON public.docs TO authenticated USING (docs IS NOT NULL OR docs.deleted_at IS NULL OR owner_id = auth.uid());
-- open newcomers and derived tables 49
CREATE POLICY a ON public.docs TO authenticated USING (deleted_at IS NULL); CREATE POLICY r ON public.docs AS RESTRICTIVE TO authenticated USING (auth.uid() IS NOT NULL);
-- open newcomers and derived tables 50
CREATE POLICY a ON public.docs TO authenticated USING (deleted_at IS NULL); CREATE POLICY r ON public.docs AS RESTRICTIVE TO authenticated USING (owner_id = auth.uid() OR true);
-- open newcomers and derived tables 51
CREATE POLICY a ON public.docs TO authenticated USING (title IS NOT NULL); CREATE POLICY r ON public.docs AS RESTRICTIVE TO authenticated USING (owner_id = auth.uid() OR is_public OR owner_id IS NOT NULL);
-- open newcomers and derived tables 52
CREATE FUNCTION public.h(org uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT EXISTS (SELECT FROM public.org_members m WHERE m.role = 'admin' AND m.org_id = org) $$; REVOKE EXECUTE ON FUNCTION public.h(uuid) FROM PUBLIC, anon; GRANT EXECUTE ON FUNCTION public.h(uuid) TO authenticated; CREATE POLICY p ON public.docs TO authenticated USING (public.h(org_id));
-- open newcomers and derived tables 53
CREATE FUNCTION public.h(org uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT EXISTS (SELECT FROM public.org_members m WHERE m.role = 'member' AND m.user_id = auth.uid()) $$; REVOKE EXECUTE ON FUNCTION public.h(uuid) FROM PUBLIC, anon; GRANT EXECUTE ON FUNCTION public.h(uuid) TO authenticated; CREATE POLICY p ON public.docs TO authenticated USING (public.h(org_id));
-- open newcomers and derived tables 54
CREATE FUNCTION public.h(org uuid, who uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT EXISTS (SELECT FROM public.org_members m WHERE m.org_id = org AND m.user_id = who) $$; REVOKE EXECUTE ON FUNCTION public.h(uuid, uuid) FROM PUBLIC, anon; GRANT EXECUTE ON FUNCTION public.h(uuid, uuid) TO authenticated; CREATE POLICY p ON public.docs TO authenticated USING (public.h(org_id, owner_id));
-- open newcomers and derived tables 55
CREATE FUNCTION public.h(org uuid) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT m.role FROM public.org_members m WHERE m.user_id = auth.uid() LIMIT 1 $$; REVOKE EXECUTE ON FUNCTION public.h(uuid) FROM PUBLIC, anon; GRANT EXECUTE ON FUNCTION public.h(uuid) TO authenticated; CREATE POLICY p ON public.docs TO authenticated USING (public.h(org_id) = 'member');
-- open newcomers and derived tables 56
CREATE FUNCTION public.h(org uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$ DECLARE n int; BEGIN SELECT count(*) INTO n FROM public.org_members m WHERE m.user_id = auth.uid(); RETURN n > 0; END $$; REVOKE EXECUTE ON FUNCTION public.h(uuid) FROM PUBLIC, anon; GRANT EXECUTE ON FUNCTION public.h(uuid) TO authenticated; CREATE POLICY p ON public.docs TO authenticated USING (public.h(org_id));
-- open newcomers and derived tables 57
CREATE FUNCTION public.h() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT array_agg(m.org_id) FROM public.org_members m $$; REVOKE EXECUTE ON FUNCTION public.h() FROM PUBLIC, anon; GRANT EXECUTE ON FUNCTION public.h() TO authenticated; CREATE POLICY p ON public.docs TO authenticated USING (org_id = ANY ((SELECT public.h())::uuid[]));
-- open newcomers and derived tables 58
CREATE FUNCTION public.h(who uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT who IS NOT NULL $$; REVOKE EXECUTE ON FUNCTION public.h(uuid) FROM PUBLIC, anon; GRANT EXECUTE ON FUNCTION public.h(uuid) TO authenticated; CREATE POLICY p ON public.docs TO authenticated USING (public.h(auth.uid()));
-- open newcomers and derived tables 59
CREATE FUNCTION public.h(who uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT NOT EXISTS (SELECT FROM public.admins a WHERE a.user_id = who) $$; REVOKE EXECUTE ON FUNCTION public.h(uuid) FROM PUBLIC, anon; GRANT EXECUTE ON FUNCTION public.h(uuid) TO authenticated; CREATE POLICY p ON public.docs TO authenticated USING (public.h(auth.uid()));
-- sound newcomers and derived tables 60
CREATE POLICY p ON public.docs TO authenticated USING (org_id = coalesce((SELECT m.org_id FROM public.org_members m WHERE m.user_id = auth.uid() AND m.role = 'admin'), '00000000-0000-0000-0000-000000000000'));
-- sound newcomers and derived tables 61
CREATE POLICY p ON public.docs TO authenticated USING (owner_id = coalesce((SELECT a.user_id FROM public.admins a WHERE a.user_id = auth.uid()), auth.uid()));
-- sound newcomers and derived tables 62
CREATE TABLE public.projects (org_id uuid NOT NULL, doc_id bigint, lead_id uuid, note text); ALTER TABLE public.projects ENABLE ROW LEVEL SECURITY; GRANT SELECT ON public.projects TO authenticated; CREATE POLICY seen ON public.projects FOR SELECT TO authenticated USING (note IS NOT NULL); INSERT INTO public.projects SELECT org_id, id, owner_id, 'x' FROM public.docs; CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.projects j LEFT JOIN public.org_members m ON m.org_id = j.org_id AND m.user_id = auth.uid() WHERE j.org_id = docs.org_id AND m.user_id IS NOT NULL));
-- sound newcomers and derived tables 63
CREATE TABLE public.projects (org_id uuid NOT NULL, doc_id bigint, lead_id uuid, note text); ALTER TABLE public.projects ENABLE ROW LEVEL SECURITY; GRANT SELECT ON public.projects TO authenticated; CREATE POLICY seen ON public.projects FOR SELECT TO authenticated USING (note IS NOT NULL); INSERT INTO public.projects SELECT org_id, id, owner_id, 'x' FROM public.docs; CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.projects j JOIN public.org_members m ON m.org_id = j.org_id AND m.user_id = auth.uid() WHERE j.org_id = docs.org_id));
-- sound newcomers and derived tables 64
CREATE TABLE public.projects (org_id uuid NOT NULL, doc_id bigint, lead_id uuid, note text); ALTER TABLE public.projects ENABLE ROW LEVEL SECURITY; GRANT SELECT ON public.projects TO authenticated; CREATE POLICY seen ON public.projects FOR SELECT TO authenticated USING (note IS NOT NULL); INSERT INTO public.projects SELECT org_id, id, owner_id, 'x' FROM public.docs; CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.projects j RIGHT JOIN public.org_members m ON m.org_id = j.org_id WHERE m.user_id = auth.uid() AND j.org_id = docs.org_id));
-- sound newcomers and derived tables 65
CREATE TABLE public.projects (org_id uuid NOT NULL, doc_id bigint, lead_id uuid, note text); ALTER TABLE public.projects ENABLE ROW LEVEL SECURITY; GRANT SELECT ON public.projects TO authenticated; CREATE POLICY seen ON public.projects FOR SELECT TO authenticated USING (note IS NOT NULL); INSERT INTO public.projects SELECT org_id, id, owner_id, 'x' FROM public.docs; CREATE POLICY p ON public.docs TO authenticated USING (org_id IN (SELECT m.org_id FROM public.org_members m LEFT JOIN public.projects j ON m.org_id = j.org_id WHERE m.user_id = auth.uid()));
-- sound newcomers and derived tables 66
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM (SELECT m.org_id FROM public.org_members m WHERE m.user_id = auth.uid()) x WHERE x.org_id = docs.org_id));
-- sound newcomers and derived tables 67
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (WITH x AS (SELECT m.org_id FROM public.org_members m WHERE m.user_id = auth.uid()) SELECT FROM x WHERE x.org_id = docs.org_id));
-- sound newcomers and derived tables 68
CREATE POLICY p ON public.docs TO authenticated USING (org_id IN (SELECT id FROM public.orgs));
-- sound newcomers and derived tables 69
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.orgs WHERE orgs.id = org_id));
-- sound newcomers and derived tables 70
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.orgs o WHERE o.id = docs.org_id));
-- sound newcomers and derived tables 71
CREATE POLICY p ON public.docs TO authenticated USING (auth.uid() = ANY (ARRAY[owner_id]));
-- sound newcomers and derived tables 72
CREATE POLICY p ON public.docs TO authenticated USING (owner_id IN (SELECT auth.uid() UNION SELECT m.user_id FROM public.org_members m WHERE m.user_id = auth.uid()));
-- sound newcomers and derived tables 73
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE m.org_id = docs.org_id AND m.user_id = auth.uid() HAVING count(*) > 0));
-- sound newcomers and derived tables 74
CREATE POLICY p ON public.docs TO authenticated USING ((SELECT count(*) FROM public.org_members m WHERE m.org_id = docs.org_id AND m.user_id = auth.uid()) >= 1);
-- sound newcomers and derived tables 75
CREATE POLICY p ON public.docs TO authenticated USING (0 < (SELECT count(*) FROM public.org_members m WHERE m.org_id = docs.org_id AND m.user_id = auth.uid()));
-- sound newcomers and derived tables 76
CREATE POLICY p ON public.docs TO authenticated USING ((SELECT bool_or(m.user_id = auth.uid()) FROM public.org_members m WHERE m.org_id = docs.org_id));
-- sound newcomers and derived tables 77
CREATE POLICY p ON public.docs TO authenticated USING ((SELECT coalesce(bool_or(m.user_id = auth.uid()), false) FROM public.org_members m WHERE m.org_id = docs.org_id));
-- sound newcomers and derived tables 78
CREATE POLICY p ON public.docs TO authenticated USING (org_id = ANY (SELECT m.org_id FROM public.org_members m WHERE m.user_id = auth.uid()));
-- sound newcomers and derived tables 79
CREATE POLICY p ON public.docs TO authenticated USING (to_jsonb(docs) ->> 'owner_id' = auth.uid()::text);
-- sound newcomers and derived tables 80
CREATE POLICY p ON public.docs TO authenticated USING (owner_id::text = auth.jwt() ->> 'sub');
-- sound newcomers and derived tables 81
CREATE POLICY p ON public.docs TO authenticated USING (md5(owner_id::text) = md5(auth.uid()::text));
-- sound newcomers and derived tables 82
CREATE POLICY p ON public.docs TO authenticated USING (lower(owner_id::text) = lower(auth.uid()::text));
-- sound newcomers and derived tables 83
CREATE POLICY p ON public.docs TO authenticated USING (replace(owner_id::text, '-', '') = replace(auth.uid()::text, '-', ''));
-- sound newcomers and derived tables 84
CREATE POLICY p ON public.docs TO authenticated USING (concat(owner_id, '') = concat(auth.uid(), ''));
-- sound newcomers and derived tables 85
CREATE POLICY p ON public.docs TO authenticated USING (num_nulls(nullif(owner_id, auth.uid())) = 1 AND owner_id IS NOT NULL);
-- sound newcomers and derived tables 86
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT FROM unnest(editors || owner_id) e WHERE e = auth.uid()));
-- sound newcomers and derived tables 87
CREATE POLICY p ON public.docs TO authenticated USING (editors @> ARRAY[auth.uid()]);
-- sound newcomers and derived tables 88
CREATE POLICY p ON public.docs TO authenticated USING (editors && ARRAY[auth.uid()]);
-- sound newcomers and derived tables 89
CREATE POLICY p ON public.docs TO authenticated USING (ARRAY[auth.uid()] <@ editors);
-- sound newcomers and derived tables 90
CREATE POLICY p ON public.docs TO authenticated USING (array_position(editors, auth.uid()) IS NOT NULL);
-- sound newcomers and derived tables 91
CREATE POLICY p ON public.docs TO authenticated USING (array_position(editors, auth.uid()) > 0);
-- sound newcomers and derived tables 92
CREATE POLICY p ON public.docs TO authenticated USING (auth.uid() = ANY (editors || owner_id));
-- sound newcomers and derived tables 93
CREATE POLICY p ON public.docs TO authenticated USING (auth.uid() = ANY (array_append(editors, owner_id)));
-- sound newcomers and derived tables 94
CREATE POLICY p ON public.docs TO authenticated USING (owner_id = ANY (ARRAY[auth.uid(), NULL]));
-- sound newcomers and derived tables 95
CREATE POLICY p ON public.docs TO authenticated USING (now() < '2020-01-01');
-- sound newcomers and derived tables 96
CREATE POLICY p ON public.docs TO authenticated USING (auth.uid() BETWEEN SYMMETRIC owner_id AND owner_id);
-- sound newcomers and derived tables 97
CREATE POLICY p ON public.docs TO authenticated USING (CASE auth.role() WHEN 'service_role' THEN true ELSE owner_id = auth.uid() END);
-- sound newcomers and derived tables 98
CREATE POLICY p ON public.docs TO authenticated USING (CASE WHEN owner_id = auth.uid() THEN 1 ELSE 0 END > 0);
-- sound newcomers and derived tables 99
CREATE POLICY p ON public.docs TO authenticated USING (CASE WHEN owner_id = auth.uid() THEN 'yes' ELSE 'no' END = 'yes');
-- sound newcomers and derived tables 100
CREATE POLICY p ON public.docs TO authenticated USING ((owner_id = auth.uid())::int > 0);
-- sound newcomers and derived tables 101
CREATE POLICY p ON public.docs TO authenticated USING ((owner_id = auth.uid())::int = 1);
-- sound newcomers and derived tables 102
CREATE POLICY p ON public.docs TO authenticated USING ((owner_id = auth.uid())::text = 'true');
-- sound newcomers and derived tables 103
CREATE POLICY p ON public.docs TO authenticated USING (owner_id = auth.uid() OR NULL);
-- sound newcomers and derived tables 104
CREATE POLICY a ON public.docs TO authenticated USING (title IS NOT NULL); CREATE POLICY r ON public.docs AS RESTRICTIVE TO authenticated USING (org_id IN (SELECT m.org_id FROM public.org_members m WHERE m.user_id = auth.uid()));
-- sound newcomers and derived tables 105
CREATE POLICY a ON public.docs TO authenticated USING (title IS NOT NULL); CREATE POLICY r ON public.docs AS RESTRICTIVE USING (owner_id = auth.uid());
-- sound newcomers and derived tables 106
CREATE POLICY a ON public.docs TO authenticated USING (title IS NOT NULL); CREATE POLICY r ON public.docs AS RESTRICTIVE TO PUBLIC USING (EXISTS (SELECT FROM public.org_members m WHERE m.org_id = docs.org_id AND m.user_id = auth.uid()));
-- sound newcomers and derived tables 107
CREATE FUNCTION public.h(org uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT EXISTS (SELECT FROM public.org_members m WHERE m.role = 'admin' AND m.org_id = org AND m.user_id = auth.uid()) $$; REVOKE EXECUTE ON FUNCTION public.h(uuid) FROM PUBLIC, anon; GRANT EXECUTE ON FUNCTION public.h(uuid) TO authenticated; CREATE POLICY p ON public.docs TO authenticated USING (public.h(org_id));
-- sound newcomers and derived tables 108
CREATE FUNCTION public.h(org uuid, who uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT EXISTS (SELECT FROM public.org_members m WHERE m.org_id = org AND m.user_id = who) $$; REVOKE EXECUTE ON FUNCTION public.h(uuid, uuid) FROM PUBLIC, anon; GRANT EXECUTE ON FUNCTION public.h(uuid, uuid) TO authenticated; CREATE POLICY p ON public.docs TO authenticated USING (public.h(org_id, auth.uid()));
-- sound newcomers and derived tables 109
CREATE FUNCTION public.h(org uuid, who uuid DEFAULT auth.uid()) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT EXISTS (SELECT FROM public.org_members m WHERE m.org_id = org AND m.user_id = who) $$; REVOKE EXECUTE ON FUNCTION public.h(uuid, uuid) FROM PUBLIC, anon; GRANT EXECUTE ON FUNCTION public.h(uuid, uuid) TO authenticated; CREATE POLICY p ON public.docs TO authenticated USING (public.h(org_id));
-- sound newcomers and derived tables 110
CREATE FUNCTION public.h(org uuid) RETURNS text LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT m.role FROM public.org_members m WHERE m.user_id = auth.uid() AND m.org_id = $1 LIMIT 1 $$; REVOKE EXECUTE ON FUNCTION public.h(uuid) FROM PUBLIC, anon; GRANT EXECUTE ON FUNCTION public.h(uuid) TO authenticated; CREATE POLICY p ON public.docs TO authenticated USING (public.h(org_id) = 'member');
-- sound newcomers and derived tables 111
CREATE FUNCTION public.h(org uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$ DECLARE n int; BEGIN SELECT count(*) INTO n FROM public.org_members m WHERE m.user_id = auth.uid() AND m.org_id = org; RETURN n > 0; END $$; REVOKE EXECUTE ON FUNCTION public.h(uuid) FROM PUBLIC, anon; GRANT EXECUTE ON FUNCTION public.h(uuid) TO authenticated; CREATE POLICY p ON public.docs TO authenticated USING (public.h(org_id));
-- sound newcomers and derived tables 112
CREATE FUNCTION public.h(org uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$ DECLARE r text; BEGIN SELECT m.role INTO r FROM public.org_members m WHERE m.user_id = auth.uid() AND m.org_id = org; IF r = 'member' THEN RETURN true; END IF; RETURN false; END $$; REVOKE EXECUTE ON FUNCTION public.h(uuid) FROM PUBLIC, anon; GRANT EXECUTE ON FUNCTION public.h(uuid) TO authenticated; CREATE POLICY p ON public.docs TO authenticated USING (public.h(org_id));
-- sound newcomers and derived tables 113
CREATE FUNCTION public.h(org uuid) RETURNS boolean LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = '' AS $$ DECLARE r text; BEGIN SELECT m.role INTO r FROM public.org_members m WHERE m.user_id = auth.uid() AND m.org_id = org; RETURN coalesce(r, '') = 'member'; END $$; REVOKE EXECUTE ON FUNCTION public.h(uuid) FROM PUBLIC, anon; GRANT EXECUTE ON FUNCTION public.h(uuid) TO authenticated; CREATE POLICY p ON public.docs TO authenticated USING (public.h(org_id));
-- sound newcomers and derived tables 114
CREATE FUNCTION public.h(doc public.docs) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT doc.owner_id = auth.uid() $$; REVOKE EXECUTE ON FUNCTION public.h(public.docs) FROM PUBLIC, anon; GRANT EXECUTE ON FUNCTION public.h(public.docs) TO authenticated; CREATE POLICY p ON public.docs TO authenticated USING (public.h(docs));
-- sound newcomers and derived tables 115
CREATE FUNCTION public.h() RETURNS uuid[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT coalesce(array_agg(m.org_id), '{}') FROM public.org_members m WHERE m.user_id = auth.uid() $$; REVOKE EXECUTE ON FUNCTION public.h() FROM PUBLIC, anon; GRANT EXECUTE ON FUNCTION public.h() TO authenticated; CREATE POLICY p ON public.docs TO authenticated USING (org_id = ANY ((SELECT public.h())::uuid[]));
-- sound newcomers and derived tables 116
CREATE FUNCTION public.h(who uuid) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$ SELECT EXISTS (SELECT FROM public.admins a WHERE a.user_id = who) $$; REVOKE EXECUTE ON FUNCTION public.h(uuid) FROM PUBLIC, anon; GRANT EXECUTE ON FUNCTION public.h(uuid) TO authenticated; CREATE POLICY p ON public.docs TO authenticated USING (public.h(auth.uid()));
-- open profiles and roles in sub-selects 1
CREATE POLICY p ON public.docs TO authenticated USING (org_id = ALL (SELECT m.org_id FROM public.org_members m WHERE m.user_id = auth.uid() AND m.role = 'admin'));
-- open profiles and roles in sub-selects 2
CREATE TABLE public.profiles (id uuid PRIMARY KEY REFERENCES auth.users, org_id uuid, role text NOT NULL DEFAULT 'user', banned boolean NOT NULL DEFAULT false); ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY; GRANT SELECT ON public.profiles TO authenticated; CREATE POLICY own ON public.profiles FOR SELECT TO authenticated USING (id = (SELECT auth.uid())); INSERT INTO public.profiles VALUES ('aaaaaaaa-0000-4000-8000-000000000001', 'aaaaaaaa-1111-4000-8000-000000000001'), ('bbbbbbbb-0000-4000-8000-000000000002', 'bbbbbbbb-1111-4000-8000-000000000002'); CREATE POLICY p ON public.docs TO authenticated USING (NOT EXISTS (SELECT FROM public.profiles p WHERE p.id = auth.uid() AND p.banned));
-- open profiles and roles in sub-selects 3
CREATE TABLE public.profiles (id uuid PRIMARY KEY REFERENCES auth.users, org_id uuid, role text NOT NULL DEFAULT 'user', banned boolean NOT NULL DEFAULT false); ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY; GRANT SELECT ON public.profiles TO authenticated; CREATE POLICY own ON public.profiles FOR SELECT TO authenticated USING (id = (SELECT auth.uid())); INSERT INTO public.profiles VALUES ('aaaaaaaa-0000-4000-8000-000000000001', 'aaaaaaaa-1111-4000-8000-000000000001'), ('bbbbbbbb-0000-4000-8000-000000000002', 'bbbbbbbb-1111-4000-8000-000000000002'); CREATE POLICY p ON public.docs TO authenticated USING ((SELECT p.banned FROM public.profiles p WHERE p.id = auth.uid()) IS NOT TRUE);
-- open profiles and roles in sub-selects 4
CREATE TABLE public.profiles (id uuid PRIMARY KEY REFERENCES auth.users, org_id uuid, role text NOT NULL DEFAULT 'user', banned boolean NOT NULL DEFAULT false); ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY; GRANT SELECT ON public.profiles TO authenticated; CREATE POLICY own ON public.profiles FOR SELECT TO authenticated USING (id = (SELECT auth.uid())); INSERT INTO public.profiles VALUES ('aaaaaaaa-0000-4000-8000-000000000001', 'aaaaaaaa-1111-4000-8000-000000000001'), ('bbbbbbbb-0000-4000-8000-000000000002', 'bbbbbbbb-1111-4000-8000-000000000002'); CREATE POLICY p ON public.docs TO authenticated USING (coalesce((SELECT p.role FROM public.profiles p WHERE p.id = auth.uid()), 'user') <> 'banned');
-- open profiles and roles in sub-selects 5
CREATE TABLE public.profiles (id uuid PRIMARY KEY REFERENCES auth.users, org_id uuid, role text NOT NULL DEFAULT 'user', banned boolean NOT NULL DEFAULT false); ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY; GRANT SELECT ON public.profiles TO authenticated; CREATE POLICY own ON public.profiles FOR SELECT TO authenticated USING (id = (SELECT auth.uid())); INSERT INTO public.profiles VALUES ('aaaaaaaa-0000-4000-8000-000000000001', NULL), ('bbbbbbbb-0000-4000-8000-000000000002', 'bbbbbbbb-1111-4000-8000-000000000002'); CREATE POLICY p ON public.docs TO authenticated USING ((SELECT p.org_id FROM public.profiles p WHERE p.id = auth.uid()) IS NULL OR org_id = (SELECT p.org_id FROM public.profiles p WHERE p.id = auth.uid()));
-- open profiles and roles in sub-selects 6
CREATE TABLE public.profiles (id uuid PRIMARY KEY REFERENCES auth.users, org_id uuid, role text NOT NULL DEFAULT 'user', banned boolean NOT NULL DEFAULT false); ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY; GRANT SELECT ON public.profiles TO authenticated; CREATE POLICY own ON public.profiles FOR SELECT TO authenticated USING (id = (SELECT auth.uid())); INSERT INTO public.profiles VALUES ('aaaaaaaa-0000-4000-8000-000000000001', NULL), ('bbbbbbbb-0000-4000-8000-000000000002', 'bbbbbbbb-1111-4000-8000-000000000002'); CREATE POLICY p ON public.docs TO authenticated USING (org_id = coalesce((SELECT p.org_id FROM public.profiles p WHERE p.id = auth.uid()), org_id));
-- open profiles and roles in sub-selects 7
CREATE TABLE public.profiles (id uuid PRIMARY KEY REFERENCES auth.users, org_id uuid, role text NOT NULL DEFAULT 'user', banned boolean NOT NULL DEFAULT false); ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY; GRANT SELECT ON public.profiles TO authenticated; CREATE POLICY own ON public.profiles FOR SELECT TO authenticated USING (id = (SELECT auth.uid())); INSERT INTO public.profiles VALUES ('aaaaaaaa-0000-4000-8000-000000000001', NULL), ('bbbbbbbb-0000-4000-8000-000000000002', 'bbbbbbbb-1111-4000-8000-000000000002'); CREATE POLICY p ON public.docs TO authenticated USING (NOT (org_id <> (SELECT p.org_id FROM public.profiles p WHERE p.id = auth.uid())) IS FALSE);
-- open profiles and roles in sub-selects 8
CREATE TABLE public.profiles (id uuid PRIMARY KEY REFERENCES auth.users, org_id uuid, role text NOT NULL DEFAULT 'user', banned boolean NOT NULL DEFAULT false); ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY; GRANT SELECT ON public.profiles TO authenticated; CREATE POLICY own ON public.profiles FOR SELECT TO authenticated USING (id = (SELECT auth.uid())); INSERT INTO public.profiles VALUES ('aaaaaaaa-0000-4000-8000-000000000001', NULL), ('bbbbbbbb-0000-4000-8000-000000000002', 'bbbbbbbb-1111-4000-8000-000000000002'); CREATE POLICY p ON public.docs TO authenticated USING ((org_id = (SELECT p.org_id FROM public.profiles p WHERE p.id = auth.uid())) IS NOT FALSE);
-- open profiles and roles in sub-selects 9
CREATE POLICY p ON public.docs TO authenticated USING (NOT (auth.uid() IN (SELECT m.user_id FROM public.org_members m WHERE m.role = 'blocked')));
-- open profiles and roles in sub-selects 10
CREATE POLICY p ON public.docs TO authenticated USING (org_id NOT IN (SELECT m.org_id FROM public.org_members m WHERE m.user_id = auth.uid() AND m.role = 'blocked'));
-- open profiles and roles in sub-selects 11
CREATE POLICY p ON public.docs TO authenticated USING (coalesce((SELECT m.role FROM public.org_members m WHERE m.org_id = docs.org_id AND m.user_id = auth.uid()), 'viewer') IN ('viewer', 'admin'));
-- open profiles and roles in sub-selects 12
CREATE POLICY p ON public.docs TO authenticated USING ((SELECT count(*) FROM public.org_members m WHERE m.org_id = docs.org_id AND m.user_id = auth.uid() AND m.role = 'blocked') = 0);
-- open profiles and roles in sub-selects 13
CREATE POLICY p ON public.docs TO authenticated USING ((SELECT m.role FROM public.org_members m WHERE m.org_id = docs.org_id AND m.user_id = auth.uid()) IS DISTINCT FROM 'blocked');
-- open profiles and roles in sub-selects 14
CREATE POLICY p ON public.docs TO authenticated USING ((SELECT m.role FROM public.org_members m WHERE m.org_id = docs.org_id AND m.user_id = auth.uid()) IS NULL);
-- open profiles and roles in sub-selects 15
CREATE POLICY p ON public.docs TO authenticated USING (NOT coalesce((SELECT m.role = 'blocked' FROM public.org_members m WHERE m.org_id = docs.org_id AND m.user_id = auth.uid()), false));
-- open profiles and roles in sub-selects 16
CREATE POLICY p ON public.docs TO authenticated USING (CASE (SELECT m.role FROM public.org_members m WHERE m.org_id = docs.org_id AND m.user_id = auth.uid()) WHEN 'blocked' THEN false ELSE true END);
-- sound profiles and roles in sub-selects 17
CREATE TABLE public.profiles (id uuid PRIMARY KEY REFERENCES auth.users, org_id uuid, role text NOT NULL DEFAULT 'user', banned boolean NOT NULL DEFAULT false); ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY; GRANT SELECT ON public.profiles TO authenticated; CREATE POLICY own ON public.profiles FOR SELECT TO authenticated USING (id = (SELECT auth.uid())); INSERT INTO public.profiles VALUES ('aaaaaaaa-0000-4000-8000-000000000001', 'aaaaaaaa-1111-4000-8000-000000000001'), ('bbbbbbbb-0000-4000-8000-000000000002', 'bbbbbbbb-1111-4000-8000-000000000002'); CREATE POLICY p ON public.docs TO authenticated USING (org_id = (SELECT p.org_id FROM public.profiles p WHERE p.id = auth.uid()));
-- sound profiles and roles in sub-selects 18
CREATE TABLE public.profiles (id uuid PRIMARY KEY REFERENCES auth.users, org_id uuid, role text NOT NULL DEFAULT 'user', banned boolean NOT NULL DEFAULT false); ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY; GRANT SELECT ON public.profiles TO authenticated; CREATE POLICY own ON public.profiles FOR SELECT TO authenticated USING (id = (SELECT auth.uid())); INSERT INTO public.profiles VALUES ('aaaaaaaa-0000-4000-8000-000000000001', 'aaaaaaaa-1111-4000-8000-000000000001'), ('bbbbbbbb-0000-4000-8000-000000000002', 'bbbbbbbb-1111-4000-8000-000000000002'); CREATE POLICY p ON public.docs TO authenticated USING (org_id IN (SELECT p.org_id FROM public.profiles p WHERE p.id = auth.uid()));
-- sound profiles and roles in sub-selects 19
CREATE TABLE public.profiles (id uuid PRIMARY KEY REFERENCES auth.users, org_id uuid, role text NOT NULL DEFAULT 'user', banned boolean NOT NULL DEFAULT false); ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY; GRANT SELECT ON public.profiles TO authenticated; CREATE POLICY own ON public.profiles FOR SELECT TO authenticated USING (id = (SELECT auth.uid())); INSERT INTO public.profiles VALUES ('aaaaaaaa-0000-4000-8000-000000000001', 'aaaaaaaa-1111-4000-8000-000000000001'), ('bbbbbbbb-0000-4000-8000-000000000002', 'bbbbbbbb-1111-4000-8000-000000000002'); CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT FROM public.profiles p WHERE p.id = auth.uid() AND p.org_id = docs.org_id));
-- sound profiles and roles in sub-selects 20
CREATE TABLE public.profiles (id uuid PRIMARY KEY REFERENCES auth.users, org_id uuid, role text NOT NULL DEFAULT 'user', banned boolean NOT NULL DEFAULT false); ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY; GRANT SELECT ON public.profiles TO authenticated; CREATE POLICY own ON public.profiles FOR SELECT TO authenticated USING (id = (SELECT auth.uid())); INSERT INTO public.profiles VALUES ('aaaaaaaa-0000-4000-8000-000000000001', 'aaaaaaaa-1111-4000-8000-000000000001'), ('bbbbbbbb-0000-4000-8000-000000000002', 'bbbbbbbb-1111-4000-8000-000000000002'); CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT FROM public.profiles p WHERE p.id = auth.uid() AND p.role = 'admin'));
-- sound profiles and roles in sub-selects 21
CREATE TABLE public.profiles (id uuid PRIMARY KEY REFERENCES auth.users, org_id uuid, role text NOT NULL DEFAULT 'user', banned boolean NOT NULL DEFAULT false); ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY; GRANT SELECT ON public.profiles TO authenticated; CREATE POLICY own ON public.profiles FOR SELECT TO authenticated USING (id = (SELECT auth.uid())); INSERT INTO public.profiles VALUES ('aaaaaaaa-0000-4000-8000-000000000001', 'aaaaaaaa-1111-4000-8000-000000000001'), ('bbbbbbbb-0000-4000-8000-000000000002', 'bbbbbbbb-1111-4000-8000-000000000002'); CREATE POLICY p ON public.docs TO authenticated USING ((SELECT p.role FROM public.profiles p WHERE p.id = auth.uid()) = 'admin');
-- sound profiles and roles in sub-selects 22
CREATE TABLE public.profiles (id uuid PRIMARY KEY REFERENCES auth.users, org_id uuid, role text NOT NULL DEFAULT 'user', banned boolean NOT NULL DEFAULT false); ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY; GRANT SELECT ON public.profiles TO authenticated; CREATE POLICY own ON public.profiles FOR SELECT TO authenticated USING (id = (SELECT auth.uid())); INSERT INTO public.profiles VALUES ('aaaaaaaa-0000-4000-8000-000000000001', 'aaaaaaaa-1111-4000-8000-000000000001'), ('bbbbbbbb-0000-4000-8000-000000000002', 'bbbbbbbb-1111-4000-8000-000000000002'); CREATE POLICY p ON public.docs TO authenticated USING (coalesce((SELECT p.role FROM public.profiles p WHERE p.id = auth.uid()), 'none') IN ('admin', 'owner'));
-- sound profiles and roles in sub-selects 23
CREATE TABLE public.profiles (id uuid PRIMARY KEY REFERENCES auth.users, org_id uuid, role text NOT NULL DEFAULT 'user', banned boolean NOT NULL DEFAULT false); ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY; GRANT SELECT ON public.profiles TO authenticated; CREATE POLICY own ON public.profiles FOR SELECT TO authenticated USING (id = (SELECT auth.uid())); INSERT INTO public.profiles VALUES ('aaaaaaaa-0000-4000-8000-000000000001', 'aaaaaaaa-1111-4000-8000-000000000001'), ('bbbbbbbb-0000-4000-8000-000000000002', 'bbbbbbbb-1111-4000-8000-000000000002'); CREATE POLICY p ON public.docs TO authenticated USING (owner_id = auth.uid() AND NOT EXISTS (SELECT FROM public.profiles p WHERE p.id = auth.uid() AND p.banned));
-- sound profiles and roles in sub-selects 24
CREATE POLICY p ON public.docs TO authenticated USING (owner_id = auth.uid() AND (SELECT count(*) FROM public.org_members m WHERE m.user_id = auth.uid()) < 10);
-- sound profiles and roles in sub-selects 25
CREATE TABLE public.profiles (id uuid PRIMARY KEY REFERENCES auth.users, org_id uuid, role text NOT NULL DEFAULT 'user', banned boolean NOT NULL DEFAULT false); ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY; GRANT SELECT ON public.profiles TO authenticated; CREATE POLICY own ON public.profiles FOR SELECT TO authenticated USING (id = (SELECT auth.uid())); INSERT INTO public.profiles VALUES ('aaaaaaaa-0000-4000-8000-000000000001', 'aaaaaaaa-1111-4000-8000-000000000001'), ('bbbbbbbb-0000-4000-8000-000000000002', 'bbbbbbbb-1111-4000-8000-000000000002'); CREATE POLICY p ON public.docs TO authenticated USING (owner_id = auth.uid() AND coalesce((SELECT NOT p.banned FROM public.profiles p WHERE p.id = auth.uid()), true));
-- sound profiles and roles in sub-selects 26
CREATE TABLE public.profiles (id uuid PRIMARY KEY REFERENCES auth.users, org_id uuid, role text NOT NULL DEFAULT 'user', banned boolean NOT NULL DEFAULT false); ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY; GRANT SELECT ON public.profiles TO authenticated; CREATE POLICY own ON public.profiles FOR SELECT TO authenticated USING (id = (SELECT auth.uid())); INSERT INTO public.profiles VALUES ('aaaaaaaa-0000-4000-8000-000000000001', 'aaaaaaaa-1111-4000-8000-000000000001'), ('bbbbbbbb-0000-4000-8000-000000000002', 'bbbbbbbb-1111-4000-8000-000000000002'); CREATE POLICY p ON public.docs TO authenticated USING (CASE (SELECT p.role FROM public.profiles p WHERE p.id = auth.uid()) WHEN 'admin' THEN true ELSE owner_id = auth.uid() END);
-- sound profiles and roles in sub-selects 27
CREATE TABLE public.profiles (id uuid PRIMARY KEY REFERENCES auth.users, org_id uuid, role text NOT NULL DEFAULT 'user', banned boolean NOT NULL DEFAULT false); ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY; GRANT SELECT ON public.profiles TO authenticated; CREATE POLICY own ON public.profiles FOR SELECT TO authenticated USING (id = (SELECT auth.uid())); INSERT INTO public.profiles VALUES ('aaaaaaaa-0000-4000-8000-000000000001', 'aaaaaaaa-1111-4000-8000-000000000001'), ('bbbbbbbb-0000-4000-8000-000000000002', 'bbbbbbbb-1111-4000-8000-000000000002'); CREATE POLICY p ON public.docs TO authenticated USING (CASE WHEN (SELECT p.role FROM public.profiles p WHERE p.id = auth.uid()) = 'admin' THEN true ELSE false END);
-- sound profiles and roles in sub-selects 28
CREATE TABLE public.profiles (id uuid PRIMARY KEY REFERENCES auth.users, org_id uuid, role text NOT NULL DEFAULT 'user', banned boolean NOT NULL DEFAULT false); ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY; GRANT SELECT ON public.profiles TO authenticated; CREATE POLICY own ON public.profiles FOR SELECT TO authenticated USING (id = (SELECT auth.uid())); INSERT INTO public.profiles VALUES ('aaaaaaaa-0000-4000-8000-000000000001', 'aaaaaaaa-1111-4000-8000-000000000001'), ('bbbbbbbb-0000-4000-8000-000000000002', 'bbbbbbbb-1111-4000-8000-000000000002'); CREATE POLICY p ON public.docs TO authenticated USING (coalesce((SELECT p.org_id = docs.org_id FROM public.profiles p WHERE p.id = auth.uid()), false));
-- sound profiles and roles in sub-selects 29
CREATE TABLE public.profiles (id uuid PRIMARY KEY REFERENCES auth.users, org_id uuid, role text NOT NULL DEFAULT 'user', banned boolean NOT NULL DEFAULT false); ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY; GRANT SELECT ON public.profiles TO authenticated; CREATE POLICY own ON public.profiles FOR SELECT TO authenticated USING (id = (SELECT auth.uid())); INSERT INTO public.profiles VALUES ('aaaaaaaa-0000-4000-8000-000000000001', 'aaaaaaaa-1111-4000-8000-000000000001'), ('bbbbbbbb-0000-4000-8000-000000000002', 'bbbbbbbb-1111-4000-8000-000000000002'); CREATE POLICY p ON public.docs TO authenticated USING ((SELECT bool_or(p.org_id = docs.org_id) FROM public.profiles p WHERE p.id = auth.uid()));
-- sound profiles and roles in sub-selects 30
CREATE TABLE public.profiles (id uuid PRIMARY KEY REFERENCES auth.users, org_id uuid, role text NOT NULL DEFAULT 'user', banned boolean NOT NULL DEFAULT false); ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY; GRANT SELECT ON public.profiles TO authenticated; CREATE POLICY own ON public.profiles FOR SELECT TO authenticated USING (id = (SELECT auth.uid())); INSERT INTO public.profiles VALUES ('aaaaaaaa-0000-4000-8000-000000000001', 'aaaaaaaa-1111-4000-8000-000000000001'), ('bbbbbbbb-0000-4000-8000-000000000002', 'bbbbbbbb-1111-4000-8000-000000000002'); CREATE POLICY p ON public.docs TO authenticated USING ((SELECT max(CASE WHEN p.org_id = docs.org_id THEN 1 ELSE 0 END) FROM public.profiles p WHERE p.id = auth.uid()) = 1);
-- sound profiles and roles in sub-selects 31
CREATE TABLE public.profiles (id uuid PRIMARY KEY REFERENCES auth.users, org_id uuid, role text NOT NULL DEFAULT 'user', banned boolean NOT NULL DEFAULT false); ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY; GRANT SELECT ON public.profiles TO authenticated; CREATE POLICY own ON public.profiles FOR SELECT TO authenticated USING (id = (SELECT auth.uid())); INSERT INTO public.profiles VALUES ('aaaaaaaa-0000-4000-8000-000000000001', 'aaaaaaaa-1111-4000-8000-000000000001'), ('bbbbbbbb-0000-4000-8000-000000000002', 'bbbbbbbb-1111-4000-8000-000000000002'); CREATE POLICY p ON public.docs TO authenticated USING (org_id = ANY (SELECT p.org_id FROM public.profiles p WHERE p.id = auth.uid()));
-- sound profiles and roles in sub-selects 32
CREATE TABLE public.profiles (id uuid PRIMARY KEY REFERENCES auth.users, org_id uuid, role text NOT NULL DEFAULT 'user', banned boolean NOT NULL DEFAULT false); ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY; GRANT SELECT ON public.profiles TO authenticated; CREATE POLICY own ON public.profiles FOR SELECT TO authenticated USING (id = (SELECT auth.uid())); INSERT INTO public.profiles VALUES ('aaaaaaaa-0000-4000-8000-000000000001', 'aaaaaaaa-1111-4000-8000-000000000001'), ('bbbbbbbb-0000-4000-8000-000000000002', 'bbbbbbbb-1111-4000-8000-000000000002'); CREATE POLICY p ON public.docs TO authenticated USING (org_id = ANY (ARRAY(SELECT p.org_id FROM public.profiles p WHERE p.id = auth.uid())));
-- sound profiles and roles in sub-selects 33
CREATE POLICY p ON public.docs TO authenticated USING ((org_id, 'member') IN (SELECT m.org_id, m.role FROM public.org_members m WHERE m.user_id = auth.uid()));
-- sound profiles and roles in sub-selects 34
CREATE TABLE public.profiles (id uuid PRIMARY KEY REFERENCES auth.users, org_id uuid, role text NOT NULL DEFAULT 'user', banned boolean NOT NULL DEFAULT false); ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY; GRANT SELECT ON public.profiles TO authenticated; CREATE POLICY own ON public.profiles FOR SELECT TO authenticated USING (id = (SELECT auth.uid())); INSERT INTO public.profiles VALUES ('aaaaaaaa-0000-4000-8000-000000000001', 'aaaaaaaa-1111-4000-8000-000000000001'), ('bbbbbbbb-0000-4000-8000-000000000002', 'bbbbbbbb-1111-4000-8000-000000000002'); CREATE POLICY p ON public.docs TO authenticated USING (nullif((SELECT p.org_id FROM public.profiles p WHERE p.id = auth.uid()), '00000000-0000-0000-0000-000000000000') = org_id);
-- sound profiles and roles in sub-selects 35
CREATE TABLE public.profiles (id uuid PRIMARY KEY REFERENCES auth.users, org_id uuid, role text NOT NULL DEFAULT 'user', banned boolean NOT NULL DEFAULT false); ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY; GRANT SELECT ON public.profiles TO authenticated; CREATE POLICY own ON public.profiles FOR SELECT TO authenticated USING (id = (SELECT auth.uid())); INSERT INTO public.profiles VALUES ('aaaaaaaa-0000-4000-8000-000000000001', 'aaaaaaaa-1111-4000-8000-000000000001'), ('bbbbbbbb-0000-4000-8000-000000000002', 'bbbbbbbb-1111-4000-8000-000000000002'); CREATE POLICY p ON public.docs TO authenticated USING (org_id IS NOT DISTINCT FROM (SELECT p.org_id FROM public.profiles p WHERE p.id = auth.uid()));
-- sound profiles and roles in sub-selects 36
CREATE TABLE public.profiles (id uuid PRIMARY KEY REFERENCES auth.users, org_id uuid, role text NOT NULL DEFAULT 'user', banned boolean NOT NULL DEFAULT false); ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY; GRANT SELECT ON public.profiles TO authenticated; CREATE POLICY own ON public.profiles FOR SELECT TO authenticated USING (id = (SELECT auth.uid())); INSERT INTO public.profiles VALUES ('aaaaaaaa-0000-4000-8000-000000000001', 'aaaaaaaa-1111-4000-8000-000000000001'), ('bbbbbbbb-0000-4000-8000-000000000002', 'bbbbbbbb-1111-4000-8000-000000000002'); CREATE POLICY p ON public.docs TO authenticated USING (greatest((SELECT p.org_id FROM public.profiles p WHERE p.id = auth.uid())) = org_id);
-- sound profiles and roles in sub-selects 37
CREATE POLICY p ON public.docs TO authenticated USING (NOT (org_id IS DISTINCT FROM (SELECT m.org_id FROM public.org_members m WHERE m.user_id = auth.uid() LIMIT 1)));
-- sound profiles and roles in sub-selects 38
CREATE POLICY p ON public.docs TO authenticated USING ((SELECT count(*) FILTER (WHERE m.org_id = docs.org_id) FROM public.org_members m WHERE m.user_id = auth.uid()) > 0);
-- sound profiles and roles in sub-selects 39
CREATE POLICY p ON public.docs TO authenticated USING ((SELECT array_agg(m.org_id) FROM public.org_members m WHERE m.user_id = auth.uid()) @> ARRAY[docs.org_id]);
-- sound profiles and roles in sub-selects 40
CREATE POLICY p ON public.docs TO authenticated USING (docs.org_id = ANY ((SELECT array_agg(m.org_id) FROM public.org_members m WHERE m.user_id = auth.uid())::uuid[]));
-- sound profiles and roles in sub-selects 41
CREATE POLICY p ON public.docs TO authenticated USING ((SELECT string_agg(m.org_id::text, ',') FROM public.org_members m WHERE m.user_id = auth.uid()) LIKE '%' || docs.org_id || '%');
-- sound profiles and roles in sub-selects 42
CREATE POLICY p ON public.docs TO authenticated USING (EXISTS (SELECT 1 FROM public.org_members m WHERE m.user_id = auth.uid() GROUP BY m.org_id HAVING m.org_id = docs.org_id));
