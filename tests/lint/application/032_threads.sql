-- Threads: replies carry the time of what they answer, so that the key of the partitions can be met.
ALTER TABLE public.messages ADD COLUMN thread_sent_at timestamptz;
ALTER TABLE public.messages ADD CONSTRAINT messages_thread_both
    CHECK ((thread_of IS NULL) = (thread_sent_at IS NULL));
ALTER TABLE public.messages ADD CONSTRAINT messages_thread_fk FOREIGN KEY (thread_of, thread_sent_at)
    REFERENCES public.messages (id, sent_at) MATCH FULL ON DELETE SET NULL (thread_of, thread_sent_at);
create index on public.messages (thread_of, thread_sent_at);
ALTER TABLE public.messages ADD edited boolean GENERATED ALWAYS AS (body IS NULL AND deleted_at IS NULL) VIRTUAL;
ALTER TABLE public.messages DROP COLUMN edited;
ALTER TABLE public.messages ADD COLUMN edited_at timestamptz;

CREATE OR REPLACE VIEW public.threads WITH (security_invoker = true) AS
SELECT m.id, m.channel_id, m.sent_at, m.body, r.replies, r.last_reply, r.authors
FROM public.messages AS m
CROSS JOIN LATERAL (
    SELECT count(*) AS replies, max(r.sent_at) AS last_reply, array_agg(DISTINCT p.username::text) AS authors
    FROM public.messages AS r
    JOIN public.profiles AS p ON p.id = r.user_id
    WHERE r.thread_of = m.id AND r.thread_sent_at = m.sent_at
) AS r
WHERE m.thread_of IS NULL AND r.replies > 0;
GRANT SELECT ON public.threads TO authenticated;

CREATE OR REPLACE FUNCTION app.message_changed() RETURNS trigger LANGUAGE plpgsql SET search_path = '' AS $$
BEGIN
    IF NEW.sent_at <> OLD.sent_at OR NEW.user_id <> OLD.user_id THEN
        RAISE EXCEPTION 'a message stays where and whose it is';
    ELSIF NEW.body IS DISTINCT FROM OLD.body THEN
        NEW.edited_at := statement_timestamp();
        NEW.reactions := NEW.reactions - 'seen';
    END IF;
    RETURN NEW;
END $$;
CREATE OR REPLACE TRIGGER message_changed BEFORE UPDATE ON public.messages
    FOR EACH ROW WHEN (OLD IS DISTINCT FROM NEW AND NEW.deleted_at IS NULL) EXECUTE FUNCTION app.message_changed();

CREATE OR REPLACE FUNCTION public.react(message bigint, emoji text, at timestamptz DEFAULT NULL)
RETURNS jsonb LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE
    result jsonb;
BEGIN
    UPDATE public.messages AS m
    SET reactions = jsonb_set(
        m.reactions, ARRAY[emoji],
        coalesce(m.reactions -> emoji, '[]'::jsonb) || to_jsonb((SELECT auth.uid())::text)
    )
    WHERE m.id = message AND (at IS NULL OR m.sent_at = at) AND NOT coalesce(m.reactions -> emoji, '[]') ? auth.uid()::text
    RETURNING reactions -> emoji INTO result;
    RETURN coalesce(result, '[]'::jsonb);
END $$;
GRANT EXECUTE ON FUNCTION public.react TO authenticated;
