-- ====================================================================================================
-- Engagement system: the state of each user, the log of state transitions, and the message queue.
--
-- Requires migrations 001 to 033. The application changes the states: this schema has no function
-- that does. The database stores the state of each user, an audit log of all transitions, and the
-- queue of messages to send.
--
-- Date: 2025-11-21
-- Run:  psql -v ON_ERROR_STOP=1 -f 034_engagement_system.sql "$DATABASE_URL"
--       Connect as the role that owns, or is to own, the tables. It is safe to re-run this file, also
--       after an interrupted run. It can run inside one transaction or statement by statement.
--
-- Generated from definitions/engagement_system.py. Edit the definitions, not this file.
-- schema-dsl: definitions 5e5d59794f99beb9, after 3c9ecee6a067d8d7, content 723f4f5aa722c05f
-- ====================================================================================================

SET lock_timeout = '5s';
SET statement_timeout = '5min';


-- ====================================================================================================
-- public.user_engagement_states
-- State of each user in the engagement state machine; one row per user.
-- ====================================================================================================

-- One DO block creates the table, enables row level security and sets the privileges. Otherwise a role to
-- which ALTER DEFAULT PRIVILEGES grants access could use the table before that.
DO $$ BEGIN
    CREATE TABLE IF NOT EXISTS public.user_engagement_states (
        id                 uuid        NOT NULL DEFAULT gen_random_uuid(),
        user_id            uuid        NOT NULL,
        state              text        NOT NULL DEFAULT 'active',
        last_activity_at   timestamptz NOT NULL DEFAULT now(),
        goodbye_sent_at    timestamptz,
        goodbye_expires_at timestamptz,
        remind_at          timestamptz,
        created_at         timestamptz NOT NULL DEFAULT now(),
        updated_at         timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT user_engagement_states_pkey
            PRIMARY KEY (id),
        CONSTRAINT user_engagement_states_user_id_key
            UNIQUE (user_id),
        CONSTRAINT user_engagement_states_user_id_fkey
            FOREIGN KEY (user_id) REFERENCES auth.users (id) ON DELETE CASCADE,
        CONSTRAINT user_engagement_states_state_check
            CHECK (state IN ('active', 'goodbye_sent', 'help_flow', 'remind_later', 'dormant'))
    );
    ALTER TABLE public.user_engagement_states ENABLE ROW LEVEL SECURITY;
    REVOKE ALL ON TABLE public.user_engagement_states FROM PUBLIC, anon, authenticated, service_role;
    GRANT SELECT ON TABLE public.user_engagement_states TO authenticated;
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.user_engagement_states TO service_role;
END $$;

CREATE INDEX IF NOT EXISTS user_engagement_states_state_idx
    ON public.user_engagement_states (state);
CREATE INDEX IF NOT EXISTS user_engagement_states_last_activity_at_idx
    ON public.user_engagement_states (last_activity_at);
CREATE INDEX IF NOT EXISTS user_engagement_states_goodbye_expires_at_idx
    ON public.user_engagement_states (goodbye_expires_at) WHERE goodbye_expires_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS user_engagement_states_remind_at_idx
    ON public.user_engagement_states (remind_at) WHERE remind_at IS NOT NULL;

CREATE OR REPLACE TRIGGER update_user_engagement_states_updated_at
    BEFORE UPDATE ON public.user_engagement_states
    FOR EACH ROW
    EXECUTE FUNCTION public.update_updated_at_column();

DO $$ BEGIN
    DROP POLICY IF EXISTS authenticated_select_own ON public.user_engagement_states;
    CREATE POLICY authenticated_select_own ON public.user_engagement_states
        FOR SELECT TO authenticated USING ((SELECT auth.uid()) = user_id);
END $$;

DO $$ BEGIN
    DROP POLICY IF EXISTS service_role_all ON public.user_engagement_states;
    CREATE POLICY service_role_all ON public.user_engagement_states
        FOR ALL TO service_role USING (true) WITH CHECK (true);
END $$;

COMMENT ON TABLE public.user_engagement_states IS 'State of each user in the engagement state machine; one row per user.';
COMMENT ON COLUMN public.user_engagement_states.id IS 'Surrogate key.';
COMMENT ON COLUMN public.user_engagement_states.user_id IS 'User with this state.';
COMMENT ON COLUMN public.user_engagement_states.state IS 'Current state.';
COMMENT ON COLUMN public.user_engagement_states.last_activity_at IS 'Time of the last message from the user; inactivity is counted from this time.';
COMMENT ON COLUMN public.user_engagement_states.goodbye_sent_at IS 'Time of the goodbye message; NULL if none was sent.';
COMMENT ON COLUMN public.user_engagement_states.goodbye_expires_at IS 'Time when an unanswered goodbye makes the user dormant; NULL unless the state is goodbye_sent.';
COMMENT ON COLUMN public.user_engagement_states.remind_at IS 'Time to remind the user; NULL unless the state is remind_later.';
COMMENT ON COLUMN public.user_engagement_states.created_at IS 'Time of the insert.';
COMMENT ON COLUMN public.user_engagement_states.updated_at IS 'Time of the last update; set by a trigger.';
COMMENT ON POLICY authenticated_select_own ON public.user_engagement_states IS 'A signed-in user may read rows whose user_id is their own id.';
COMMENT ON POLICY service_role_all ON public.user_engagement_states IS 'The service role may manage every row.';


-- ====================================================================================================
-- public.engagement_state_transitions
-- Audit log of all changes of engagement states, with their causes.
-- ====================================================================================================

-- One DO block creates the table, enables row level security and sets the privileges. Otherwise a role to
-- which ALTER DEFAULT PRIVILEGES grants access could use the table before that.
DO $$ BEGIN
    CREATE TABLE IF NOT EXISTS public.engagement_state_transitions (
        id         uuid        NOT NULL DEFAULT gen_random_uuid(),
        user_id    uuid        NOT NULL,
        from_state text        NOT NULL,
        to_state   text        NOT NULL,
        trigger    text        NOT NULL,
        metadata   jsonb,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT engagement_state_transitions_pkey
            PRIMARY KEY (id),
        CONSTRAINT engagement_state_transitions_user_id_fkey
            FOREIGN KEY (user_id) REFERENCES auth.users (id) ON DELETE CASCADE,
        CONSTRAINT engagement_state_transitions_from_state_check
            CHECK (from_state IN ('active', 'goodbye_sent', 'help_flow', 'remind_later', 'dormant')),
        CONSTRAINT engagement_state_transitions_to_state_check
            CHECK (to_state IN ('active', 'goodbye_sent', 'help_flow', 'remind_later', 'dormant'))
    );
    ALTER TABLE public.engagement_state_transitions ENABLE ROW LEVEL SECURITY;
    REVOKE ALL ON TABLE public.engagement_state_transitions FROM PUBLIC, anon, authenticated, service_role;
    GRANT SELECT ON TABLE public.engagement_state_transitions TO authenticated;
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.engagement_state_transitions TO service_role;
END $$;

CREATE INDEX IF NOT EXISTS engagement_state_transitions_user_id_idx
    ON public.engagement_state_transitions (user_id);
CREATE INDEX IF NOT EXISTS engagement_state_transitions_created_at_idx
    ON public.engagement_state_transitions (created_at);

DO $$ BEGIN
    DROP POLICY IF EXISTS authenticated_select_own ON public.engagement_state_transitions;
    CREATE POLICY authenticated_select_own ON public.engagement_state_transitions
        FOR SELECT TO authenticated USING ((SELECT auth.uid()) = user_id);
END $$;

DO $$ BEGIN
    DROP POLICY IF EXISTS service_role_all ON public.engagement_state_transitions;
    CREATE POLICY service_role_all ON public.engagement_state_transitions
        FOR ALL TO service_role USING (true) WITH CHECK (true);
END $$;

COMMENT ON TABLE public.engagement_state_transitions IS 'Audit log of all changes of engagement states, with their causes.';
COMMENT ON COLUMN public.engagement_state_transitions.id IS 'Surrogate key.';
COMMENT ON COLUMN public.engagement_state_transitions.user_id IS 'User with the changed state.';
COMMENT ON COLUMN public.engagement_state_transitions.from_state IS 'State before.';
COMMENT ON COLUMN public.engagement_state_transitions.to_state IS 'State after.';
COMMENT ON COLUMN public.engagement_state_transitions.trigger IS 'Cause: user_message, inactivity_14d, goodbye_response_1, goodbye_response_2, goodbye_response_3, goodbye_timeout, reminder_due.';
COMMENT ON COLUMN public.engagement_state_transitions.metadata IS 'Additional data about the transition.';
COMMENT ON COLUMN public.engagement_state_transitions.created_at IS 'Time of the transition.';
COMMENT ON POLICY authenticated_select_own ON public.engagement_state_transitions IS 'A signed-in user may read rows whose user_id is their own id.';
COMMENT ON POLICY service_role_all ON public.engagement_state_transitions IS 'The service role may manage every row.';


-- ====================================================================================================
-- public.engagement_message_queue
-- Pending, sent, failed and cancelled messages; the service role sends them.
-- ====================================================================================================

-- One DO block creates the table, enables row level security and sets the privileges. Otherwise a role to
-- which ALTER DEFAULT PRIVILEGES grants access could use the table before that.
DO $$ BEGIN
    CREATE TABLE IF NOT EXISTS public.engagement_message_queue (
        id              uuid        NOT NULL DEFAULT gen_random_uuid(),
        user_id         uuid        NOT NULL,
        message_type    text        NOT NULL,
        message_key     text        NOT NULL,
        message_params  jsonb,
        destination     text        NOT NULL,
        destination_jid text        NOT NULL,
        scheduled_for   timestamptz NOT NULL DEFAULT now(),
        sent_at         timestamptz,
        status          text        NOT NULL DEFAULT 'pending',
        retry_count     integer     NOT NULL DEFAULT 0,
        error_message   text,
        idempotency_key text        NOT NULL,
        created_at      timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT engagement_message_queue_pkey
            PRIMARY KEY (id),
        CONSTRAINT engagement_message_queue_user_id_fkey
            FOREIGN KEY (user_id) REFERENCES auth.users (id) ON DELETE CASCADE,
        CONSTRAINT engagement_message_queue_message_type_check
            CHECK (message_type IN ('welcome', 'tier_unlock', 'goodbye', 'weekly_review', 'reminder', 'help_restart')),
        CONSTRAINT engagement_message_queue_destination_check
            CHECK (destination IN ('individual', 'group')),
        CONSTRAINT engagement_message_queue_status_check
            CHECK (status IN ('pending', 'sent', 'failed', 'cancelled')),
        CONSTRAINT engagement_message_queue_retry_count_check
            CHECK (retry_count >= 0),
        CONSTRAINT engagement_message_queue_idempotency_key_key
            UNIQUE (idempotency_key)
    );
    ALTER TABLE public.engagement_message_queue ENABLE ROW LEVEL SECURITY;
    REVOKE ALL ON TABLE public.engagement_message_queue FROM PUBLIC, anon, authenticated, service_role;
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.engagement_message_queue TO service_role;
END $$;

CREATE INDEX IF NOT EXISTS engagement_message_queue_status_idx
    ON public.engagement_message_queue (status) WHERE status = 'pending';
CREATE INDEX IF NOT EXISTS engagement_message_queue_scheduled_for_idx
    ON public.engagement_message_queue (scheduled_for) WHERE status = 'pending';
CREATE INDEX IF NOT EXISTS engagement_message_queue_user_id_idx
    ON public.engagement_message_queue (user_id);

DO $$ BEGIN
    DROP POLICY IF EXISTS service_role_all ON public.engagement_message_queue;
    CREATE POLICY service_role_all ON public.engagement_message_queue
        FOR ALL TO service_role USING (true) WITH CHECK (true);
END $$;

COMMENT ON TABLE public.engagement_message_queue IS 'Pending, sent, failed and cancelled messages; the service role sends them.';
COMMENT ON COLUMN public.engagement_message_queue.id IS 'Surrogate key.';
COMMENT ON COLUMN public.engagement_message_queue.user_id IS 'User for whom the message is queued.';
COMMENT ON COLUMN public.engagement_message_queue.message_type IS 'Type of the message.';
COMMENT ON COLUMN public.engagement_message_queue.message_key IS 'Localisation key of the text.';
COMMENT ON COLUMN public.engagement_message_queue.message_params IS 'Values for the placeholders in the text.';
COMMENT ON COLUMN public.engagement_message_queue.destination IS 'individual: chat with the user; group: group chat of the user.';
COMMENT ON COLUMN public.engagement_message_queue.destination_jid IS 'WhatsApp JID of the chat.';
COMMENT ON COLUMN public.engagement_message_queue.scheduled_for IS 'Earliest time to send the message.';
COMMENT ON COLUMN public.engagement_message_queue.sent_at IS 'Time of sending; NULL until then.';
COMMENT ON COLUMN public.engagement_message_queue.status IS 'Delivery status.';
COMMENT ON COLUMN public.engagement_message_queue.retry_count IS 'Number of failed attempts to send.';
COMMENT ON COLUMN public.engagement_message_queue.error_message IS 'Error of the last failed attempt.';
COMMENT ON COLUMN public.engagement_message_queue.idempotency_key IS '{userId}:{eventType}:{YYYY-MM-DD}; prevents duplicates of a message.';
COMMENT ON COLUMN public.engagement_message_queue.created_at IS 'Time of queueing.';
COMMENT ON POLICY service_role_all ON public.engagement_message_queue IS 'The service role may manage every row.';


-- ====================================================================================================
-- public.user_profiles
-- ====================================================================================================

ALTER TABLE public.user_profiles
    ADD COLUMN IF NOT EXISTS preferred_destination    text        DEFAULT 'individual',
    ADD COLUMN IF NOT EXISTS reengagement_opt_out     boolean     DEFAULT false,
    ADD COLUMN IF NOT EXISTS onboarding_tier          integer     DEFAULT 0,
    ADD COLUMN IF NOT EXISTS onboarding_tier_progress jsonb       DEFAULT '{}'::jsonb,
    ADD COLUMN IF NOT EXISTS magic_moment_at          timestamptz;

-- NOT VALID adds a constraint without scanning the table. VALIDATE CONSTRAINT then scans it under a lock
-- that allows reads and writes. In one transaction, the lock of ADD CONSTRAINT stays until COMMIT.
ALTER TABLE public.user_profiles
    DROP CONSTRAINT IF EXISTS user_profiles_preferred_destination_check,
    ADD CONSTRAINT user_profiles_preferred_destination_check
        CHECK (preferred_destination IN ('individual', 'group')) NOT VALID,
    DROP CONSTRAINT IF EXISTS user_profiles_onboarding_tier_check,
    ADD CONSTRAINT user_profiles_onboarding_tier_check CHECK (onboarding_tier BETWEEN 0 AND 3) NOT VALID;

ALTER TABLE public.user_profiles
    VALIDATE CONSTRAINT user_profiles_preferred_destination_check,
    VALIDATE CONSTRAINT user_profiles_onboarding_tier_check;

COMMENT ON COLUMN public.user_profiles.preferred_destination IS 'Preferred destination of messages to the user.';
COMMENT ON COLUMN public.user_profiles.reengagement_opt_out IS 'True if the user must not get any message after the goodbye message.';
COMMENT ON COLUMN public.user_profiles.onboarding_tier IS 'Onboarding progress of the user: 0 (new) to 3 (done).';
COMMENT ON COLUMN public.user_profiles.onboarding_tier_progress IS 'Completed steps of the current tier.';
COMMENT ON COLUMN public.user_profiles.magic_moment_at IS 'Time of the first conversation that the user rated as useful; NULL until then.';

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
--   WHERE t.oid IN (to_regclass('public.user_engagement_states'),
--                   to_regclass('public.engagement_state_transitions'),
--                   to_regclass('public.engagement_message_queue'),
--                   to_regclass('public.user_profiles'))
--   ORDER BY 1, 3, 4, 5;
-- ====================================================================================================
