-- Channels and messages.
CREATE TABLE public.channels (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    org_id uuid NOT NULL REFERENCES public.organisations (id) ON DELETE CASCADE,
    name text NOT NULL,
    is_private boolean NOT NULL DEFAULT false,
    created_by uuid NOT NULL DEFAULT auth.uid() REFERENCES public.profiles (id),
    UNIQUE NULLS NOT DISTINCT (org_id, name)
);

CREATE TABLE public.channel_members (
    channel_id uuid NOT NULL REFERENCES public.channels (id) ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES public.profiles (id) ON DELETE CASCADE,
    last_read timestamptz NOT NULL DEFAULT '-infinity',
    PRIMARY KEY (channel_id, user_id)
);
CREATE INDEX ON public.channel_members (user_id);

CREATE TABLE public.messages (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    channel_id uuid NOT NULL REFERENCES public.channels (id) ON DELETE CASCADE,
    user_id uuid NOT NULL DEFAULT auth.uid() REFERENCES public.profiles (id) ON DELETE CASCADE,
    body text,
    reactions jsonb NOT NULL DEFAULT '{}'::jsonb,
    sent_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    CONSTRAINT messages_not_empty CHECK (deleted_at IS NOT NULL OR length(trim(body)) > 0)
);
CREATE INDEX messages_channel_id_sent_at_idx ON public.messages (channel_id, sent_at DESC) WHERE deleted_at IS NULL;
CREATE INDEX messages_user_id_idx ON public.messages USING hash (user_id);
CREATE INDEX messages_reactions_idx ON public.messages USING gin (reactions jsonb_path_ops);

ALTER TABLE public.channels ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.channel_members ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.messages ENABLE ROW LEVEL SECURITY;

CREATE FUNCTION app.in_channel(channel uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''
RETURN EXISTS (
    SELECT FROM public.channel_members AS cm WHERE cm.channel_id = channel AND cm.user_id = (SELECT auth.uid())
);
REVOKE ALL ON FUNCTION app.in_channel(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.in_channel(uuid) TO authenticated;

CREATE POLICY channels_select ON public.channels FOR SELECT TO authenticated
    USING (CASE WHEN is_private THEN app.in_channel(id) ELSE org_id IN (SELECT app.my_orgs()) END);
CREATE POLICY channels_insert ON public.channels FOR INSERT TO authenticated
    WITH CHECK (created_by = auth.uid() AND org_id IN (SELECT app.my_orgs()));
CREATE POLICY channel_members_select ON public.channel_members FOR SELECT TO authenticated
    USING (user_id = auth.uid() OR app.in_channel(channel_id));
CREATE POLICY channel_members_join ON public.channel_members FOR INSERT TO authenticated
    WITH CHECK (user_id = (SELECT auth.uid())
        AND EXISTS (SELECT FROM public.channels c WHERE c.id = channel_id AND NOT c.is_private));
CREATE POLICY messages_select ON public.messages FOR SELECT TO authenticated USING (app.in_channel(channel_id));
CREATE POLICY messages_insert ON public.messages FOR INSERT TO authenticated
    WITH CHECK (user_id = auth.uid() AND app.in_channel(channel_id));
CREATE POLICY messages_update ON public.messages FOR UPDATE TO authenticated
    USING (user_id = auth.uid());
CREATE POLICY messages_not_banned ON public.messages AS RESTRICTIVE FOR INSERT TO authenticated
    WITH CHECK (coalesce((auth.jwt() -> 'app_metadata' ->> 'banned')::boolean, false) IS FALSE);
GRANT SELECT, INSERT ON public.channels, public.channel_members, public.messages TO authenticated;
GRANT UPDATE (body, reactions, deleted_at) ON public.messages TO authenticated;
GRANT ALL ON public.channels, public.channel_members, public.messages TO service_role;

-- What clients subscribe to.
ALTER TABLE public.messages REPLICA IDENTITY FULL;
ALTER PUBLICATION supabase_realtime ADD TABLE public.messages, public.notifications;

CREATE POLICY "members listen" ON realtime.messages FOR SELECT TO authenticated
    USING (realtime.topic() LIKE 'channel:%' AND app.in_channel(split_part(realtime.topic(), ':', 2)::uuid));
