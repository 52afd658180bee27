-- A system for several tenants, with helper functions that run as their owner.
CREATE SCHEMA app;
CREATE SCHEMA private;
REVOKE ALL ON SCHEMA private FROM PUBLIC;
CREATE SCHEMA extensions;
CREATE EXTENSION citext SCHEMA extensions;
CREATE TYPE app.role AS ENUM ('owner', 'admin', 'member', 'guest');

CREATE TABLE app.users (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    email extensions.citext NOT NULL UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE app.tenants (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    slug text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9-]{3,40}$'),
    plan text NOT NULL DEFAULT 'free' CHECK (plan IN ('free', 'team', 'business')),
    settings jsonb NOT NULL DEFAULT '{}'
);
CREATE TABLE app.memberships (
    tenant_id uuid NOT NULL REFERENCES app.tenants ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES app.users ON DELETE CASCADE,
    role app.role NOT NULL DEFAULT 'member',
    PRIMARY KEY (tenant_id, user_id)
);
CREATE INDEX ON app.memberships (user_id);
CREATE UNIQUE INDEX one_owner ON app.memberships (tenant_id) WHERE role = 'owner';
CREATE TABLE app.documents (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    tenant_id uuid NOT NULL REFERENCES app.tenants ON DELETE CASCADE,
    author_id uuid REFERENCES app.users ON DELETE SET NULL,
    title text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 200),
    body text NOT NULL DEFAULT '',
    shared boolean NOT NULL DEFAULT false,
    search tsvector GENERATED ALWAYS AS (to_tsvector('simple', title || ' ' || body)) STORED,
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON app.documents (tenant_id, updated_at DESC);
CREATE INDEX ON app.documents USING gin (search);
CREATE TABLE private.keys (tenant_id uuid PRIMARY KEY REFERENCES app.tenants, secret text NOT NULL);

CREATE FUNCTION app.current_user_id() RETURNS uuid LANGUAGE sql STABLE
    RETURN nullif(current_setting('app.user_id', true), '')::uuid;
CREATE FUNCTION app.tenants_of(lowest app.role DEFAULT 'guest') RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = '' AS $$
    SELECT m.tenant_id FROM app.memberships AS m WHERE m.user_id = app.current_user_id() AND m.role <= lowest
$$;
CREATE FUNCTION app.invite(tenant uuid, address extensions.citext) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = '' AS $$
DECLARE
    invited uuid;
BEGIN
    IF tenant NOT IN (SELECT app.tenants_of('admin')) THEN
        RAISE EXCEPTION 'not an admin of this tenant' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO app.users (email) VALUES (address) ON CONFLICT (email) DO UPDATE SET email = excluded.email
    RETURNING id INTO invited;
    INSERT INTO app.memberships (tenant_id, user_id) VALUES (tenant, invited) ON CONFLICT DO NOTHING;
END $$;
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA app FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.current_user_id(), app.tenants_of(app.role), app.invite(uuid, extensions.citext)
    TO pg_read_all_stats;
CREATE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    new.updated_at := now();
    RETURN new;
END $$;
CREATE TRIGGER touch BEFORE UPDATE ON app.documents FOR EACH ROW WHEN (old.body <> new.body) EXECUTE FUNCTION app.touch();

ALTER TABLE app.users ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.tenants ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.memberships ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.documents ENABLE ROW LEVEL SECURITY;
ALTER TABLE app.documents FORCE ROW LEVEL SECURITY;
CREATE POLICY self ON app.users FOR SELECT TO pg_read_all_stats USING (id = (SELECT app.current_user_id()));
CREATE POLICY of_members ON app.tenants FOR SELECT TO pg_read_all_stats USING (id IN (SELECT app.tenants_of()));
CREATE POLICY of_admins ON app.tenants FOR UPDATE TO pg_read_all_stats
    USING (id IN (SELECT app.tenants_of('admin'))) WITH CHECK (id IN (SELECT app.tenants_of('admin')));
CREATE POLICY of_members ON app.memberships FOR SELECT TO pg_read_all_stats
    USING (tenant_id IN (SELECT app.tenants_of()));
CREATE POLICY of_members ON app.documents TO pg_read_all_stats
    USING (tenant_id IN (SELECT app.tenants_of('member')) OR shared AND tenant_id IN (SELECT app.tenants_of()))
    WITH CHECK (tenant_id IN (SELECT app.tenants_of('member')) AND author_id = (SELECT app.current_user_id()));
CREATE POLICY not_archived ON app.documents AS RESTRICTIVE TO pg_read_all_stats
    USING (EXISTS (SELECT FROM app.tenants AS t WHERE t.id = tenant_id AND t.plan <> 'free' OR char_length(body) < 9999));
GRANT USAGE ON SCHEMA app TO pg_read_all_stats;
GRANT SELECT, UPDATE (settings) ON app.tenants TO pg_read_all_stats;
GRANT SELECT ON app.users, app.memberships TO pg_read_all_stats;
GRANT SELECT, INSERT, UPDATE, DELETE ON app.documents TO pg_read_all_stats;

CREATE VIEW app.my_documents WITH (security_invoker = true) AS
SELECT d.id, d.title, d.updated_at, t.slug FROM app.documents AS d JOIN app.tenants AS t ON t.id = d.tenant_id;
GRANT SELECT ON app.my_documents TO pg_read_all_stats;
COMMENT ON VIEW app.my_documents IS 'The documents that the caller may see.';
COMMENT ON FUNCTION app.tenants_of(app.role) IS 'The tenants in which the caller has at lowest this role.';
COMMENT ON POLICY of_members ON app.documents IS 'Members write; guests read what is shared.';
