-- ====================================================================================================
-- Documents, Profiles, Shared, Teams
--
--   Documents: what teams write
--   Profiles: what users say about themselves
--   Shared: the schema for helper functions, which the API does not expose, and common columns
--   Teams: who works together, and who is invited
--
-- Date: 2026-01-31
-- Run:  supabase db push
--       Connect as the role that owns, or is to own, the tables. It is safe to re-run this file, also
--       after an interrupted run. It can run inside one transaction or statement by statement.
--
-- Generated from definitions/documents.py, definitions/profiles.py, definitions/shared.py,
-- definitions/teams.py, definitions/sql/my_teams.sql. Edit the definitions, not this file.
-- schema-dsl: allows wider-policy:storage.objects.read_avatars
-- schema-dsl: allows wider-policy:storage.objects.add_own_avatar
-- schema-dsl: allows wider-policy:storage.objects.change_own_avatar
-- schema-dsl: allows wider-policy:storage.objects.delete_own_avatar
-- schema-dsl: definitions fb0d83d15a614902, after 6e340b9cffb37a98, content 46c25d0e185134e7
-- ====================================================================================================

SET lock_timeout = '5s';
SET statement_timeout = '5min';


-- ====================================================================================================
-- enum public.document_state
-- ====================================================================================================

-- One DO block creates the object and revokes what default privileges grant: otherwise PUBLIC, or another role, could
-- use it for a moment.
DO $$ BEGIN
    IF pg_catalog.to_regtype('public.document_state') IS NULL THEN
        CREATE TYPE public.document_state AS ENUM (
            'draft',
            'published'
        );
    END IF;
    REVOKE ALL ON TYPE public.document_state FROM PUBLIC, anon, authenticated, service_role;
    GRANT USAGE ON TYPE public.document_state TO anon;
    GRANT USAGE ON TYPE public.document_state TO authenticated;
    GRANT USAGE ON TYPE public.document_state TO service_role;
END $$;


-- ====================================================================================================
-- schema private
-- Functions for policies and triggers; not in the API.
-- ====================================================================================================

-- One DO block creates the object and revokes what default privileges grant: otherwise PUBLIC, or another role, could
-- use it for a moment.
DO $$ BEGIN
    CREATE SCHEMA IF NOT EXISTS private;
    REVOKE ALL ON SCHEMA private FROM PUBLIC, anon, authenticated, service_role;
    GRANT USAGE ON SCHEMA private TO authenticated;
END $$;

COMMENT ON SCHEMA private IS 'Functions for policies and triggers; not in the API.';


-- ====================================================================================================
-- function private.set_updated_at()
-- Set the column updated_at of a changed row.
-- ====================================================================================================

-- One DO block creates the object and revokes what default privileges grant: otherwise PUBLIC, or another role, could
-- use it for a moment.
DO $$ BEGIN
    CREATE OR REPLACE FUNCTION private.set_updated_at()
        RETURNS trigger
        LANGUAGE plpgsql
        SET search_path TO ''
    AS $function$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END
$function$;
    REVOKE ALL ON FUNCTION private.set_updated_at() FROM PUBLIC, anon, authenticated, service_role;
END $$;

COMMENT ON FUNCTION private.set_updated_at() IS 'Set the column updated_at of a changed row.';


-- ====================================================================================================
-- public.profiles
-- One row per user. Signed-in users read all of them.
-- ====================================================================================================

-- One DO block creates the table, enables row level security and sets the privileges. Otherwise a role to
-- which ALTER DEFAULT PRIVILEGES grants access could use the table before that.
DO $$ BEGIN
    CREATE TABLE IF NOT EXISTS public.profiles (
        id          uuid        NOT NULL,
        username    text,
        full_name   text        NOT NULL DEFAULT '',
        avatar_path text,
        created_at  timestamptz NOT NULL DEFAULT now(),
        updated_at  timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT profiles_pkey
            PRIMARY KEY (id),
        CONSTRAINT profiles_id_fkey
            FOREIGN KEY (id) REFERENCES auth.users (id) ON DELETE CASCADE,
        CONSTRAINT profiles_username_key
            UNIQUE (username),
        CONSTRAINT profiles_username_check
            CHECK (username ~ '^[a-z0-9_]{3,30}$'),
        CONSTRAINT profiles_full_name_check
            CHECK (char_length(full_name) <= 100)
    );
    ALTER TABLE public.profiles ENABLE ROW LEVEL SECURITY;
    REVOKE ALL ON TABLE public.profiles FROM PUBLIC, anon, authenticated, service_role;
    GRANT SELECT, UPDATE (avatar_path, full_name, username) ON TABLE public.profiles TO authenticated;
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.profiles TO service_role;
END $$;

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.profiles
    FOR EACH ROW
    EXECUTE FUNCTION private.set_updated_at();

DO $$ BEGIN
    DROP POLICY IF EXISTS read ON public.profiles;
    CREATE POLICY read ON public.profiles
        FOR SELECT TO authenticated USING (true);
END $$;

DO $$ BEGIN
    DROP POLICY IF EXISTS authenticated_update_own ON public.profiles;
    CREATE POLICY authenticated_update_own ON public.profiles
        FOR UPDATE TO authenticated USING ((SELECT auth.uid()) = id) WITH CHECK ((SELECT auth.uid()) = id);
END $$;

COMMENT ON TABLE public.profiles IS 'One row per user. Signed-in users read all of them.';
COMMENT ON COLUMN public.profiles.username IS 'NULL until chosen.';
COMMENT ON COLUMN public.profiles.avatar_path IS 'Name of an object in the bucket avatars.';
COMMENT ON POLICY read ON public.profiles IS 'Signed-in users read all profiles.';
COMMENT ON POLICY authenticated_update_own ON public.profiles IS 'A signed-in user may change rows whose id is their own id.';


-- ====================================================================================================
-- function private.create_profile()
-- ====================================================================================================

-- One DO block creates the object and revokes what default privileges grant: otherwise PUBLIC, or another role, could
-- use it for a moment.
DO $$ BEGIN
    CREATE OR REPLACE FUNCTION private.create_profile()
        RETURNS trigger
        LANGUAGE plpgsql
        SECURITY DEFINER
        SET search_path TO ''
    AS $function$
BEGIN
    INSERT INTO public.profiles (id, full_name)
    VALUES (NEW.id, left(coalesce(NEW.raw_user_meta_data ->> 'full_name', ''), 100));
    RETURN NULL;
END
$function$;
    REVOKE ALL ON FUNCTION private.create_profile() FROM PUBLIC, anon, authenticated, service_role;
END $$;


-- ====================================================================================================
-- auth.users
-- ====================================================================================================

CREATE OR REPLACE TRIGGER create_profile
    AFTER INSERT ON auth.users
    FOR EACH ROW
    EXECUTE FUNCTION private.create_profile();


-- ====================================================================================================
-- enum public.team_role
-- ====================================================================================================

-- One DO block creates the object and revokes what default privileges grant: otherwise PUBLIC, or another role, could
-- use it for a moment.
DO $$ BEGIN
    IF pg_catalog.to_regtype('public.team_role') IS NULL THEN
        CREATE TYPE public.team_role AS ENUM (
            'member',
            'admin'
        );
    END IF;
    REVOKE ALL ON TYPE public.team_role FROM PUBLIC, anon, authenticated, service_role;
    GRANT USAGE ON TYPE public.team_role TO authenticated;
    GRANT USAGE ON TYPE public.team_role TO service_role;
END $$;


-- ====================================================================================================
-- public.teams
-- ====================================================================================================

-- One DO block creates the table, enables row level security and sets the privileges. Otherwise a role to
-- which ALTER DEFAULT PRIVILEGES grants access could use the table before that.
DO $$ BEGIN
    CREATE TABLE IF NOT EXISTS public.teams (
        id         uuid        NOT NULL DEFAULT gen_random_uuid(),
        name       text        NOT NULL,
        created_by uuid        DEFAULT auth.uid(),
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT teams_pkey
            PRIMARY KEY (id),
        CONSTRAINT teams_name_check
            CHECK (char_length(name) <= 100),
        CONSTRAINT teams_created_by_fkey
            FOREIGN KEY (created_by) REFERENCES auth.users (id) ON DELETE SET NULL
    );
    ALTER TABLE public.teams ENABLE ROW LEVEL SECURITY;
    REVOKE ALL ON TABLE public.teams FROM PUBLIC, anon, authenticated, service_role;
    GRANT SELECT, INSERT, DELETE, UPDATE (name) ON TABLE public.teams TO authenticated;
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.teams TO service_role;
END $$;

CREATE INDEX IF NOT EXISTS teams_created_by_idx
    ON public.teams (created_by);

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.teams
    FOR EACH ROW
    EXECUTE FUNCTION private.set_updated_at();

DO $$ BEGIN
    DROP POLICY IF EXISTS "create" ON public.teams;
    CREATE POLICY "create" ON public.teams
        FOR INSERT TO authenticated WITH CHECK (created_by = (SELECT auth.uid()));
END $$;

COMMENT ON COLUMN public.teams.created_by IS 'NULL after the user was deleted.';


-- ====================================================================================================
-- public.team_members
-- ====================================================================================================

-- One DO block creates the table, enables row level security and sets the privileges. Otherwise a role to
-- which ALTER DEFAULT PRIVILEGES grants access could use the table before that.
DO $$ BEGIN
    CREATE TABLE IF NOT EXISTS public.team_members (
        team_id    uuid             NOT NULL,
        user_id    uuid             NOT NULL,
        role       public.team_role NOT NULL DEFAULT 'member',
        created_at timestamptz      NOT NULL DEFAULT now(),
        CONSTRAINT team_members_team_id_fkey
            FOREIGN KEY (team_id) REFERENCES public.teams (id) ON DELETE CASCADE,
        CONSTRAINT team_members_user_id_fkey
            FOREIGN KEY (user_id) REFERENCES auth.users (id) ON DELETE CASCADE,
        CONSTRAINT team_members_pkey
            PRIMARY KEY (team_id, user_id)
    );
    ALTER TABLE public.team_members ENABLE ROW LEVEL SECURITY;
    REVOKE ALL ON TABLE public.team_members FROM PUBLIC, anon, authenticated, service_role;
    GRANT SELECT, DELETE, UPDATE (role) ON TABLE public.team_members TO authenticated;
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.team_members TO service_role;
END $$;

CREATE INDEX IF NOT EXISTS team_members_user_id_idx
    ON public.team_members (user_id);


-- ====================================================================================================
-- function private.my_teams(public.team_role)
-- ====================================================================================================

-- One DO block creates the object and revokes what default privileges grant: otherwise PUBLIC, or another role, could
-- use it for a moment.
DO $$ BEGIN
    CREATE OR REPLACE FUNCTION private.my_teams(at_least public.team_role DEFAULT 'member')
        RETURNS SETOF uuid
        LANGUAGE sql
        STABLE
        SECURITY DEFINER
        ROWS 10
        SET search_path TO ''
    AS $function$
    SELECT team_id
    FROM public.team_members
    WHERE user_id = auth.uid() AND role >= at_least
$function$;
    REVOKE ALL ON FUNCTION private.my_teams(public.team_role) FROM PUBLIC, anon, authenticated, service_role;
    GRANT EXECUTE ON FUNCTION private.my_teams(public.team_role) TO authenticated;
END $$;


-- ====================================================================================================
-- public.team_members
-- ====================================================================================================

DO $$ BEGIN
    DROP POLICY IF EXISTS read ON public.team_members;
    CREATE POLICY read ON public.team_members
        FOR SELECT TO authenticated USING (team_id IN (SELECT private.my_teams()));
END $$;

DO $$ BEGIN
    DROP POLICY IF EXISTS change_others ON public.team_members;
    CREATE POLICY change_others ON public.team_members
        FOR UPDATE TO authenticated
        USING (user_id <> (SELECT auth.uid()) AND team_id IN (SELECT private.my_teams('admin')));
END $$;

DO $$ BEGIN
    DROP POLICY IF EXISTS leave_or_remove ON public.team_members;
    CREATE POLICY leave_or_remove ON public.team_members
        FOR DELETE TO authenticated
        USING (user_id = (SELECT auth.uid()) OR team_id IN (SELECT private.my_teams('admin')));
END $$;


-- ====================================================================================================
-- function private.add_creator()
-- Make the creator of a team its admin.
-- ====================================================================================================

-- One DO block creates the object and revokes what default privileges grant: otherwise PUBLIC, or another role, could
-- use it for a moment.
DO $$ BEGIN
    CREATE OR REPLACE FUNCTION private.add_creator()
        RETURNS trigger
        LANGUAGE plpgsql
        SECURITY DEFINER
        SET search_path TO ''
    AS $function$
BEGIN
    IF NEW.created_by IS NOT NULL THEN
        INSERT INTO public.team_members (team_id, user_id, role) VALUES (NEW.id, NEW.created_by, 'admin');
    END IF;
    RETURN NULL;
END
$function$;
    REVOKE ALL ON FUNCTION private.add_creator() FROM PUBLIC, anon, authenticated, service_role;
END $$;

COMMENT ON FUNCTION private.add_creator() IS 'Make the creator of a team its admin.';


-- ====================================================================================================
-- public.teams
-- ====================================================================================================

CREATE OR REPLACE TRIGGER add_creator
    AFTER INSERT ON public.teams
    FOR EACH ROW
    EXECUTE FUNCTION private.add_creator();

DO $$ BEGIN
    DROP POLICY IF EXISTS read ON public.teams;
    CREATE POLICY read ON public.teams
        FOR SELECT TO authenticated USING (id IN (SELECT private.my_teams()) OR created_by = (SELECT auth.uid()));
END $$;

DO $$ BEGIN
    DROP POLICY IF EXISTS change ON public.teams;
    CREATE POLICY change ON public.teams
        FOR UPDATE TO authenticated USING (id IN (SELECT private.my_teams('admin')));
END $$;

DO $$ BEGIN
    DROP POLICY IF EXISTS remove ON public.teams;
    CREATE POLICY remove ON public.teams
        FOR DELETE TO authenticated USING (id IN (SELECT private.my_teams('admin')));
END $$;


-- ====================================================================================================
-- public.documents
-- ====================================================================================================

-- One DO block creates the table, enables row level security and sets the privileges. Otherwise a role to
-- which ALTER DEFAULT PRIVILEGES grants access could use the table before that.
DO $$ BEGIN
    CREATE TABLE IF NOT EXISTS public.documents (
        id         uuid                  NOT NULL DEFAULT gen_random_uuid(),
        team_id    uuid                  NOT NULL,
        author_id  uuid                  DEFAULT auth.uid(),
        title      text                  NOT NULL,
        body       text                  NOT NULL DEFAULT '',
        state      public.document_state NOT NULL DEFAULT 'draft',
        created_at timestamptz           NOT NULL DEFAULT now(),
        updated_at timestamptz           NOT NULL DEFAULT now(),
        CONSTRAINT documents_pkey
            PRIMARY KEY (id),
        CONSTRAINT documents_team_id_fkey
            FOREIGN KEY (team_id) REFERENCES public.teams (id) ON DELETE CASCADE,
        CONSTRAINT documents_author_id_fkey
            FOREIGN KEY (author_id) REFERENCES auth.users (id) ON DELETE SET NULL,
        CONSTRAINT documents_title_check
            CHECK (char_length(title) <= 200),
        CONSTRAINT documents_body_check
            CHECK (char_length(body) <= 20000),
        CONSTRAINT documents_team_id_id_key
            UNIQUE (team_id, id)
    );
    ALTER TABLE public.documents ENABLE ROW LEVEL SECURITY;
    REVOKE ALL ON TABLE public.documents FROM PUBLIC, anon, authenticated, service_role;
    GRANT SELECT ON TABLE public.documents TO anon;
    GRANT SELECT, INSERT, DELETE, UPDATE (body, state, title) ON TABLE public.documents TO authenticated;
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.documents TO service_role;
END $$;

CREATE INDEX IF NOT EXISTS documents_team_id_updated_at_idx
    ON public.documents (team_id, updated_at DESC);
CREATE INDEX IF NOT EXISTS documents_author_id_idx
    ON public.documents (author_id);
CREATE INDEX IF NOT EXISTS documents_published_idx
    ON public.documents (updated_at) WHERE state = 'published';

CREATE OR REPLACE TRIGGER set_updated_at
    BEFORE UPDATE ON public.documents
    FOR EACH ROW
    EXECUTE FUNCTION private.set_updated_at();

DO $$ BEGIN
    DROP POLICY IF EXISTS read_published ON public.documents;
    CREATE POLICY read_published ON public.documents
        FOR SELECT TO anon USING (state = 'published');
END $$;

DO $$ BEGIN
    DROP POLICY IF EXISTS write ON public.documents;
    CREATE POLICY write ON public.documents
        FOR INSERT TO authenticated WITH CHECK (team_id IN (SELECT private.my_teams()));
END $$;

DO $$ BEGIN
    DROP POLICY IF EXISTS remove ON public.documents;
    CREATE POLICY remove ON public.documents
        FOR DELETE TO authenticated USING (team_id IN (SELECT private.my_teams()));
END $$;

DO $$ BEGIN
    IF NOT EXISTS (
        SELECT FROM pg_catalog.pg_publication_rel AS r
        INNER JOIN pg_catalog.pg_publication AS p ON p.oid = r.prpubid
        WHERE p.pubname = 'supabase_realtime' AND r.prrelid = pg_catalog.to_regclass('public.documents')
    ) THEN
        ALTER PUBLICATION supabase_realtime ADD TABLE ONLY public.documents;
    END IF;
END $$;


-- ====================================================================================================
-- public.document_shares
-- Which users outside of the team may read a document, and which may edit it.
-- ====================================================================================================

-- One DO block creates the table, enables row level security and sets the privileges. Otherwise a role to
-- which ALTER DEFAULT PRIVILEGES grants access could use the table before that.
DO $$ BEGIN
    CREATE TABLE IF NOT EXISTS public.document_shares (
        document_id uuid        NOT NULL,
        user_id     uuid        NOT NULL,
        team_id     uuid        NOT NULL,
        may_edit    boolean     NOT NULL DEFAULT false,
        created_at  timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT document_shares_user_id_fkey
            FOREIGN KEY (user_id) REFERENCES auth.users (id) ON DELETE CASCADE,
        CONSTRAINT document_shares_pkey
            PRIMARY KEY (document_id, user_id),
        CONSTRAINT document_shares_team_id_document_id_fkey
            FOREIGN KEY (team_id, document_id) REFERENCES public.documents (team_id, id) ON DELETE CASCADE
    );
    ALTER TABLE public.document_shares ENABLE ROW LEVEL SECURITY;
    REVOKE ALL ON TABLE public.document_shares FROM PUBLIC, anon, authenticated, service_role;
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.document_shares TO authenticated;
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.document_shares TO service_role;
END $$;

CREATE INDEX IF NOT EXISTS document_shares_user_id_idx
    ON public.document_shares (user_id);
CREATE INDEX IF NOT EXISTS document_shares_team_id_document_id_idx
    ON public.document_shares (team_id, document_id);

DO $$ BEGIN
    DROP POLICY IF EXISTS read ON public.document_shares;
    CREATE POLICY read ON public.document_shares
        FOR SELECT TO authenticated
        USING (user_id = (SELECT auth.uid()) OR team_id IN (SELECT private.my_teams()));
END $$;

DO $$ BEGIN
    DROP POLICY IF EXISTS share ON public.document_shares;
    CREATE POLICY share ON public.document_shares
        FOR INSERT TO authenticated WITH CHECK (team_id IN (SELECT private.my_teams()));
END $$;

DO $$ BEGIN
    DROP POLICY IF EXISTS change ON public.document_shares;
    CREATE POLICY change ON public.document_shares
        FOR UPDATE TO authenticated USING (team_id IN (SELECT private.my_teams()));
END $$;

DO $$ BEGIN
    DROP POLICY IF EXISTS stop ON public.document_shares;
    CREATE POLICY stop ON public.document_shares
        FOR DELETE TO authenticated USING (team_id IN (SELECT private.my_teams()));
END $$;

COMMENT ON TABLE public.document_shares IS 'Which users outside of the team may read a document, and which may edit it.';
COMMENT ON COLUMN public.document_shares.team_id IS 'Team of the document.';


-- ====================================================================================================
-- public.documents
-- ====================================================================================================

DO $$ BEGIN
    DROP POLICY IF EXISTS read ON public.documents;
    CREATE POLICY read ON public.documents
        FOR SELECT TO authenticated
        USING (state = 'published' OR team_id IN (SELECT private.my_teams()) OR id IN (SELECT s.document_id FROM public.document_shares AS s WHERE s.user_id = (SELECT auth.uid())));
END $$;

DO $$ BEGIN
    DROP POLICY IF EXISTS change ON public.documents;
    CREATE POLICY change ON public.documents
        FOR UPDATE TO authenticated
        USING (team_id IN (SELECT private.my_teams()) OR id IN (SELECT s.document_id FROM public.document_shares AS s WHERE s.user_id = (SELECT auth.uid()) AND s.may_edit));
END $$;


-- ====================================================================================================
-- public.invitations
-- Open invitations. The invited user gets the id by e-mail, and accept_invitation() deletes the
-- row.
-- ====================================================================================================

-- One DO block creates the table, enables row level security and sets the privileges. Otherwise a role to
-- which ALTER DEFAULT PRIVILEGES grants access could use the table before that.
DO $$ BEGIN
    CREATE TABLE IF NOT EXISTS public.invitations (
        id         uuid             NOT NULL DEFAULT gen_random_uuid(),
        team_id    uuid             NOT NULL,
        email      text             NOT NULL,
        role       public.team_role NOT NULL DEFAULT 'member',
        expires_at timestamptz      NOT NULL DEFAULT now() + interval '7 days',
        created_at timestamptz      NOT NULL DEFAULT now(),
        CONSTRAINT invitations_pkey
            PRIMARY KEY (id),
        CONSTRAINT invitations_team_id_fkey
            FOREIGN KEY (team_id) REFERENCES public.teams (id) ON DELETE CASCADE,
        CONSTRAINT invitations_email_check
            CHECK (char_length(email) <= 254),
        CONSTRAINT invitations_email_check1
            CHECK (email = lower(email))
    );
    ALTER TABLE public.invitations ENABLE ROW LEVEL SECURITY;
    REVOKE ALL ON TABLE public.invitations FROM PUBLIC, anon, authenticated, service_role;
    GRANT SELECT, INSERT, DELETE ON TABLE public.invitations TO authenticated;
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.invitations TO service_role;
END $$;

CREATE UNIQUE INDEX IF NOT EXISTS invitations_team_id_email_idx
    ON public.invitations (team_id, email);
CREATE INDEX IF NOT EXISTS invitations_email_idx
    ON public.invitations (email);

DO $$ BEGIN
    DROP POLICY IF EXISTS read ON public.invitations;
    CREATE POLICY read ON public.invitations
        FOR SELECT TO authenticated USING (team_id IN (SELECT private.my_teams('admin')));
END $$;

DO $$ BEGIN
    DROP POLICY IF EXISTS invite ON public.invitations;
    CREATE POLICY invite ON public.invitations
        FOR INSERT TO authenticated WITH CHECK (team_id IN (SELECT private.my_teams('admin')));
END $$;

DO $$ BEGIN
    DROP POLICY IF EXISTS withdraw ON public.invitations;
    CREATE POLICY withdraw ON public.invitations
        FOR DELETE TO authenticated USING (team_id IN (SELECT private.my_teams('admin')));
END $$;

COMMENT ON TABLE public.invitations IS 'Open invitations. The invited user gets the id by e-mail, and accept_invitation() deletes the row.';


-- ====================================================================================================
-- public.library
-- Published documents with their authors. The policies of the tables apply.
-- ====================================================================================================

-- One DO block creates the object and revokes what default privileges grant: otherwise PUBLIC, or another role, could
-- use it for a moment.
DO $$ BEGIN
    CREATE OR REPLACE VIEW public.library WITH (security_invoker = true) AS
    SELECT d.id, d.title, p.full_name AS author, d.updated_at
    FROM public.documents AS d
    LEFT JOIN public.profiles AS p ON p.id = d.author_id
    WHERE d.state = 'published';
    REVOKE ALL ON TABLE public.library FROM PUBLIC, anon, authenticated, service_role;
    GRANT SELECT ON TABLE public.library TO authenticated;
END $$;

COMMENT ON VIEW public.library IS 'Published documents with their authors. The policies of the tables apply.';


-- ====================================================================================================
-- function public.accept_invitation(uuid)
-- ====================================================================================================

-- One DO block creates the object and revokes what default privileges grant: otherwise PUBLIC, or another role, could
-- use it for a moment.
DO $$ BEGIN
    CREATE OR REPLACE FUNCTION public.accept_invitation(invitation_id uuid)
        RETURNS void
        LANGUAGE plpgsql
        SECURITY DEFINER
        SET search_path TO ''
    AS $function$
DECLARE
    accepted public.invitations;
BEGIN
    DELETE FROM public.invitations AS i
    WHERE i.id = invitation_id AND i.email = auth.email() AND i.expires_at > now()
    RETURNING * INTO accepted;
    IF accepted.id IS NULL THEN
        RAISE EXCEPTION 'there is no such invitation for you, or it has expired';
    END IF;
    INSERT INTO public.team_members (team_id, user_id, role)
    VALUES (accepted.team_id, auth.uid(), accepted.role)
    ON CONFLICT (team_id, user_id) DO NOTHING;
END
$function$;
    REVOKE ALL ON FUNCTION public.accept_invitation(uuid) FROM PUBLIC, anon, authenticated, service_role;
    GRANT EXECUTE ON FUNCTION public.accept_invitation(uuid) TO authenticated;
END $$;


-- ====================================================================================================
-- storage.objects
-- ====================================================================================================

DO $$ BEGIN
    DROP POLICY IF EXISTS read_avatars ON storage.objects;
    CREATE POLICY read_avatars ON storage.objects
        FOR SELECT TO anon, authenticated USING (bucket_id = 'avatars');
END $$;

DO $$ BEGIN
    DROP POLICY IF EXISTS add_own_avatar ON storage.objects;
    CREATE POLICY add_own_avatar ON storage.objects
        FOR INSERT TO authenticated
        WITH CHECK (bucket_id = 'avatars' AND (storage.foldername(name))[1] = (SELECT auth.uid())::text);
END $$;

DO $$ BEGIN
    DROP POLICY IF EXISTS change_own_avatar ON storage.objects;
    CREATE POLICY change_own_avatar ON storage.objects
        FOR UPDATE TO authenticated
        USING (bucket_id = 'avatars' AND (storage.foldername(name))[1] = (SELECT auth.uid())::text);
END $$;

DO $$ BEGIN
    DROP POLICY IF EXISTS delete_own_avatar ON storage.objects;
    CREATE POLICY delete_own_avatar ON storage.objects
        FOR DELETE TO authenticated
        USING (bucket_id = 'avatars' AND (storage.foldername(name))[1] = (SELECT auth.uid())::text);
END $$;

RESET lock_timeout;
RESET statement_timeout;

-- ====================================================================================================
-- To check the result: no constraint is NOT VALID, no index is INVALID, and row_security is true where this
-- file enables it.
--
--   SELECT t.oid::regclass AS relation, t.relrowsecurity AS row_security, part.*
--   FROM pg_class AS t CROSS JOIN LATERAL (
--       SELECT 'column' AS kind, attname::text AS name, format_type(atttypid, atttypmod) AS definition
--       FROM pg_attribute WHERE attrelid = t.oid AND attnum > 0 AND NOT attisdropped
--       UNION ALL SELECT 'constraint', conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = t.oid
--       UNION ALL SELECT CASE WHEN indisvalid THEN 'index' ELSE 'INVALID index' END, indexrelid::regclass::text,
--           pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = t.oid
--       UNION ALL SELECT 'trigger', tgname, pg_get_triggerdef(oid) FROM pg_trigger
--       WHERE tgrelid = t.oid AND NOT tgisinternal
--       UNION ALL SELECT 'policy', polname, concat_ws(' ', polcmd, polroles::regrole[],
--           pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)) FROM pg_policy WHERE polrelid = t.oid
--       UNION ALL SELECT 'privilege', coalesce(nullif(grantee, 0)::regrole::text, 'PUBLIC'), privilege_type
--       FROM aclexplode(t.relacl)
--   ) AS part
--   WHERE t.relkind = 'r' AND t.relnamespace IN (to_regnamespace('public'), to_regnamespace('auth'), to_regnamespace('storage'))
--   ORDER BY 1, 3, 4, 5;
-- ====================================================================================================
