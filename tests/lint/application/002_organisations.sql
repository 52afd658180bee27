-- Organisations, who is in them, and what they may do there.

CREATE TYPE public.org_role AS ENUM ('owner', 'admin', 'member');

CREATE TABLE IF NOT EXISTS public.organisations (
    id         uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name       text NOT NULL,
    slug       text NOT NULL UNIQUE CHECK (slug ~ '^[a-z0-9][a-z0-9-]{1,62}$'),
    created_by uuid NOT NULL REFERENCES public.profiles (id),
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS public.members (
    org_id    uuid NOT NULL REFERENCES public.organisations (id) ON DELETE CASCADE,
    user_id   uuid NOT NULL REFERENCES public.profiles (id) ON DELETE CASCADE,
    role      public.org_role NOT NULL DEFAULT 'member',
    joined_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, user_id)
);
CREATE INDEX IF NOT EXISTS members_user_id_idx ON public.members (user_id);

COMMENT ON TABLE public.organisations IS 'A customer: everything else hangs off one of these.';
COMMENT ON COLUMN public.organisations.slug IS 'As in https://halyard.example/o/<slug>.';
COMMENT ON TABLE public.members IS 'Who is in which organisation';

ALTER TABLE public.organisations ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.members ENABLE ROW LEVEL SECURITY;

-- The policies of members cannot read members: that would never end. These can.
CREATE SCHEMA IF NOT EXISTS app;
GRANT USAGE ON SCHEMA app TO authenticated, service_role;

CREATE OR REPLACE FUNCTION app.is_member(org uuid)
RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''
AS $$
    SELECT EXISTS (
        SELECT 1 FROM public.members AS m
        WHERE m.org_id = org AND m.user_id = (SELECT auth.uid())
    );
$$;

CREATE OR REPLACE FUNCTION app.my_orgs()
RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''
AS $$ SELECT org_id FROM public.members WHERE user_id = auth.uid() $$;

CREATE OR REPLACE FUNCTION app.has_role(org uuid, VARIADIC roles public.org_role[])
RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''
AS $$
    SELECT EXISTS (
        SELECT FROM public.members
        WHERE org_id = $1 AND user_id = auth.uid() AND role = ANY ($2)
    )
$$;

REVOKE ALL ON FUNCTION app.is_member(uuid), app.my_orgs(), app.has_role(uuid, public.org_role[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.is_member(uuid), app.my_orgs(), app.has_role(uuid, public.org_role[])
    TO authenticated, service_role;

DROP POLICY IF EXISTS organisations_select ON public.organisations;
CREATE POLICY organisations_select ON public.organisations
    FOR SELECT TO authenticated
    USING (id IN (SELECT app.my_orgs()));

DROP POLICY IF EXISTS organisations_update ON public.organisations;
CREATE POLICY organisations_update ON public.organisations
    FOR UPDATE TO authenticated
    USING (app.has_role(id, 'owner', 'admin'))
    WITH CHECK (app.has_role(id, 'owner', 'admin'));

DROP POLICY IF EXISTS members_select ON public.members;
CREATE POLICY members_select ON public.members
    FOR SELECT TO authenticated
    USING (org_id IN (SELECT app.my_orgs()));

GRANT SELECT, UPDATE ON public.organisations TO authenticated;
GRANT SELECT ON public.members TO authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON public.organisations, public.members TO service_role;
