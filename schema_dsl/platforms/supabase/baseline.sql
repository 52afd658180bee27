-- The objects of a Supabase database that migrations and policies depend on, for a scratch server.
-- The script is idempotent, and needs a superuser. :roles stands for the roles of the platform, and :"owner" is the
-- role that runs migrations: postgres on Supabase, which is not a superuser there.

:roles

CREATE SCHEMA IF NOT EXISTS extensions;
GRANT USAGE ON SCHEMA extensions TO anon, authenticated, service_role, :"owner";

GRANT ALL ON SCHEMA public TO :"owner";
GRANT USAGE ON SCHEMA public TO anon, authenticated, service_role;

CREATE SCHEMA IF NOT EXISTS auth AUTHORIZATION supabase_auth_admin;
GRANT USAGE ON SCHEMA auth TO anon, authenticated, service_role, :"owner";

CREATE TABLE IF NOT EXISTS auth.users (
    instance_id uuid,
    id uuid NOT NULL PRIMARY KEY,
    aud varchar(255),
    role varchar(255),
    email varchar(255),
    encrypted_password varchar(255),
    email_confirmed_at timestamptz,
    last_sign_in_at timestamptz,
    raw_app_meta_data jsonb,
    raw_user_meta_data jsonb,
    is_super_admin boolean,
    created_at timestamptz,
    updated_at timestamptz,
    phone text UNIQUE DEFAULT NULL,
    banned_until timestamptz,
    deleted_at timestamptz,
    is_anonymous boolean NOT NULL DEFAULT false
);
ALTER TABLE auth.users OWNER TO supabase_auth_admin;
ALTER TABLE auth.users ENABLE ROW LEVEL SECURITY;
GRANT ALL ON TABLE auth.users TO :"owner";

CREATE OR REPLACE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql STABLE AS $$
    SELECT coalesce(
        nullif(current_setting('request.jwt.claim.sub', true), ''),
        (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')
    )::uuid
$$;

CREATE OR REPLACE FUNCTION auth.role() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce(
        nullif(current_setting('request.jwt.claim.role', true), ''),
        (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role')
    )::text
$$;

CREATE OR REPLACE FUNCTION auth.email() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce(
        nullif(current_setting('request.jwt.claim.email', true), ''),
        (nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'email')
    )::text
$$;

CREATE OR REPLACE FUNCTION auth.jwt() RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT coalesce(
        nullif(current_setting('request.jwt.claim', true), ''),
        nullif(current_setting('request.jwt.claims', true), '')
    )::jsonb
$$;

ALTER FUNCTION auth.uid() OWNER TO supabase_auth_admin;
ALTER FUNCTION auth.role() OWNER TO supabase_auth_admin;
ALTER FUNCTION auth.email() OWNER TO supabase_auth_admin;
ALTER FUNCTION auth.jwt() OWNER TO supabase_auth_admin;

-- On the hosted platform the owner of migrations may drop the triggers and manage the policies of auth.users without
-- owning the table (supautils.drop_trigger_grants and supautils.policy_grants), and nothing else. Here the table belongs
-- to the owner for the duration of such a statement. ALTER TABLE ... OWNER TO would lock the table and merge its privileges.
CREATE OR REPLACE FUNCTION pg_catalog.schema_dsl_lend_tables() RETURNS event_trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    invoker text := coalesce(nullif(pg_catalog.current_setting('role'), 'none'), session_user);
BEGIN
    IF tg_event = 'ddl_command_end' THEN
        UPDATE pg_catalog.pg_class SET relowner = 'supabase_auth_admin'::pg_catalog.regrole
        WHERE oid = 'auth.users'::pg_catalog.regclass AND relowner <> 'supabase_auth_admin'::pg_catalog.regrole;
    ELSIF invoker = :'owner' THEN
        UPDATE pg_catalog.pg_class SET relowner = :'owner'::pg_catalog.regrole
        WHERE oid = 'auth.users'::pg_catalog.regclass;
    END IF;
END
$$;
DROP EVENT TRIGGER IF EXISTS schema_dsl_lend_tables;
CREATE EVENT TRIGGER schema_dsl_lend_tables ON ddl_command_start
    WHEN TAG IN ('DROP TRIGGER', 'CREATE POLICY', 'ALTER POLICY', 'DROP POLICY')
    EXECUTE FUNCTION pg_catalog.schema_dsl_lend_tables();
DROP EVENT TRIGGER IF EXISTS schema_dsl_take_tables_back;
CREATE EVENT TRIGGER schema_dsl_take_tables_back ON ddl_command_end
    WHEN TAG IN ('DROP TRIGGER', 'CREATE POLICY', 'ALTER POLICY', 'DROP POLICY')
    EXECUTE FUNCTION pg_catalog.schema_dsl_lend_tables();
