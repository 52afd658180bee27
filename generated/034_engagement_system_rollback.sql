-- ====================================================================================================
-- Rollback of 034_engagement_system.sql
--
-- Engagement system: the state of each user, the log of state transitions, and the message queue.
--
-- Undoes 034_engagement_system.sql, content 723f4f5aa722c05f:
--   it restores the schema as it was before that migration.
--
-- Date: 2025-11-21
-- Run:  psql -v ON_ERROR_STOP=1 -f 034_engagement_system_rollback.sql "$DATABASE_URL"
--       Connect as the role that owns, or is to own, the tables. It is safe to re-run this file, also
--       after an interrupted run. It can run inside one transaction or statement by statement.
--       It refuses to delete data. To allow that, put this in front of psql:
--       PGOPTIONS="-c schema_dsl.allow_data_loss=on"
--
-- Generated from definitions/engagement_system.py. Edit the definitions, not this file.
-- schema-dsl: definitions 5e5d59794f99beb9, content 2e2549e7b7dac211
-- ====================================================================================================

SET lock_timeout = '5s';
SET statement_timeout = '5min';
SET row_security = off;


-- ====================================================================================================
-- This statement permanently deletes:
--   the values of column preferred_destination of public.user_profiles
--   the values of column reengagement_opt_out of public.user_profiles
--   the values of column onboarding_tier of public.user_profiles
--   the values of column onboarding_tier_progress of public.user_profiles
--   the values of column magic_moment_at of public.user_profiles
--   the rows of table public.user_engagement_states
--   the rows of table public.engagement_state_transitions
--   the rows of table public.engagement_message_queue
-- It fails and drops nothing if a table has rows, or a column has values other than NULL and its default.
-- Set schema_dsl.allow_data_loss to on to skip the checks and lose the data.
-- ====================================================================================================

DO $drop$
#variable_conflict use_column
DECLARE
    lost_rows bigint;
BEGIN
    IF pg_catalog.current_setting('schema_dsl.allow_data_loss', true) IS DISTINCT FROM 'on' THEN
        -- The locks keep other sessions from adding rows between these checks and the drops.
        IF EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = pg_catalog.to_regclass('public.user_profiles')
            AND attname = 'preferred_destination' AND attgenerated = '') THEN
            LOCK TABLE public.user_profiles IN ACCESS EXCLUSIVE MODE;
            SELECT count(*) INTO lost_rows
            FROM public.user_profiles
            WHERE preferred_destination IS DISTINCT FROM NULL
                AND preferred_destination::text IS DISTINCT FROM ('individual'::text)::text::text;
            IF lost_rows > 0 THEN
                RAISE EXCEPTION 'cannot drop column preferred_destination of public.user_profiles because it has values (rows: %)', lost_rows
                    USING ERRCODE = 'object_not_in_prerequisite_state',
                        HINT = 'To delete the data: SET schema_dsl.allow_data_loss = ''on'' in this session, or run psql with PGOPTIONS="-c schema_dsl.allow_data_loss=on".';
            END IF;
        END IF;
        IF EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = pg_catalog.to_regclass('public.user_profiles')
            AND attname = 'reengagement_opt_out' AND attgenerated = '') THEN
            LOCK TABLE public.user_profiles IN ACCESS EXCLUSIVE MODE;
            SELECT count(*) INTO lost_rows
            FROM public.user_profiles
            WHERE reengagement_opt_out IS DISTINCT FROM NULL
                AND reengagement_opt_out::text IS DISTINCT FROM (false)::boolean::text;
            IF lost_rows > 0 THEN
                RAISE EXCEPTION 'cannot drop column reengagement_opt_out of public.user_profiles because it has values (rows: %)', lost_rows
                    USING ERRCODE = 'object_not_in_prerequisite_state',
                        HINT = 'To delete the data: SET schema_dsl.allow_data_loss = ''on'' in this session, or run psql with PGOPTIONS="-c schema_dsl.allow_data_loss=on".';
            END IF;
        END IF;
        IF EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = pg_catalog.to_regclass('public.user_profiles')
            AND attname = 'onboarding_tier' AND attgenerated = '') THEN
            LOCK TABLE public.user_profiles IN ACCESS EXCLUSIVE MODE;
            SELECT count(*) INTO lost_rows
            FROM public.user_profiles
            WHERE onboarding_tier IS DISTINCT FROM NULL
                AND onboarding_tier::text IS DISTINCT FROM (0)::integer::text;
            IF lost_rows > 0 THEN
                RAISE EXCEPTION 'cannot drop column onboarding_tier of public.user_profiles because it has values (rows: %)', lost_rows
                    USING ERRCODE = 'object_not_in_prerequisite_state',
                        HINT = 'To delete the data: SET schema_dsl.allow_data_loss = ''on'' in this session, or run psql with PGOPTIONS="-c schema_dsl.allow_data_loss=on".';
            END IF;
        END IF;
        IF EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = pg_catalog.to_regclass('public.user_profiles')
            AND attname = 'onboarding_tier_progress' AND attgenerated = '') THEN
            LOCK TABLE public.user_profiles IN ACCESS EXCLUSIVE MODE;
            SELECT count(*) INTO lost_rows
            FROM public.user_profiles
            WHERE onboarding_tier_progress IS DISTINCT FROM NULL
                AND onboarding_tier_progress::text IS DISTINCT FROM ('{}'::jsonb)::jsonb::text;
            IF lost_rows > 0 THEN
                RAISE EXCEPTION 'cannot drop column onboarding_tier_progress of public.user_profiles because it has values (rows: %)', lost_rows
                    USING ERRCODE = 'object_not_in_prerequisite_state',
                        HINT = 'To delete the data: SET schema_dsl.allow_data_loss = ''on'' in this session, or run psql with PGOPTIONS="-c schema_dsl.allow_data_loss=on".';
            END IF;
        END IF;
        IF EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = pg_catalog.to_regclass('public.user_profiles')
            AND attname = 'magic_moment_at' AND attgenerated = '') THEN
            LOCK TABLE public.user_profiles IN ACCESS EXCLUSIVE MODE;
            SELECT count(*) INTO lost_rows
            FROM public.user_profiles
            WHERE magic_moment_at IS DISTINCT FROM NULL;
            IF lost_rows > 0 THEN
                RAISE EXCEPTION 'cannot drop column magic_moment_at of public.user_profiles because it has values (rows: %)', lost_rows
                    USING ERRCODE = 'object_not_in_prerequisite_state',
                        HINT = 'To delete the data: SET schema_dsl.allow_data_loss = ''on'' in this session, or run psql with PGOPTIONS="-c schema_dsl.allow_data_loss=on".';
            END IF;
        END IF;
        IF pg_catalog.to_regclass('public.user_engagement_states') IS NOT NULL THEN
            LOCK TABLE public.user_engagement_states IN ACCESS EXCLUSIVE MODE;
            SELECT count(*) INTO lost_rows
            FROM public.user_engagement_states;
            IF lost_rows > 0 THEN
                RAISE EXCEPTION 'cannot drop table public.user_engagement_states because it is not empty (rows: %)', lost_rows
                    USING ERRCODE = 'object_not_in_prerequisite_state',
                        HINT = 'To delete the data: SET schema_dsl.allow_data_loss = ''on'' in this session, or run psql with PGOPTIONS="-c schema_dsl.allow_data_loss=on".';
            END IF;
        END IF;
        IF pg_catalog.to_regclass('public.engagement_state_transitions') IS NOT NULL THEN
            LOCK TABLE public.engagement_state_transitions IN ACCESS EXCLUSIVE MODE;
            SELECT count(*) INTO lost_rows
            FROM public.engagement_state_transitions;
            IF lost_rows > 0 THEN
                RAISE EXCEPTION 'cannot drop table public.engagement_state_transitions because it is not empty (rows: %)', lost_rows
                    USING ERRCODE = 'object_not_in_prerequisite_state',
                        HINT = 'To delete the data: SET schema_dsl.allow_data_loss = ''on'' in this session, or run psql with PGOPTIONS="-c schema_dsl.allow_data_loss=on".';
            END IF;
        END IF;
        IF pg_catalog.to_regclass('public.engagement_message_queue') IS NOT NULL THEN
            LOCK TABLE public.engagement_message_queue IN ACCESS EXCLUSIVE MODE;
            SELECT count(*) INTO lost_rows
            FROM public.engagement_message_queue;
            IF lost_rows > 0 THEN
                RAISE EXCEPTION 'cannot drop table public.engagement_message_queue because it is not empty (rows: %)', lost_rows
                    USING ERRCODE = 'object_not_in_prerequisite_state',
                        HINT = 'To delete the data: SET schema_dsl.allow_data_loss = ''on'' in this session, or run psql with PGOPTIONS="-c schema_dsl.allow_data_loss=on".';
            END IF;
        END IF;
    END IF;
    ALTER TABLE IF EXISTS public.user_profiles
        DROP COLUMN IF EXISTS preferred_destination,
        DROP COLUMN IF EXISTS reengagement_opt_out,
        DROP COLUMN IF EXISTS onboarding_tier,
        DROP COLUMN IF EXISTS onboarding_tier_progress,
        DROP COLUMN IF EXISTS magic_moment_at;
    DROP TABLE IF EXISTS public.user_engagement_states;
    DROP TABLE IF EXISTS public.engagement_state_transitions;
    DROP TABLE IF EXISTS public.engagement_message_queue;
END
$drop$;

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
--   WHERE t.oid IN (to_regclass('public.user_profiles'))
--   ORDER BY 1, 3, 4, 5;
-- ====================================================================================================
