-- ====================================================================================================
-- Engagement system: the state of each user, the log of state transitions, and the message queue.
--
-- Requires migrations 001 to 033. The application changes the states: this schema has no function
-- that does. The database stores the state of each user, an audit log of all transitions, and the
-- queue of messages to send.
--
-- Date: 2025-12-01
-- Run:  psql -v ON_ERROR_STOP=1 -f 039_change_2_tables.sql "$DATABASE_URL"
--       Connect as the role that owns, or is to own, the tables. It is safe to re-run this file, also
--       after an interrupted run. It can run inside one transaction or statement by statement.
--
-- Generated from definitions/engagement_system.py. Edit the definitions, not this file.
-- schema-dsl: definitions 599f9d0f6dd2ff36, after 7fda7c93430ac7ab, content 7d2260900f634f96
-- ====================================================================================================

SET lock_timeout = '5s';
SET statement_timeout = '5min';
SET row_security = off;


-- ====================================================================================================
-- Data-loss check. The statements below would change the following, or fail at it:
--   the rows of public.user_engagement_states that violate user_engagement_states_state_check
--   the rows of public.engagement_state_transitions that violate engagement_state_transitions_from_state_check
--   the rows of public.engagement_state_transitions that violate engagement_state_transitions_to_state_check
-- The check fails if there are such rows.
-- With ON_ERROR_STOP=1 or in one transaction, nothing is changed then.
-- ====================================================================================================

DO $data_loss_check$
#variable_conflict use_column
DECLARE
    lost_rows bigint;
BEGIN
    IF pg_catalog.current_setting('schema_dsl.allow_data_loss', true) = 'on' THEN
        RETURN;
    END IF;
    IF EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = pg_catalog.to_regclass('public.user_engagement_states')
            AND attname = 'state' AND NOT attisdropped) THEN
        SELECT count(*) INTO lost_rows
        FROM public.user_engagement_states
        WHERE (state IN ('active', 'goodbye_sent', 'help', 'remind_later', 'dormant')) IS FALSE;
        IF lost_rows > 0 THEN
            RAISE EXCEPTION 'cannot change user_engagement_states_state_check of public.user_engagement_states because rows violate it (rows: %)', lost_rows
                USING ERRCODE = 'object_not_in_prerequisite_state',
                    HINT = 'Change these rows first, or declare backfill= and generate the migration again.';
        END IF;
    END IF;
    IF EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = pg_catalog.to_regclass('public.engagement_state_transitions')
            AND attname = 'from_state' AND NOT attisdropped) THEN
        SELECT count(*) INTO lost_rows
        FROM public.engagement_state_transitions
        WHERE (from_state IN ('active', 'goodbye_sent', 'help', 'remind_later', 'dormant')) IS FALSE;
        IF lost_rows > 0 THEN
            RAISE EXCEPTION 'cannot change engagement_state_transitions_from_state_check of public.engagement_state_transitions because rows violate it (rows: %)', lost_rows
                USING ERRCODE = 'object_not_in_prerequisite_state',
                    HINT = 'Change these rows first, or declare backfill= and generate the migration again.';
        END IF;
    END IF;
    IF EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = pg_catalog.to_regclass('public.engagement_state_transitions')
            AND attname = 'to_state' AND NOT attisdropped) THEN
        SELECT count(*) INTO lost_rows
        FROM public.engagement_state_transitions
        WHERE (to_state IN ('active', 'goodbye_sent', 'help', 'remind_later', 'dormant')) IS FALSE;
        IF lost_rows > 0 THEN
            RAISE EXCEPTION 'cannot change engagement_state_transitions_to_state_check of public.engagement_state_transitions because rows violate it (rows: %)', lost_rows
                USING ERRCODE = 'object_not_in_prerequisite_state',
                    HINT = 'Change these rows first, or declare backfill= and generate the migration again.';
        END IF;
    END IF;
END
$data_loss_check$;


-- ====================================================================================================
-- public.user_engagement_states
-- State of each user in the engagement state machine; one row per user.
-- ====================================================================================================

-- NOT VALID adds a constraint without scanning the table. VALIDATE CONSTRAINT then scans it under a lock
-- that allows reads and writes. In one transaction, the lock of ADD CONSTRAINT stays until COMMIT.
ALTER TABLE public.user_engagement_states
    DROP CONSTRAINT IF EXISTS user_engagement_states_state_check,
    ADD CONSTRAINT user_engagement_states_state_check
        CHECK (state IN ('active', 'goodbye_sent', 'help', 'remind_later', 'dormant')) NOT VALID;

ALTER TABLE public.user_engagement_states VALIDATE CONSTRAINT user_engagement_states_state_check;


-- ====================================================================================================
-- public.engagement_state_transitions
-- Audit log of all changes of engagement states, with their causes.
-- ====================================================================================================

-- NOT VALID adds a constraint without scanning the table. VALIDATE CONSTRAINT then scans it under a lock
-- that allows reads and writes. In one transaction, the lock of ADD CONSTRAINT stays until COMMIT.
ALTER TABLE public.engagement_state_transitions
    DROP CONSTRAINT IF EXISTS engagement_state_transitions_from_state_check,
    ADD CONSTRAINT engagement_state_transitions_from_state_check
        CHECK (from_state IN ('active', 'goodbye_sent', 'help', 'remind_later', 'dormant')) NOT VALID,
    DROP CONSTRAINT IF EXISTS engagement_state_transitions_to_state_check,
    ADD CONSTRAINT engagement_state_transitions_to_state_check
        CHECK (to_state IN ('active', 'goodbye_sent', 'help', 'remind_later', 'dormant')) NOT VALID;

ALTER TABLE public.engagement_state_transitions
    VALIDATE CONSTRAINT engagement_state_transitions_from_state_check,
    VALIDATE CONSTRAINT engagement_state_transitions_to_state_check;

RESET lock_timeout;
RESET statement_timeout;
RESET row_security;

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
--                   to_regclass('public.engagement_state_transitions'))
--   ORDER BY 1, 3, 4, 5;
-- ====================================================================================================
