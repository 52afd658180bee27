-- The objects of a Supabase database that migrations and policies depend on, for a scratch server.
-- The script is idempotent, and needs a superuser. :roles stands for the roles of the platform, and :"owner" is the
-- role that runs migrations: postgres on Supabase, which is not a superuser there.

:roles

CREATE SCHEMA IF NOT EXISTS extensions;
GRANT USAGE ON SCHEMA extensions TO anon, authenticated, service_role;
GRANT ALL ON SCHEMA extensions TO :"owner";

-- The extensions that a project has from the beginning.
DO $extensions$
DECLARE
    preset record;
BEGIN
    FOR preset IN
        SELECT * FROM (VALUES
            ('uuid-ossp', 'extensions'), ('pgcrypto', 'extensions'), ('pg_stat_statements', 'extensions'),
            ('supabase_vault', 'vault'), ('pg_graphql', 'graphql')
        ) AS wanted (name, schema_name)
        INNER JOIN pg_catalog.pg_available_extensions AS available USING (name)
    LOOP
        IF preset.name IN ('supabase_vault', 'pg_graphql') AND preset.default_version <> '0' THEN
            EXECUTE pg_catalog.format('CREATE SCHEMA IF NOT EXISTS %I', preset.schema_name);
        END IF;
        EXECUTE pg_catalog.format(
            'CREATE EXTENSION IF NOT EXISTS %I WITH SCHEMA %I', preset.name,
            CASE WHEN preset.default_version = '0' THEN 'extensions' ELSE preset.schema_name END
        );
        -- The owner may also drop them.
        UPDATE pg_catalog.pg_extension SET extowner = :'owner'::pg_catalog.regrole WHERE extname = preset.name;
    END LOOP;
    -- Dumps of older projects create the extension in this schema, which these projects have.
    IF EXISTS (SELECT FROM pg_catalog.pg_available_extensions WHERE name = 'pgsodium' AND default_version = '0') THEN
        CREATE SCHEMA IF NOT EXISTS pgsodium;
        GRANT USAGE ON SCHEMA pgsodium TO :"owner";
    END IF;
    IF EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = 'vault') THEN
        GRANT USAGE ON SCHEMA vault TO :"owner" WITH GRANT OPTION;
        GRANT SELECT, DELETE ON ALL TABLES IN SCHEMA vault TO :"owner" WITH GRANT OPTION;
        GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA vault TO :"owner" WITH GRANT OPTION;
    END IF;
END
$extensions$;

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
    invited_at timestamptz,
    confirmation_token varchar(255),
    confirmation_sent_at timestamptz,
    recovery_token varchar(255),
    recovery_sent_at timestamptz,
    email_change_token_new varchar(255),
    email_change varchar(255),
    email_change_sent_at timestamptz,
    last_sign_in_at timestamptz,
    raw_app_meta_data jsonb,
    raw_user_meta_data jsonb,
    is_super_admin boolean,
    created_at timestamptz,
    updated_at timestamptz,
    phone text UNIQUE DEFAULT NULL,
    phone_confirmed_at timestamptz,
    phone_change text DEFAULT '',
    phone_change_token varchar(255) DEFAULT '',
    phone_change_sent_at timestamptz,
    confirmed_at timestamptz GENERATED ALWAYS AS (least(email_confirmed_at, phone_confirmed_at)) STORED,
    email_change_token_current varchar(255) DEFAULT '',
    email_change_confirm_status smallint DEFAULT 0 CHECK (email_change_confirm_status BETWEEN 0 AND 2),
    banned_until timestamptz,
    reauthentication_token varchar(255) DEFAULT '',
    reauthentication_sent_at timestamptz,
    is_sso_user boolean NOT NULL DEFAULT false,
    deleted_at timestamptz,
    is_anonymous boolean NOT NULL DEFAULT false
);
CREATE TABLE IF NOT EXISTS auth.identities (
    provider_id text NOT NULL,
    user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
    identity_data jsonb NOT NULL,
    provider text NOT NULL,
    last_sign_in_at timestamptz,
    created_at timestamptz,
    updated_at timestamptz,
    email text GENERATED ALWAYS AS (lower(identity_data ->> 'email')) STORED,
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    UNIQUE (provider_id, provider)
);
CREATE TABLE IF NOT EXISTS auth.sessions (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
    created_at timestamptz,
    updated_at timestamptz,
    factor_id uuid,
    aal text CHECK (aal IN ('aal1', 'aal2', 'aal3')),
    not_after timestamptz,
    refreshed_at timestamp,
    user_agent text,
    ip inet,
    tag text
);
CREATE TABLE IF NOT EXISTS auth.mfa_factors (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
    friendly_name text,
    factor_type text NOT NULL CHECK (factor_type IN ('totp', 'webauthn', 'phone')),
    status text NOT NULL CHECK (status IN ('unverified', 'verified')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    secret text,
    phone text,
    last_challenged_at timestamptz
);
ALTER TABLE auth.users OWNER TO supabase_auth_admin;
ALTER TABLE auth.identities OWNER TO supabase_auth_admin;
ALTER TABLE auth.sessions OWNER TO supabase_auth_admin;
ALTER TABLE auth.mfa_factors OWNER TO supabase_auth_admin;
ALTER TABLE auth.users ENABLE ROW LEVEL SECURITY;
ALTER TABLE auth.identities ENABLE ROW LEVEL SECURITY;
ALTER TABLE auth.sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE auth.mfa_factors ENABLE ROW LEVEL SECURITY;
GRANT ALL ON auth.users, auth.identities, auth.sessions, auth.mfa_factors TO :"owner";

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

-- Storage: the tables and helper functions that policies use. No file is stored.
CREATE SCHEMA IF NOT EXISTS storage AUTHORIZATION supabase_storage_admin;
COMMENT ON SCHEMA storage IS 'stand-in of schema_dsl: rows are stored and no files, and the API of Storage checks nothing';
GRANT USAGE ON SCHEMA storage TO anon, authenticated, service_role;
GRANT USAGE ON SCHEMA storage TO :"owner" WITH GRANT OPTION;
CREATE TABLE IF NOT EXISTS storage.buckets (
    id text PRIMARY KEY,
    name text NOT NULL UNIQUE,
    owner uuid,
    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now(),
    public boolean DEFAULT false,
    avif_autodetection boolean DEFAULT false,
    file_size_limit bigint,
    allowed_mime_types text[],
    owner_id text
);
CREATE TABLE IF NOT EXISTS storage.objects (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    bucket_id text REFERENCES storage.buckets (id),
    name text,
    owner uuid,
    created_at timestamptz DEFAULT now(),
    updated_at timestamptz DEFAULT now(),
    last_accessed_at timestamptz DEFAULT now(),
    metadata jsonb,
    path_tokens text[] GENERATED ALWAYS AS (string_to_array(name, '/')) STORED,
    version text,
    owner_id text,
    user_metadata jsonb,
    UNIQUE (bucket_id, name)
);
ALTER TABLE storage.buckets OWNER TO supabase_storage_admin;
ALTER TABLE storage.objects OWNER TO supabase_storage_admin;
ALTER TABLE storage.buckets ENABLE ROW LEVEL SECURITY;
ALTER TABLE storage.objects ENABLE ROW LEVEL SECURITY;
GRANT ALL ON storage.buckets, storage.objects TO anon, authenticated, service_role;
GRANT ALL ON storage.buckets, storage.objects TO :"owner" WITH GRANT OPTION;

CREATE OR REPLACE FUNCTION storage.foldername(name text) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT parts[1 : cardinality(parts) - 1] FROM (SELECT string_to_array(name, '/')) AS path (parts)
$$;
CREATE OR REPLACE FUNCTION storage.filename(name text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT parts[cardinality(parts)] FROM (SELECT string_to_array(name, '/')) AS path (parts)
$$;
CREATE OR REPLACE FUNCTION storage.extension(name text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT reverse(split_part(reverse(storage.filename(name)), '.', 1))
$$;
CREATE OR REPLACE FUNCTION storage.operation() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT current_setting('storage.operation', true)
$$;
CREATE OR REPLACE FUNCTION storage.get_size_by_bucket() RETURNS TABLE (size bigint, bucket_id text) LANGUAGE sql STABLE AS $$
    SELECT sum((metadata ->> 'size')::bigint)::bigint, bucket_id FROM storage.objects GROUP BY bucket_id
$$;
CREATE OR REPLACE FUNCTION storage.can_insert_object(bucketid text, name text, owner uuid, metadata jsonb)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO storage.objects (bucket_id, name, owner, metadata) VALUES ($1, $2, $3, $4);
    RAISE EXCEPTION 'ROLLBACK' USING ERRCODE = 'PT200', DETAIL = 'rollback successful insert';
END
$$;

-- Realtime: the publication, and the table whose policies decide who may join a private channel.
CREATE SCHEMA IF NOT EXISTS realtime AUTHORIZATION supabase_realtime_admin;
COMMENT ON SCHEMA realtime IS 'stand-in of schema_dsl: messages are stored and never sent to a channel';
GRANT USAGE ON SCHEMA realtime TO anon, authenticated, service_role;
GRANT USAGE ON SCHEMA realtime TO :"owner" WITH GRANT OPTION;
CREATE TABLE IF NOT EXISTS realtime.messages (
    topic text NOT NULL,
    extension text NOT NULL,
    payload jsonb,
    event text,
    private boolean DEFAULT false,
    updated_at timestamp NOT NULL DEFAULT now(),
    inserted_at timestamp NOT NULL DEFAULT now(),
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    PRIMARY KEY (id, inserted_at)
);
ALTER TABLE realtime.messages OWNER TO supabase_realtime_admin;
ALTER TABLE realtime.messages ENABLE ROW LEVEL SECURITY;
GRANT SELECT, INSERT, UPDATE ON realtime.messages TO anon, authenticated, service_role;
GRANT ALL ON realtime.messages TO :"owner" WITH GRANT OPTION;
CREATE OR REPLACE FUNCTION realtime.topic() RETURNS text LANGUAGE sql STABLE AS $$
    SELECT nullif(current_setting('realtime.topic', true), '')
$$;
CREATE OR REPLACE FUNCTION realtime.send(payload jsonb, event text, topic text, private boolean DEFAULT true)
RETURNS void LANGUAGE sql AS $$
    INSERT INTO realtime.messages (payload, event, topic, private, extension)
    VALUES (payload, event, topic, private, 'broadcast')
$$;
CREATE OR REPLACE FUNCTION realtime.broadcast_changes(
    topic_name text, event_name text, operation text, table_name text, table_schema text, new record, old record,
    level text DEFAULT 'ROW'
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM realtime.send(
        jsonb_build_object('operation', operation, 'table', table_name, 'schema', table_schema,
            'record', to_jsonb(new), 'old_record', to_jsonb(old)), event_name, topic_name);
END
$$;
DO $publication$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_publication WHERE pubname = 'supabase_realtime') THEN
        CREATE PUBLICATION supabase_realtime;
        COMMENT ON PUBLICATION supabase_realtime IS 'stand-in of schema_dsl: no server reads the changes that it publishes';
        ALTER PUBLICATION supabase_realtime OWNER TO :"owner";
    END IF;
END
$publication$;

-- Database webhooks: triggers that execute supabase_functions.http_request(url, method, headers, params, timeout).
CREATE SCHEMA IF NOT EXISTS supabase_functions;
COMMENT ON SCHEMA supabase_functions IS 'stand-in of schema_dsl: webhooks are recorded in supabase_functions.hooks and never sent';
GRANT USAGE ON SCHEMA supabase_functions TO :"owner", anon, authenticated, service_role;
CREATE TABLE IF NOT EXISTS supabase_functions.hooks (
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    hook_table_id integer NOT NULL,
    hook_name text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    request_id bigint
);
GRANT ALL ON supabase_functions.hooks TO :"owner", anon, authenticated, service_role;
CREATE OR REPLACE FUNCTION supabase_functions.http_request() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    IF coalesce(TG_ARGV[0], 'null') = 'null' THEN
        RAISE EXCEPTION 'url argument is missing';
    ELSIF coalesce(TG_ARGV[1], 'null') = 'null' THEN
        RAISE EXCEPTION 'method argument is missing';
    ELSIF TG_ARGV[1] NOT IN ('GET', 'POST') THEN
        RAISE EXCEPTION 'method argument % is invalid', TG_ARGV[1];
    END IF;
    INSERT INTO supabase_functions.hooks (hook_table_id, hook_name) VALUES (TG_RELID, TG_NAME);
    RETURN NEW;
END
$$;

-- On the hosted platform the owner of migrations may drop the triggers and manage the policies of auth.users and
-- of the tables of Storage and Realtime without owning them (supautils.drop_trigger_grants and supautils.policy_grants),
-- and nothing else. Here the tables belong to the owner for the duration of such a statement. ALTER TABLE ... OWNER TO would lock the table and merge its privileges.
-- Statements whose text contains none of the names change nothing: each update leaves a dead row that all later look-ups read.
CREATE OR REPLACE FUNCTION pg_catalog.schema_dsl_lend_tables() RETURNS event_trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
DECLARE
    invoker text := coalesce(nullif(pg_catalog.current_setting('role'), 'none'), session_user);
    context text;
    statement text;
BEGIN
    GET DIAGNOSTICS context = PG_CONTEXT;
    IF pg_catalog.strpos(context, E'\n') > 0 THEN
        -- Inside of a function or a DO block, the context after the line of this function begins with the statement.
        statement := pg_catalog.substring(context, '^[^\n]*\nSQL statement "(.*)');
    ELSE
        -- This copies the whole script of which the statement is a part.
        statement := pg_catalog.current_query();
    END IF;
    IF statement !~* '\m(users|buckets|objects|messages)\M|U&"' THEN
        RETURN;
    END IF;
    IF tg_event = 'ddl_command_end' THEN
        UPDATE pg_catalog.pg_class AS c SET relowner = lent.owner::pg_catalog.regrole
        FROM (VALUES
            ('auth.users', 'supabase_auth_admin'), ('storage.buckets', 'supabase_storage_admin'),
            ('storage.objects', 'supabase_storage_admin'), ('realtime.messages', 'supabase_realtime_admin')
        ) AS lent (name, owner)
        WHERE c.oid = lent.name::pg_catalog.regclass AND c.relowner <> lent.owner::pg_catalog.regrole;
    ELSIF invoker = :'owner' THEN
        UPDATE pg_catalog.pg_class SET relowner = :'owner'::pg_catalog.regrole
        WHERE oid = ANY (ARRAY[
            'auth.users', 'storage.buckets', 'storage.objects', 'realtime.messages'
        ]::pg_catalog.regclass[]);
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
