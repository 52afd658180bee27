-- Engagement: where each user stands, and what we owe them a mail about.
CREATE TABLE IF NOT EXISTS public.user_engagement (
    user_id uuid PRIMARY KEY REFERENCES auth.users (id) ON DELETE CASCADE,
    state text NOT NULL DEFAULT 'active'
        CONSTRAINT user_engagement_state CHECK (state IN ('active', 'remind_later', 'dormant', 'goodbye_sent')),
    remind_at timestamptz,
    streak integer NOT NULL DEFAULT 0,
    last_active timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT remind_at_only_later CHECK ((state = 'remind_later') = (remind_at IS NOT NULL))
);
CREATE TABLE IF NOT EXISTS public.user_engagement_events (
    id uuid DEFAULT gen_random_uuid() PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
    from_state text, to_state text NOT NULL,
    reason text, at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX IF NOT EXISTS user_engagement_state_idx ON public.user_engagement (state, last_active);
CREATE INDEX IF NOT EXISTS user_engagement_events_user_id_idx ON public.user_engagement_events (user_id, at);

ALTER TABLE public.user_engagement ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.user_engagement FORCE ROW LEVEL SECURITY;
ALTER TABLE public.user_engagement_events ENABLE ROW LEVEL SECURITY;

DO $$ BEGIN
    CREATE POLICY own ON public.user_engagement FOR SELECT TO authenticated USING ((SELECT auth.uid()) = user_id);
EXCEPTION WHEN duplicate_object THEN
    NULL;
END $$;
DO $$ BEGIN
    IF NOT EXISTS (
        SELECT FROM pg_policies
        WHERE schemaname = 'public' AND tablename = 'user_engagement_events' AND policyname = 'own events'
    ) THEN
        CREATE POLICY "own events" ON public.user_engagement_events FOR SELECT TO authenticated
            USING ((SELECT auth.uid()) = user_id);
    END IF;
END $$;
GRANT SELECT ON public.user_engagement, public.user_engagement_events TO authenticated;
GRANT SELECT, INSERT, UPDATE, DELETE ON public.user_engagement, public.user_engagement_events TO service_role;

CREATE OR REPLACE PROCEDURE app.move_engagement(INOUT moved integer DEFAULT 0, batch integer DEFAULT 500)
LANGUAGE plpgsql SET search_path = ''
AS $$
DECLARE
    due CURSOR (since interval) FOR
        SELECT e.* FROM public.user_engagement AS e
        WHERE e.state = 'active' AND e.last_active < now() - since
        ORDER BY e.last_active
        FOR UPDATE SKIP LOCKED;
    row_seen record;
    details text;
BEGIN
    OPEN due(since := interval '30 days');
    LOOP
        FETCH NEXT FROM due INTO row_seen;
        EXIT WHEN NOT FOUND OR moved >= batch;
        UPDATE public.user_engagement SET state = 'dormant', streak = 0 WHERE CURRENT OF due;
        INSERT INTO public.user_engagement_events (user_id, from_state, to_state, reason)
        VALUES (row_seen.user_id, row_seen.state, 'dormant', format('quiet since %s', row_seen.last_active::date));
        moved := moved + 1;
    END LOOP;
    CLOSE due;
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS details = MESSAGE_TEXT;
    RAISE WARNING 'engagement: %', details;
END
$$;
CALL app.move_engagement(0, batch => 10);
