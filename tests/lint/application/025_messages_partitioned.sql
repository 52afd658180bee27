-- messages grew to 200 million rows: partitioned by month. The old table stays as messages_old until 031.
BEGIN;
SET LOCAL lock_timeout = '5s';
SELECT pg_advisory_xact_lock(hashtext('messages'));

ALTER PUBLICATION supabase_realtime DROP TABLE public.messages;
ALTER TABLE public.messages RENAME TO messages_old;
ALTER TABLE public.messages_old RENAME CONSTRAINT messages_pkey TO messages_old_pkey;
ALTER INDEX public.messages_channel_id_sent_at_idx RENAME TO messages_old_channel_id_sent_at_idx;
ALTER INDEX public.messages_user_id_idx RENAME TO messages_old_user_id_idx;

CREATE TABLE public.messages (
    LIKE public.messages_old INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING COMMENTS,
    thread_of bigint,
    PRIMARY KEY (id, sent_at)
) PARTITION BY RANGE (sent_at);
CREATE SEQUENCE public.messages_seq AS bigint OWNED BY public.messages.id;
ALTER TABLE public.messages ALTER COLUMN id SET DEFAULT nextval('public.messages_seq'::regclass);
SELECT setval('public.messages_seq', coalesce((SELECT max(id) FROM public.messages_old), 0) + 1, false);

CREATE TABLE public.messages_2024 PARTITION OF public.messages FOR VALUES FROM (MINVALUE) TO ('2025-01-01');
CREATE TABLE public.messages_2025 PARTITION OF public.messages FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')
    PARTITION BY HASH (id, sent_at);
CREATE TABLE public.messages_2025_0 PARTITION OF public.messages_2025 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE public.messages_2025_1 PARTITION OF public.messages_2025 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE public.messages_later (LIKE public.messages INCLUDING ALL);
ALTER TABLE public.messages ATTACH PARTITION public.messages_later DEFAULT;

ALTER TABLE public.messages
    ADD CONSTRAINT messages_channel_fk FOREIGN KEY (channel_id) REFERENCES public.channels (id) ON DELETE CASCADE,
    ADD CONSTRAINT messages_user_fk FOREIGN KEY (user_id) REFERENCES public.profiles (id) ON DELETE CASCADE;
CREATE INDEX messages_channel_idx ON public.messages (channel_id, sent_at DESC) WHERE deleted_at IS NULL;
CREATE INDEX messages_user_idx ON public.messages (user_id);
CREATE INDEX messages_thread_idx ON ONLY public.messages (thread_of);

ALTER TABLE public.messages ENABLE ROW LEVEL SECURITY;
CREATE POLICY messages_select ON public.messages FOR SELECT TO authenticated USING (app.in_channel(channel_id));
CREATE POLICY messages_insert ON public.messages FOR INSERT TO authenticated
    WITH CHECK (user_id = (SELECT auth.uid()) AND app.in_channel(channel_id));
CREATE POLICY messages_update ON public.messages FOR UPDATE TO authenticated
    USING (user_id = (SELECT auth.uid())) WITH CHECK (user_id = (SELECT auth.uid()) AND app.in_channel(channel_id));
GRANT SELECT, INSERT, UPDATE (body, reactions, deleted_at) ON public.messages TO authenticated;
GRANT ALL ON public.messages TO service_role;
REVOKE ALL ON public.messages_old FROM authenticated;

CREATE TRIGGER on_new_message AFTER INSERT ON public.messages FOR EACH ROW EXECUTE FUNCTION public.on_new_message();
ALTER PUBLICATION supabase_realtime ADD TABLE public.messages;
COMMIT;

-- By the month, so that no transaction is long.
CREATE OR REPLACE PROCEDURE app.copy_messages(batch int DEFAULT 10000) LANGUAGE plpgsql AS $$
DECLARE
    copied bigint;
    up_to bigint := 0;
BEGIN
    LOOP
        WITH moved AS (
            INSERT INTO public.messages (id, channel_id, user_id, body, reactions, sent_at, deleted_at)
            SELECT o.id, o.channel_id, o.user_id, o.body, o.reactions, o.sent_at, o.deleted_at
            FROM public.messages_old AS o WHERE o.id > up_to ORDER BY o.id LIMIT batch
            ON CONFLICT (id, sent_at) DO NOTHING
            RETURNING id
        )
        SELECT count(*), coalesce(max(moved.id), up_to) INTO copied, up_to FROM moved;
        EXIT WHEN copied = 0;
        COMMIT;
    END LOOP;
END $$;
CALL app.copy_messages();
