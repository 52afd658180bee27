CREATE TABLE public.profiles (id uuid PRIMARY KEY REFERENCES auth.users ON DELETE CASCADE, name text, is_active boolean NOT NULL DEFAULT true, banned_at timestamptz, is_admin boolean NOT NULL DEFAULT false);
CREATE TABLE public.customers (id bigint PRIMARY KEY, user_id uuid NOT NULL UNIQUE REFERENCES auth.users, plan text NOT NULL DEFAULT 'free');
CREATE TABLE public.staff (user_id uuid PRIMARY KEY REFERENCES auth.users);
CREATE TABLE public.posts (id bigint PRIMARY KEY, author uuid NOT NULL REFERENCES auth.users, title text, customer_id bigint REFERENCES public.customers);
CREATE INDEX ON public.posts (author);
CREATE INDEX ON public.posts (customer_id);
ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.customers ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.staff ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.posts ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON public.profiles, public.customers, public.staff TO authenticated;
GRANT INSERT ON public.customers TO authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON public.posts TO authenticated;
CREATE FUNCTION public.handle_new_user() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN INSERT INTO public.profiles (id, name) VALUES (NEW.id, NEW.email); RETURN NEW; END $$;
REVOKE EXECUTE ON FUNCTION public.handle_new_user() FROM PUBLIC, anon, authenticated;
CREATE TRIGGER on_auth_user_created AFTER INSERT ON auth.users FOR EACH ROW EXECUTE FUNCTION public.handle_new_user();
CREATE POLICY own ON public.profiles FOR SELECT TO authenticated USING (id = (SELECT auth.uid()));
CREATE POLICY own ON public.customers FOR SELECT TO authenticated USING (user_id = (SELECT auth.uid()));
CREATE POLICY sign_up ON public.customers FOR INSERT TO authenticated WITH CHECK (user_id = (SELECT auth.uid()) AND plan = 'free');
CREATE POLICY own ON public.staff FOR SELECT TO authenticated USING (user_id = (SELECT auth.uid()));
----
INSERT INTO auth.users (id, email) VALUES (:ANN, 'a@b.c'), (:BOB, 'b@b.c');
INSERT INTO public.customers VALUES (1, :ANN, 'free'), (2, :BOB, 'pro');
INSERT INTO public.staff VALUES (:BOB);
INSERT INTO public.posts VALUES (1, :ANN, 'mine', 1), (2, :BOB, 'private', 2);
----
SELECT FROM public.posts WHERE id > 1
UPDATE public.posts SET title = 'x' WHERE id > 1
DELETE FROM public.posts WHERE id > 1
INSERT INTO public.posts (id, author) VALUES (9, :BOB)
----
-- open profile exists select
CREATE POLICY p ON public.posts FOR SELECT TO authenticated USING (EXISTS (SELECT 1 FROM public.profiles WHERE profiles.id = auth.uid()));
-- open profile exists all
CREATE POLICY p ON public.posts TO authenticated USING (EXISTS (SELECT 1 FROM public.profiles WHERE profiles.id = auth.uid()));
-- open profile exists delete
CREATE POLICY s ON public.posts FOR SELECT TO authenticated USING (true);
CREATE POLICY p ON public.posts FOR DELETE TO authenticated USING (EXISTS (SELECT 1 FROM public.profiles WHERE id = (SELECT auth.uid())));
-- open profile exists insert
CREATE POLICY p ON public.posts FOR INSERT TO authenticated WITH CHECK (EXISTS (SELECT 1 FROM public.profiles p WHERE p.id = auth.uid()));
-- sound profile correlated with the author
CREATE POLICY p ON public.posts TO authenticated USING (EXISTS (SELECT 1 FROM public.profiles p WHERE p.id = auth.uid() AND p.id = posts.author));
-- sound profile beside the owner
CREATE POLICY p ON public.posts TO authenticated USING (author = auth.uid() AND EXISTS (SELECT 1 FROM public.profiles p WHERE p.id = auth.uid()));
-- open profile or the owner
CREATE POLICY p ON public.posts TO authenticated USING (author = auth.uid() OR EXISTS (SELECT 1 FROM public.profiles p WHERE p.id = auth.uid()));
-- open uid in ids of profiles
CREATE POLICY p ON public.posts TO authenticated USING (auth.uid() IN (SELECT id FROM public.profiles));
-- open profile that is active by default
CREATE POLICY p ON public.posts TO authenticated USING (EXISTS (SELECT 1 FROM public.profiles p WHERE p.id = auth.uid() AND p.is_active));
-- open profile that is not banned
CREATE POLICY p ON public.posts TO authenticated USING (EXISTS (SELECT 1 FROM public.profiles p WHERE p.id = auth.uid() AND p.banned_at IS NULL));
-- sound profile that is an admin
CREATE POLICY p ON public.posts TO authenticated USING (EXISTS (SELECT 1 FROM public.profiles p WHERE p.id = auth.uid() AND p.is_admin));
-- sound scalar sub-select of the admin flag
CREATE POLICY p ON public.posts TO authenticated USING ((SELECT p.is_admin FROM public.profiles p WHERE p.id = auth.uid()));
-- open scalar sub-select of the active flag
CREATE POLICY p ON public.posts TO authenticated USING ((SELECT p.is_active FROM public.profiles p WHERE p.id = auth.uid()));
-- open scalar id is not null
CREATE POLICY p ON public.posts TO authenticated USING ((SELECT p.id FROM public.profiles p WHERE p.id = auth.uid()) IS NOT NULL);
-- open count of own profile
CREATE POLICY p ON public.posts TO authenticated USING ((SELECT count(*) FROM public.profiles p WHERE p.id = auth.uid()) > 0);
-- open function has_profile
CREATE FUNCTION public.has_profile() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS 'SELECT EXISTS (SELECT 1 FROM public.profiles p WHERE p.id = auth.uid())';
REVOKE EXECUTE ON FUNCTION public.has_profile() FROM PUBLIC, anon; GRANT EXECUTE ON FUNCTION public.has_profile() TO authenticated;
CREATE POLICY p ON public.posts TO authenticated USING ((SELECT public.has_profile()));
-- sound function is_admin
CREATE FUNCTION public.is_admin() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS 'SELECT EXISTS (SELECT 1 FROM public.profiles p WHERE p.id = auth.uid() AND p.is_admin)';
REVOKE EXECUTE ON FUNCTION public.is_admin() FROM PUBLIC, anon; GRANT EXECUTE ON FUNCTION public.is_admin() TO authenticated;
CREATE POLICY p ON public.posts TO authenticated USING ((SELECT public.is_admin()));
-- open customer that anyone may become
CREATE POLICY p ON public.posts TO authenticated USING (EXISTS (SELECT 1 FROM public.customers c WHERE c.user_id = auth.uid()));
-- open customer of the free plan
CREATE POLICY p ON public.posts TO authenticated USING (EXISTS (SELECT 1 FROM public.customers c WHERE c.user_id = auth.uid() AND c.plan = 'free'));
-- sound customer of the pro plan
CREATE POLICY p ON public.posts TO authenticated USING (EXISTS (SELECT 1 FROM public.customers c WHERE c.user_id = auth.uid() AND c.plan = 'pro'));
-- sound customer of the post
CREATE POLICY p ON public.posts TO authenticated USING (EXISTS (SELECT 1 FROM public.customers c WHERE c.user_id = auth.uid() AND c.id = posts.customer_id));
-- sound customer in
CREATE POLICY p ON public.posts TO authenticated USING (customer_id IN (SELECT c.id FROM public.customers c WHERE c.user_id = auth.uid()));
-- sound staff
CREATE POLICY p ON public.posts TO authenticated USING (EXISTS (SELECT 1 FROM public.staff s WHERE s.user_id = auth.uid()));
-- open users of auth
CREATE FUNCTION public.is_user() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS 'SELECT EXISTS (SELECT 1 FROM auth.users u WHERE u.id = auth.uid())';
REVOKE EXECUTE ON FUNCTION public.is_user() FROM PUBLIC, anon; GRANT EXECUTE ON FUNCTION public.is_user() TO authenticated;
CREATE POLICY p ON public.posts TO authenticated USING (public.is_user());
-- sound restrictive profile beside the owner
CREATE POLICY p ON public.posts TO authenticated USING (author = auth.uid());
CREATE POLICY r ON public.posts AS RESTRICTIVE TO authenticated USING (EXISTS (SELECT 1 FROM public.profiles p WHERE p.id = auth.uid() AND p.banned_at IS NULL));
-- sound author in profiles
CREATE POLICY p ON public.posts FOR SELECT TO authenticated USING (author IN (SELECT id FROM public.profiles));
-- sound author in profiles of the caller
CREATE POLICY p ON public.posts TO authenticated USING (author IN (SELECT id FROM public.profiles WHERE id = auth.uid()));
-- sound author in own profile by name
CREATE POLICY p ON public.posts TO authenticated USING (author = (SELECT p.id FROM public.profiles p WHERE p.id = auth.uid()));
-- open not exists a banned profile
CREATE POLICY p ON public.posts TO authenticated USING (NOT EXISTS (SELECT 1 FROM public.profiles p WHERE p.id = auth.uid() AND p.banned_at IS NOT NULL));
-- open insert of members without a test of the author
CREATE FUNCTION public.is_customer(c bigint) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS 'SELECT EXISTS (SELECT 1 FROM public.customers x WHERE x.id = c AND x.user_id = auth.uid())';
REVOKE EXECUTE ON FUNCTION public.is_customer(bigint) FROM PUBLIC, anon; GRANT EXECUTE ON FUNCTION public.is_customer(bigint) TO authenticated;
CREATE POLICY p ON public.posts FOR INSERT TO authenticated WITH CHECK (customer_id IS NULL OR public.is_customer(customer_id));
