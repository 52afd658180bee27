-- Channels, announcements, notifications, photos, volunteers, documents and the audit log.
CREATE TABLE channels (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    club_id uuid NOT NULL REFERENCES clubs ON DELETE CASCADE,
    team_id uuid REFERENCES teams ON DELETE CASCADE,
    name text NOT NULL,
    is_private boolean NOT NULL DEFAULT false
);
CREATE INDEX ON channels (club_id);
CREATE INDEX ON channels (team_id);
CREATE TABLE channel_members (
    channel_id uuid NOT NULL REFERENCES channels ON DELETE CASCADE,
    profile_id uuid NOT NULL REFERENCES profiles ON DELETE CASCADE,
    muted_until timestamptz,
    last_read_at timestamptz,
    PRIMARY KEY (channel_id, profile_id)
);
CREATE INDEX ON channel_members (profile_id);
CREATE FUNCTION private.channels_of_caller() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = '' AS $$
    SELECT m.channel_id FROM public.channel_members AS m WHERE m.profile_id = (SELECT auth.uid())
$$;
GRANT EXECUTE ON FUNCTION private.channels_of_caller() TO authenticated;

CREATE TABLE messages (
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    channel_id uuid NOT NULL REFERENCES channels ON DELETE CASCADE,
    author_id uuid NOT NULL DEFAULT auth.uid() REFERENCES profiles,
    body text NOT NULL CHECK (char_length(body) BETWEEN 1 AND 4000),
    sent_at timestamptz NOT NULL DEFAULT now(),
    edited_at timestamptz,
    PRIMARY KEY (id, sent_at)
) PARTITION BY RANGE (sent_at);
CREATE TABLE messages_2025 PARTITION OF messages FOR VALUES FROM ('2025-01-01 00:00+00') TO ('2026-01-01 00:00+00');
CREATE TABLE messages_2026 PARTITION OF messages FOR VALUES FROM ('2026-01-01 00:00+00') TO ('2027-01-01 00:00+00');
CREATE TABLE messages_other PARTITION OF messages DEFAULT;
CREATE INDEX ON messages (channel_id, sent_at DESC);
CREATE INDEX ON messages (author_id);
CREATE TABLE message_reactions (
    message_id uuid NOT NULL,
    sent_at timestamptz NOT NULL,
    profile_id uuid NOT NULL DEFAULT auth.uid() REFERENCES profiles ON DELETE CASCADE,
    emoji text NOT NULL,
    PRIMARY KEY (message_id, profile_id, emoji),
    FOREIGN KEY (message_id, sent_at) REFERENCES messages ON DELETE CASCADE
);
CREATE INDEX ON message_reactions (message_id, sent_at);
CREATE INDEX ON message_reactions (profile_id);

CREATE TABLE announcements (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    club_id uuid NOT NULL REFERENCES clubs ON DELETE CASCADE,
    author_id uuid NOT NULL DEFAULT auth.uid() REFERENCES profiles,
    title text NOT NULL,
    body text NOT NULL,
    audience club_role[] NOT NULL DEFAULT '{member}',
    published_at timestamptz
);
CREATE INDEX ON announcements (club_id, published_at DESC) WHERE published_at IS NOT NULL;
CREATE INDEX ON announcements (author_id);
CREATE TABLE announcement_reads (
    announcement_id bigint NOT NULL REFERENCES announcements ON DELETE CASCADE,
    profile_id uuid NOT NULL REFERENCES profiles ON DELETE CASCADE,
    read_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (announcement_id, profile_id)
) WITH (fillfactor = 90);
CREATE INDEX ON announcement_reads (profile_id);
CREATE TABLE notifications (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    profile_id uuid NOT NULL REFERENCES profiles ON DELETE CASCADE,
    kind text NOT NULL,
    payload jsonb NOT NULL DEFAULT '{}',
    seen_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE notifications SET (autovacuum_vacuum_scale_factor = 0.02);
CREATE INDEX notifications_unseen ON notifications (profile_id, created_at DESC) WHERE seen_at IS NULL;
CREATE INDEX ON notifications USING brin (created_at);
CREATE TABLE notification_settings (
    profile_id uuid PRIMARY KEY REFERENCES profiles ON DELETE CASCADE,
    by_email boolean NOT NULL DEFAULT true,
    by_push boolean NOT NULL DEFAULT true,
    quiet_from time,
    quiet_to time,
    CHECK ((quiet_from IS NULL) = (quiet_to IS NULL))
);
CREATE TABLE devices (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    profile_id uuid NOT NULL DEFAULT auth.uid() REFERENCES profiles ON DELETE CASCADE,
    push_token text NOT NULL UNIQUE,
    system text NOT NULL CHECK (system IN ('android', 'ios', 'web'))
);
CREATE INDEX ON devices (profile_id);

CREATE TABLE polls (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    channel_id uuid NOT NULL REFERENCES channels ON DELETE CASCADE,
    question text NOT NULL,
    closes_at timestamptz
);
CREATE INDEX ON polls (channel_id);
CREATE TABLE poll_options (
    poll_id bigint NOT NULL REFERENCES polls ON DELETE CASCADE,
    place smallint NOT NULL,
    label text NOT NULL,
    PRIMARY KEY (poll_id, place)
);
CREATE TABLE poll_votes (
    poll_id bigint NOT NULL,
    place smallint NOT NULL,
    profile_id uuid NOT NULL DEFAULT auth.uid() REFERENCES profiles ON DELETE CASCADE,
    PRIMARY KEY (poll_id, profile_id),
    FOREIGN KEY (poll_id, place) REFERENCES poll_options ON DELETE CASCADE
);
CREATE INDEX ON poll_votes (poll_id, place);
CREATE INDEX ON poll_votes (profile_id);

CREATE TABLE albums (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    club_id uuid NOT NULL REFERENCES clubs ON DELETE CASCADE,
    match_id bigint REFERENCES matches ON DELETE SET NULL,
    title text NOT NULL,
    cover_id bigint
);
CREATE INDEX ON albums (club_id);
CREATE INDEX ON albums (match_id);
CREATE TABLE photos (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    album_id bigint NOT NULL REFERENCES albums ON DELETE CASCADE,
    path text NOT NULL UNIQUE,
    taken_at timestamptz,
    uploaded_by uuid DEFAULT auth.uid() REFERENCES profiles ON DELETE SET NULL
);
CREATE INDEX ON photos (album_id);
CREATE INDEX ON photos (uploaded_by);
ALTER TABLE albums ADD CONSTRAINT albums_cover_id_fkey FOREIGN KEY (cover_id) REFERENCES photos ON DELETE SET NULL;
CREATE INDEX ON albums (cover_id);
CREATE TABLE photo_tags (
    photo_id bigint NOT NULL REFERENCES photos ON DELETE CASCADE,
    profile_id uuid NOT NULL REFERENCES profiles ON DELETE CASCADE,
    area box,
    PRIMARY KEY (photo_id, profile_id)
);
CREATE INDEX ON photo_tags (profile_id);

CREATE TABLE volunteer_shifts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    club_id uuid NOT NULL REFERENCES clubs ON DELETE CASCADE,
    match_id bigint REFERENCES matches ON DELETE CASCADE,
    task text NOT NULL,
    during tstzrange NOT NULL,
    places smallint NOT NULL DEFAULT 1 CHECK (places > 0)
);
CREATE INDEX ON volunteer_shifts (club_id);
CREATE INDEX ON volunteer_shifts (match_id);
CREATE TABLE shift_signups (
    shift_id bigint NOT NULL REFERENCES volunteer_shifts ON DELETE CASCADE,
    profile_id uuid NOT NULL DEFAULT auth.uid() REFERENCES profiles ON DELETE CASCADE,
    PRIMARY KEY (shift_id, profile_id)
);
CREATE INDEX ON shift_signups (profile_id);

CREATE TABLE documents (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    club_id uuid NOT NULL REFERENCES clubs ON DELETE CASCADE,
    parent_id uuid REFERENCES documents ON DELETE CASCADE,
    title text NOT NULL,
    visible_to club_role NOT NULL DEFAULT 'member'
);
CREATE INDEX ON documents (club_id);
CREATE INDEX ON documents (parent_id);
CREATE TABLE document_versions (
    document_id uuid NOT NULL REFERENCES documents ON DELETE CASCADE,
    version integer NOT NULL CHECK (version > 0),
    path text NOT NULL,
    sha256 bytea NOT NULL CHECK (octet_length(sha256) = 32),
    PRIMARY KEY (document_id, version)
);

CREATE TABLE private.audit_log (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT now(),
    actor uuid,
    table_name text NOT NULL,
    operation text NOT NULL CHECK (operation IN ('INSERT', 'UPDATE', 'DELETE')),
    before jsonb,
    after jsonb
);
CREATE INDEX audit_log_at ON private.audit_log USING brin (at) WITH (pages_per_range = 32);
CREATE TABLE private.api_keys (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    club_id uuid NOT NULL REFERENCES clubs ON DELETE CASCADE,
    hash bytea NOT NULL UNIQUE,
    scopes text[] NOT NULL DEFAULT ARRAY['read'] CHECK (scopes <@ ARRAY['read', 'write', 'admin'])
);
CREATE INDEX ON private.api_keys (club_id);

CREATE FUNCTION private.audit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = '' AS $$
BEGIN
    INSERT INTO private.audit_log (actor, table_name, operation, before, after)
    VALUES ((SELECT auth.uid()), tg_table_name, tg_op, to_jsonb(old), to_jsonb(new));
    RETURN NULL;
END
$$;
CREATE TRIGGER club_memberships_audit AFTER INSERT OR UPDATE OR DELETE ON club_memberships
    FOR EACH ROW EXECUTE FUNCTION private.audit();
CREATE TRIGGER invoices_audit AFTER INSERT OR UPDATE OR DELETE ON invoices FOR EACH ROW EXECUTE FUNCTION private.audit();
CREATE TRIGGER payments_audit AFTER INSERT OR UPDATE OR DELETE ON payments FOR EACH ROW EXECUTE FUNCTION private.audit();
CREATE FUNCTION private.mark_edited() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    new.edited_at := now();
    RETURN new;
END
$$;
CREATE TRIGGER messages_mark_edited BEFORE UPDATE OF body ON messages FOR EACH ROW EXECUTE FUNCTION private.mark_edited();

CREATE FUNCTION public.unread_messages() RETURNS TABLE (channel_id uuid, unread bigint)
    LANGUAGE sql STABLE SET search_path = '' AS $$
    SELECT c.channel_id, count(m.id)
    FROM public.channel_members AS c
    LEFT JOIN public.messages AS m ON m.channel_id = c.channel_id AND m.sent_at > coalesce(c.last_read_at, '-infinity')
    WHERE c.profile_id = (SELECT auth.uid())
    GROUP BY c.channel_id
$$;
GRANT EXECUTE ON FUNCTION public.unread_messages() TO authenticated;

ALTER TABLE channels ENABLE ROW LEVEL SECURITY;
ALTER TABLE channel_members ENABLE ROW LEVEL SECURITY;
ALTER TABLE messages ENABLE ROW LEVEL SECURITY;
ALTER TABLE messages_2025 ENABLE ROW LEVEL SECURITY;
ALTER TABLE messages_2026 ENABLE ROW LEVEL SECURITY;
ALTER TABLE messages_other ENABLE ROW LEVEL SECURITY;
ALTER TABLE message_reactions ENABLE ROW LEVEL SECURITY;
ALTER TABLE announcements ENABLE ROW LEVEL SECURITY;
ALTER TABLE announcement_reads ENABLE ROW LEVEL SECURITY;
ALTER TABLE notifications ENABLE ROW LEVEL SECURITY;
ALTER TABLE notification_settings ENABLE ROW LEVEL SECURITY;
ALTER TABLE devices ENABLE ROW LEVEL SECURITY;
ALTER TABLE polls ENABLE ROW LEVEL SECURITY;
ALTER TABLE poll_options ENABLE ROW LEVEL SECURITY;
ALTER TABLE poll_votes ENABLE ROW LEVEL SECURITY;
ALTER TABLE albums ENABLE ROW LEVEL SECURITY;
ALTER TABLE photos ENABLE ROW LEVEL SECURITY;
ALTER TABLE photo_tags ENABLE ROW LEVEL SECURITY;
ALTER TABLE volunteer_shifts ENABLE ROW LEVEL SECURITY;
ALTER TABLE shift_signups ENABLE ROW LEVEL SECURITY;
ALTER TABLE documents ENABLE ROW LEVEL SECURITY;
ALTER TABLE document_versions ENABLE ROW LEVEL SECURITY;

CREATE POLICY channels_read ON channels FOR SELECT TO authenticated USING (
    (NOT is_private AND club_id IN (SELECT private.clubs_of_caller())) OR id IN (SELECT private.channels_of_caller())
);
CREATE POLICY channels_write ON channels TO authenticated
    USING (club_id IN (SELECT private.clubs_run_by_caller())) WITH CHECK (club_id IN (SELECT private.clubs_run_by_caller()));
CREATE POLICY members_read ON channel_members FOR SELECT TO authenticated
    USING (channel_id IN (SELECT private.channels_of_caller()));
CREATE POLICY members_change ON channel_members FOR UPDATE TO authenticated
    USING ((SELECT auth.uid()) = profile_id) WITH CHECK ((SELECT auth.uid()) = profile_id);
CREATE POLICY members_leave ON channel_members FOR DELETE TO authenticated USING ((SELECT auth.uid()) = profile_id);
CREATE POLICY messages_read ON messages FOR SELECT TO authenticated USING (channel_id IN (SELECT private.channels_of_caller()));
CREATE POLICY messages_send ON messages FOR INSERT TO authenticated
    WITH CHECK ((SELECT auth.uid()) = author_id AND channel_id IN (SELECT private.channels_of_caller()));
CREATE POLICY messages_edit ON messages FOR UPDATE TO authenticated
    USING ((SELECT auth.uid()) = author_id) WITH CHECK ((SELECT auth.uid()) = author_id);
CREATE POLICY messages_only_recent ON messages AS RESTRICTIVE FOR UPDATE TO authenticated
    USING (sent_at > now() - interval '1 day');
CREATE POLICY reactions_read ON message_reactions FOR SELECT TO authenticated
    USING (EXISTS (SELECT 1 FROM messages AS m WHERE m.id = message_reactions.message_id));
CREATE POLICY reactions_add ON message_reactions FOR INSERT TO authenticated WITH CHECK ((SELECT auth.uid()) = profile_id);
CREATE POLICY reactions_remove ON message_reactions FOR DELETE TO authenticated USING ((SELECT auth.uid()) = profile_id);
CREATE POLICY announcements_read ON announcements FOR SELECT TO authenticated
    USING (published_at <= now() AND club_id IN (SELECT private.clubs_of_caller()));
CREATE POLICY announcements_write ON announcements TO authenticated
    USING (club_id IN (SELECT private.clubs_run_by_caller())) WITH CHECK (club_id IN (SELECT private.clubs_run_by_caller()));
CREATE POLICY reads_own ON announcement_reads TO authenticated
    USING ((SELECT auth.uid()) = profile_id) WITH CHECK ((SELECT auth.uid()) = profile_id);
CREATE POLICY notifications_read ON notifications FOR SELECT TO authenticated USING ((SELECT auth.uid()) = profile_id);
CREATE POLICY notifications_see ON notifications FOR UPDATE TO authenticated
    USING ((SELECT auth.uid()) = profile_id) WITH CHECK ((SELECT auth.uid()) = profile_id);
CREATE POLICY notifications_service ON notifications TO service_role USING (true) WITH CHECK (true);
CREATE POLICY settings_own ON notification_settings TO authenticated
    USING ((SELECT auth.uid()) = profile_id) WITH CHECK ((SELECT auth.uid()) = profile_id);
CREATE POLICY devices_read ON devices FOR SELECT TO authenticated USING ((SELECT auth.uid()) = profile_id);
CREATE POLICY devices_add ON devices FOR INSERT TO authenticated WITH CHECK ((SELECT auth.uid()) = profile_id);
CREATE POLICY devices_remove ON devices FOR DELETE TO authenticated USING ((SELECT auth.uid()) = profile_id);
CREATE POLICY polls_read ON polls FOR SELECT TO authenticated USING (channel_id IN (SELECT private.channels_of_caller()));
CREATE POLICY options_read ON poll_options FOR SELECT TO authenticated USING (poll_id IN (SELECT p.id FROM polls AS p));
CREATE POLICY votes_own ON poll_votes FOR SELECT TO authenticated USING ((SELECT auth.uid()) = profile_id);
CREATE POLICY votes_cast ON poll_votes FOR INSERT TO authenticated
    WITH CHECK ((SELECT auth.uid()) = profile_id AND poll_id IN (SELECT p.id FROM polls AS p WHERE p.closes_at > now()));
CREATE POLICY albums_read ON albums FOR SELECT TO authenticated USING (club_id IN (SELECT private.clubs_of_caller()));
CREATE POLICY albums_write ON albums TO authenticated
    USING (club_id IN (SELECT private.clubs_run_by_caller())) WITH CHECK (club_id IN (SELECT private.clubs_run_by_caller()));
CREATE POLICY photos_read ON photos FOR SELECT TO authenticated USING (album_id IN (SELECT a.id FROM albums AS a));
CREATE POLICY photos_add ON photos FOR INSERT TO authenticated
    WITH CHECK ((SELECT auth.uid()) = uploaded_by AND album_id IN (SELECT a.id FROM albums AS a));
CREATE POLICY photos_remove ON photos FOR DELETE TO authenticated USING ((SELECT auth.uid()) = uploaded_by);
CREATE POLICY tags_read ON photo_tags FOR SELECT TO authenticated USING (photo_id IN (SELECT p.id FROM photos AS p));
CREATE POLICY tags_remove ON photo_tags FOR DELETE TO authenticated USING ((SELECT auth.uid()) = profile_id);
CREATE POLICY shifts_read ON volunteer_shifts FOR SELECT TO authenticated USING (club_id IN (SELECT private.clubs_of_caller()));
CREATE POLICY signups_own ON shift_signups TO authenticated
    USING ((SELECT auth.uid()) = profile_id) WITH CHECK ((SELECT auth.uid()) = profile_id);
CREATE POLICY documents_read ON documents FOR SELECT TO authenticated USING (EXISTS (
    SELECT 1 FROM club_memberships AS m
    WHERE m.club_id = documents.club_id AND m.profile_id = (SELECT auth.uid()) AND m.role <= documents.visible_to
));
CREATE POLICY versions_read ON document_versions FOR SELECT TO authenticated
    USING (EXISTS (SELECT 1 FROM documents AS d WHERE d.id = document_versions.document_id));

CREATE POLICY "Everybody sees avatars" ON storage.objects FOR SELECT TO anon, authenticated USING (bucket_id = 'avatars');
CREATE POLICY "Users upload their avatar" ON storage.objects FOR INSERT TO authenticated
    WITH CHECK (bucket_id = 'avatars' AND (storage.foldername(name))[1] = (SELECT auth.uid())::text);
CREATE POLICY "Users replace their avatar" ON storage.objects FOR UPDATE TO authenticated
    USING (bucket_id = 'avatars' AND owner_id = (SELECT auth.uid())::text);
CREATE POLICY "Members see photos" ON storage.objects FOR SELECT TO authenticated
    USING (bucket_id = 'photos' AND ((storage.foldername(name))[1])::uuid IN (SELECT private.clubs_of_caller()));
CREATE POLICY "Members listen to their channels" ON realtime.messages FOR SELECT TO authenticated
    USING (extension = 'broadcast' AND (SELECT realtime.topic()) LIKE 'club:%');

ALTER PUBLICATION supabase_realtime ADD TABLE messages, notifications;
REVOKE INSERT, DELETE, UPDATE ON notifications FROM authenticated;
GRANT UPDATE (seen_at) ON notifications TO authenticated;
GRANT SELECT ON private.revenue TO service_role;
