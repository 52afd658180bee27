-- Clubhouse: sports clubs with their members, teams, matches, facilities, money and messages, on Supabase.
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM anon;
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE EXECUTE ON FUNCTIONS FROM anon, authenticated;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;

CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA extensions;
CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA extensions;
CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA extensions;

CREATE SCHEMA private;
COMMENT ON SCHEMA private IS 'Helpers that the API does not show.';
GRANT USAGE ON SCHEMA private TO authenticated, service_role;

CREATE TYPE club_role AS ENUM ('owner', 'manager', 'coach', 'treasurer', 'member');
CREATE TYPE invitation_status AS ENUM ('pending', 'accepted', 'declined', 'expired');
CREATE DOMAIN slug AS text CHECK (VALUE ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND char_length(VALUE) <= 60);
CREATE DOMAIN cents AS bigint CHECK (VALUE >= 0);

CREATE FUNCTION private.set_updated_at() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    new.updated_at := now();
    RETURN new;
END
$$;

-- People and clubs

CREATE TABLE profiles (
    id uuid PRIMARY KEY REFERENCES auth.users ON DELETE CASCADE,
    display_name text NOT NULL CHECK (char_length(display_name) BETWEEN 1 AND 80),
    avatar_path text,
    birthday date,
    locale text NOT NULL DEFAULT 'en' CHECK (locale IN ('de', 'en', 'es', 'fr')),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE profiles IS 'What a user shows to others.';
COMMENT ON COLUMN profiles.avatar_path IS 'Path in the bucket avatars.';
CREATE INDEX profiles_display_name_trgm ON profiles USING gin (display_name extensions.gin_trgm_ops);

CREATE TABLE profile_contacts (
    profile_id uuid PRIMARY KEY REFERENCES profiles ON DELETE CASCADE,
    email extensions.citext NOT NULL UNIQUE,
    phone text CHECK (phone ~ '^\+[0-9]{6,15}$'),
    emergency_contact text,
    emergency_phone text
);

CREATE TABLE clubs (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    slug slug NOT NULL UNIQUE,
    name text NOT NULL,
    sport text NOT NULL,
    founded_on date,
    is_public boolean NOT NULL DEFAULT true,
    colors text[] NOT NULL DEFAULT '{}',
    settings jsonb NOT NULL DEFAULT '{}',
    created_by uuid REFERENCES profiles ON DELETE SET NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT clubs_at_most_three_colors CHECK (cardinality(colors) <= 3)
);
CREATE INDEX ON clubs (created_by);
CREATE INDEX clubs_name_trgm ON clubs USING gin (name extensions.gin_trgm_ops);
CREATE INDEX ON clubs (sport) WHERE is_public;

CREATE TABLE club_memberships (
    club_id uuid NOT NULL REFERENCES clubs ON DELETE CASCADE,
    profile_id uuid NOT NULL REFERENCES profiles ON DELETE CASCADE,
    role club_role NOT NULL DEFAULT 'member',
    member_number integer,
    joined_on date NOT NULL DEFAULT current_date,
    left_on date,
    PRIMARY KEY (club_id, profile_id),
    UNIQUE (club_id, member_number),
    CHECK (left_on IS NULL OR left_on >= joined_on)
);
CREATE INDEX ON club_memberships (profile_id);
CREATE UNIQUE INDEX club_memberships_one_owner ON club_memberships (club_id) WHERE role = 'owner';

CREATE FUNCTION private.clubs_of_caller() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT m.club_id FROM public.club_memberships AS m WHERE m.profile_id = (SELECT auth.uid()) AND m.left_on IS NULL
$$;
CREATE FUNCTION private.clubs_run_by_caller() RETURNS SETOF uuid
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT m.club_id FROM public.club_memberships AS m
    WHERE m.profile_id = (SELECT auth.uid()) AND m.role IN ('owner', 'manager') AND m.left_on IS NULL
$$;
GRANT EXECUTE ON FUNCTION private.clubs_of_caller(), private.clubs_run_by_caller() TO authenticated;

CREATE TABLE club_invitations (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    club_id uuid NOT NULL REFERENCES clubs ON DELETE CASCADE,
    email extensions.citext NOT NULL,
    role club_role NOT NULL DEFAULT 'member',
    status invitation_status NOT NULL DEFAULT 'pending',
    token_hash bytea NOT NULL UNIQUE,
    invited_by uuid REFERENCES profiles ON DELETE SET NULL,
    expires_at timestamptz NOT NULL DEFAULT now() + interval '14 days'
);
CREATE INDEX ON club_invitations (invited_by);
CREATE UNIQUE INDEX club_invitations_open ON club_invitations (club_id, email) WHERE status = 'pending';

CREATE TABLE membership_applications (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    club_id uuid NOT NULL REFERENCES clubs ON DELETE CASCADE,
    profile_id uuid NOT NULL DEFAULT auth.uid() REFERENCES profiles ON DELETE CASCADE,
    message text CHECK (char_length(message) <= 1000),
    decided_at timestamptz,
    UNIQUE (club_id, profile_id)
);
CREATE INDEX ON membership_applications (profile_id);

CREATE TABLE guardians (
    child_id uuid NOT NULL REFERENCES profiles ON DELETE CASCADE,
    guardian_id uuid NOT NULL REFERENCES profiles ON DELETE CASCADE,
    relation text NOT NULL CHECK (relation IN ('parent', 'guardian', 'other')),
    PRIMARY KEY (child_id, guardian_id),
    CONSTRAINT guardians_not_oneself CHECK (child_id <> guardian_id)
);
CREATE INDEX ON guardians (guardian_id);

CREATE TABLE qualifications (
    id smallint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE,
    valid_for interval
);
CREATE TABLE profile_qualifications (
    profile_id uuid NOT NULL REFERENCES profiles ON DELETE CASCADE,
    qualification_id smallint NOT NULL REFERENCES qualifications,
    acquired_on date NOT NULL,
    certificate_path text,
    PRIMARY KEY (profile_id, qualification_id)
);
CREATE INDEX ON profile_qualifications (qualification_id);

CREATE TABLE consents (
    profile_id uuid NOT NULL REFERENCES profiles ON DELETE CASCADE,
    purpose text NOT NULL CHECK (purpose IN ('newsletter', 'photos', 'statistics')),
    given_at timestamptz NOT NULL DEFAULT now(),
    withdrawn_at timestamptz,
    PRIMARY KEY (profile_id, purpose),
    CHECK (withdrawn_at > given_at)
);

CREATE FUNCTION public.handle_new_user() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    INSERT INTO public.profiles (id, display_name)
    VALUES (new.id, coalesce(nullif(new.raw_user_meta_data ->> 'name', ''), 'New member'));
    RETURN new;
END
$$;
CREATE TRIGGER on_auth_user_created AFTER INSERT ON auth.users
    FOR EACH ROW EXECUTE FUNCTION public.handle_new_user();
CREATE TRIGGER profiles_set_updated_at BEFORE UPDATE ON profiles
    FOR EACH ROW EXECUTE FUNCTION private.set_updated_at();
CREATE TRIGGER clubs_set_updated_at BEFORE UPDATE ON clubs
    FOR EACH ROW WHEN (old.* IS DISTINCT FROM new.*) EXECUTE FUNCTION private.set_updated_at();

CREATE FUNCTION public.create_club(name text, slug public.slug, sport text) RETURNS uuid
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    made uuid;
BEGIN
    IF (SELECT auth.uid()) IS NULL THEN
        RAISE EXCEPTION 'sign in first' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO public.clubs (name, slug, sport, created_by)
    VALUES (create_club.name, create_club.slug, create_club.sport, (SELECT auth.uid())) RETURNING id INTO made;
    INSERT INTO public.club_memberships (club_id, profile_id, role) VALUES (made, (SELECT auth.uid()), 'owner');
    RETURN made;
END
$$;
GRANT EXECUTE ON FUNCTION public.create_club(text, public.slug, text) TO authenticated;

ALTER TABLE profiles ENABLE ROW LEVEL SECURITY;
ALTER TABLE profile_contacts ENABLE ROW LEVEL SECURITY;
ALTER TABLE clubs ENABLE ROW LEVEL SECURITY;
ALTER TABLE club_memberships ENABLE ROW LEVEL SECURITY;
ALTER TABLE club_invitations ENABLE ROW LEVEL SECURITY;
ALTER TABLE membership_applications ENABLE ROW LEVEL SECURITY;
ALTER TABLE guardians ENABLE ROW LEVEL SECURITY;
ALTER TABLE qualifications ENABLE ROW LEVEL SECURITY;
ALTER TABLE profile_qualifications ENABLE ROW LEVEL SECURITY;
ALTER TABLE consents ENABLE ROW LEVEL SECURITY;

CREATE POLICY "Everybody signed in reads profiles" ON profiles FOR SELECT TO authenticated USING (true);
CREATE POLICY "Users change their own profile" ON profiles FOR UPDATE TO authenticated
    USING ((SELECT auth.uid()) = id) WITH CHECK ((SELECT auth.uid()) = id);
CREATE POLICY "Users have their own contacts" ON profile_contacts FOR ALL TO authenticated
    USING ((SELECT auth.uid()) = profile_id) WITH CHECK ((SELECT auth.uid()) = profile_id);
CREATE POLICY "Guardians read contacts of their children" ON profile_contacts FOR SELECT TO authenticated
    USING (EXISTS (
        SELECT 1 FROM guardians AS g
        WHERE g.child_id = profile_contacts.profile_id AND g.guardian_id = (SELECT auth.uid())
    ));
CREATE POLICY "Everybody reads public clubs" ON clubs FOR SELECT TO anon, authenticated USING (is_public);
CREATE POLICY "Members read their clubs" ON clubs FOR SELECT TO authenticated
    USING (id IN (SELECT private.clubs_of_caller()));
CREATE POLICY "Managers change their clubs" ON clubs FOR UPDATE TO authenticated
    USING (id IN (SELECT private.clubs_run_by_caller())) WITH CHECK (id IN (SELECT private.clubs_run_by_caller()));
CREATE POLICY "Members read memberships of their clubs" ON club_memberships FOR SELECT TO authenticated
    USING (club_id IN (SELECT private.clubs_of_caller()));
CREATE POLICY "Managers add members" ON club_memberships FOR INSERT TO authenticated
    WITH CHECK (club_id IN (SELECT private.clubs_run_by_caller()) AND role <> 'owner');
CREATE POLICY "Managers change members" ON club_memberships FOR UPDATE TO authenticated
    USING (club_id IN (SELECT private.clubs_run_by_caller()) AND role <> 'owner')
    WITH CHECK (club_id IN (SELECT private.clubs_run_by_caller()) AND role <> 'owner');
CREATE POLICY "Members leave" ON club_memberships FOR DELETE TO authenticated
    USING ((SELECT auth.uid()) = profile_id AND role <> 'owner');
CREATE POLICY "Managers handle invitations" ON club_invitations FOR ALL TO authenticated
    USING (club_id IN (SELECT private.clubs_run_by_caller())) WITH CHECK (club_id IN (SELECT private.clubs_run_by_caller()));
CREATE POLICY "Users apply" ON membership_applications FOR INSERT TO authenticated
    WITH CHECK ((SELECT auth.uid()) = profile_id AND decided_at IS NULL);
CREATE POLICY "Users read their applications" ON membership_applications FOR SELECT TO authenticated
    USING ((SELECT auth.uid()) = profile_id);
CREATE POLICY "Managers read applications" ON membership_applications FOR SELECT TO authenticated
    USING (club_id IN (SELECT private.clubs_run_by_caller()));
CREATE POLICY "Family reads guardians" ON guardians FOR SELECT TO authenticated
    USING ((SELECT auth.uid()) IN (child_id, guardian_id));
CREATE POLICY "Everybody reads qualifications" ON qualifications FOR SELECT TO anon, authenticated USING (true);
CREATE POLICY "Users read their qualifications" ON profile_qualifications FOR SELECT TO authenticated
    USING ((SELECT auth.uid()) = profile_id);
CREATE POLICY "Users give and withdraw consent" ON consents FOR ALL TO authenticated
    USING ((SELECT auth.uid()) = profile_id) WITH CHECK ((SELECT auth.uid()) = profile_id);

GRANT SELECT ON clubs, qualifications TO anon;
REVOKE UPDATE ON profiles FROM authenticated;
GRANT UPDATE (display_name, avatar_path, birthday, locale) ON profiles TO authenticated;
