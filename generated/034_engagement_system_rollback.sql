-- ====================================================================================================
-- Rollback of 034_engagement_system.sql
--
-- Engagement system: where each user stands, how they got there, what we still owe them a message
-- about.
--
-- Undoes 034_engagement_system.sql, content 117fa60fa3b71af8:
--   afterwards the database is as it was before.
--
-- Date: 2025-11-21
-- Run:  psql -v ON_ERROR_STOP=1 -f 034_engagement_system_rollback.sql "$DATABASE_URL"
--       as the owner of the tables. It may be run again, also after a run that was cut short,
--       statement by statement or inside one transaction.
--       To lose data with it, put before psql: PGOPTIONS="-c schema_dsl.allow_data_loss=on"
--
-- Generated from definitions/engagement_system.py: change those.
-- schema-dsl: definitions 3afdc8903b27b616, content 337389b45eb52b5f
-- ====================================================================================================

SET lock_timeout = '5s';
SET statement_timeout = '5min';
SET row_security = off;


-- ====================================================================================================
-- What would be lost for good:
--   the values of column preferred_destination of public.user_profiles
--   the values of column reengagement_opt_out of public.user_profiles
--   the values of column onboarding_tier of public.user_profiles
--   the values of column onboarding_tier_progress of public.user_profiles
--   the values of column magic_moment_at of public.user_profiles
--   the rows of table public.user_engagement_states
--   the rows of table public.engagement_state_transitions
--   the rows of table public.engagement_message_queue
-- As long as any of it is there nothing is dropped, unless schema_dsl.allow_data_loss is on.
-- ====================================================================================================

DO $look$
#variable_conflict use_column
DECLARE
    held bigint;
BEGIN
    IF pg_catalog.current_setting('schema_dsl.allow_data_loss', true) = 'on' THEN
        RETURN;
    END IF;
    IF EXISTS (
        SELECT FROM pg_catalog.pg_attribute
        WHERE attrelid = pg_catalog.to_regclass('public.user_profiles')
            AND attname = 'preferred_destination'
    ) THEN
        SELECT count(*) INTO held
        FROM public.user_profiles
        WHERE preferred_destination IS DISTINCT FROM NULL
            AND preferred_destination::text IS DISTINCT FROM ('individual'::text)::text::text;
        IF held > 0 THEN
            RAISE EXCEPTION 'column preferred_destination of public.user_profiles holds values in % row(s), which would be lost', held
                USING ERRCODE = 'object_not_in_prerequisite_state',
                    HINT = 'To lose it nevertheless: SET schema_dsl.allow_data_loss = ''on'';';
        END IF;
    END IF;
    IF EXISTS (
        SELECT FROM pg_catalog.pg_attribute
        WHERE attrelid = pg_catalog.to_regclass('public.user_profiles')
            AND attname = 'reengagement_opt_out'
    ) THEN
        SELECT count(*) INTO held
        FROM public.user_profiles
        WHERE reengagement_opt_out IS DISTINCT FROM NULL
            AND reengagement_opt_out::text IS DISTINCT FROM (false)::boolean::text;
        IF held > 0 THEN
            RAISE EXCEPTION 'column reengagement_opt_out of public.user_profiles holds values in % row(s), which would be lost', held
                USING ERRCODE = 'object_not_in_prerequisite_state',
                    HINT = 'To lose it nevertheless: SET schema_dsl.allow_data_loss = ''on'';';
        END IF;
    END IF;
    IF EXISTS (
        SELECT FROM pg_catalog.pg_attribute
        WHERE attrelid = pg_catalog.to_regclass('public.user_profiles')
            AND attname = 'onboarding_tier'
    ) THEN
        SELECT count(*) INTO held
        FROM public.user_profiles
        WHERE onboarding_tier IS DISTINCT FROM NULL
            AND onboarding_tier::text IS DISTINCT FROM (0)::integer::text;
        IF held > 0 THEN
            RAISE EXCEPTION 'column onboarding_tier of public.user_profiles holds values in % row(s), which would be lost', held
                USING ERRCODE = 'object_not_in_prerequisite_state',
                    HINT = 'To lose it nevertheless: SET schema_dsl.allow_data_loss = ''on'';';
        END IF;
    END IF;
    IF EXISTS (
        SELECT FROM pg_catalog.pg_attribute
        WHERE attrelid = pg_catalog.to_regclass('public.user_profiles')
            AND attname = 'onboarding_tier_progress'
    ) THEN
        SELECT count(*) INTO held
        FROM public.user_profiles
        WHERE onboarding_tier_progress IS DISTINCT FROM NULL
            AND onboarding_tier_progress::text IS DISTINCT FROM ('{}'::jsonb)::jsonb::text;
        IF held > 0 THEN
            RAISE EXCEPTION 'column onboarding_tier_progress of public.user_profiles holds values in % row(s), which would be lost', held
                USING ERRCODE = 'object_not_in_prerequisite_state',
                    HINT = 'To lose it nevertheless: SET schema_dsl.allow_data_loss = ''on'';';
        END IF;
    END IF;
    IF EXISTS (
        SELECT FROM pg_catalog.pg_attribute
        WHERE attrelid = pg_catalog.to_regclass('public.user_profiles')
            AND attname = 'magic_moment_at'
    ) THEN
        SELECT count(*) INTO held
        FROM public.user_profiles
        WHERE magic_moment_at IS DISTINCT FROM NULL;
        IF held > 0 THEN
            RAISE EXCEPTION 'column magic_moment_at of public.user_profiles holds values in % row(s), which would be lost', held
                USING ERRCODE = 'object_not_in_prerequisite_state',
                    HINT = 'To lose it nevertheless: SET schema_dsl.allow_data_loss = ''on'';';
        END IF;
    END IF;
    IF pg_catalog.to_regclass('public.user_engagement_states') IS NOT NULL THEN
        SELECT count(*) INTO held
        FROM public.user_engagement_states;
        IF held > 0 THEN
            RAISE EXCEPTION 'table public.user_engagement_states holds % row(s), which would be lost', held
                USING ERRCODE = 'object_not_in_prerequisite_state',
                    HINT = 'To lose it nevertheless: SET schema_dsl.allow_data_loss = ''on'';';
        END IF;
    END IF;
    IF pg_catalog.to_regclass('public.engagement_state_transitions') IS NOT NULL THEN
        SELECT count(*) INTO held
        FROM public.engagement_state_transitions;
        IF held > 0 THEN
            RAISE EXCEPTION 'table public.engagement_state_transitions holds % row(s), which would be lost', held
                USING ERRCODE = 'object_not_in_prerequisite_state',
                    HINT = 'To lose it nevertheless: SET schema_dsl.allow_data_loss = ''on'';';
        END IF;
    END IF;
    IF pg_catalog.to_regclass('public.engagement_message_queue') IS NOT NULL THEN
        SELECT count(*) INTO held
        FROM public.engagement_message_queue;
        IF held > 0 THEN
            RAISE EXCEPTION 'table public.engagement_message_queue holds % row(s), which would be lost', held
                USING ERRCODE = 'object_not_in_prerequisite_state',
                    HINT = 'To lose it nevertheless: SET schema_dsl.allow_data_loss = ''on'';';
        END IF;
    END IF;
END
$look$;


-- ====================================================================================================
-- public.user_profiles
-- ====================================================================================================

DO $drop$
#variable_conflict use_column
DECLARE
    held bigint;
BEGIN
    IF NOT (EXISTS (
        SELECT FROM pg_catalog.pg_attribute
        WHERE attrelid = pg_catalog.to_regclass('public.user_profiles')
            AND attname = 'preferred_destination'
    )) THEN
        RETURN;
    END IF;
    -- Under the lock, nobody can add to it between the look and the drop.
    LOCK TABLE public.user_profiles IN ACCESS EXCLUSIVE MODE;
    IF pg_catalog.current_setting('schema_dsl.allow_data_loss', true) IS DISTINCT FROM 'on' THEN
        SELECT count(*) INTO held
        FROM public.user_profiles
        WHERE preferred_destination IS DISTINCT FROM NULL
            AND preferred_destination::text IS DISTINCT FROM ('individual'::text)::text::text;
        IF held > 0 THEN
            RAISE EXCEPTION 'column preferred_destination of public.user_profiles holds values in % row(s), which would be lost', held
                USING ERRCODE = 'object_not_in_prerequisite_state',
                    HINT = 'To lose it nevertheless: SET schema_dsl.allow_data_loss = ''on'';';
        END IF;
    END IF;
    ALTER TABLE public.user_profiles DROP COLUMN preferred_destination;
END
$drop$;

DO $drop$
#variable_conflict use_column
DECLARE
    held bigint;
BEGIN
    IF NOT (EXISTS (
        SELECT FROM pg_catalog.pg_attribute
        WHERE attrelid = pg_catalog.to_regclass('public.user_profiles')
            AND attname = 'reengagement_opt_out'
    )) THEN
        RETURN;
    END IF;
    -- Under the lock, nobody can add to it between the look and the drop.
    LOCK TABLE public.user_profiles IN ACCESS EXCLUSIVE MODE;
    IF pg_catalog.current_setting('schema_dsl.allow_data_loss', true) IS DISTINCT FROM 'on' THEN
        SELECT count(*) INTO held
        FROM public.user_profiles
        WHERE reengagement_opt_out IS DISTINCT FROM NULL
            AND reengagement_opt_out::text IS DISTINCT FROM (false)::boolean::text;
        IF held > 0 THEN
            RAISE EXCEPTION 'column reengagement_opt_out of public.user_profiles holds values in % row(s), which would be lost', held
                USING ERRCODE = 'object_not_in_prerequisite_state',
                    HINT = 'To lose it nevertheless: SET schema_dsl.allow_data_loss = ''on'';';
        END IF;
    END IF;
    ALTER TABLE public.user_profiles DROP COLUMN reengagement_opt_out;
END
$drop$;

DO $drop$
#variable_conflict use_column
DECLARE
    held bigint;
BEGIN
    IF NOT (EXISTS (
        SELECT FROM pg_catalog.pg_attribute
        WHERE attrelid = pg_catalog.to_regclass('public.user_profiles')
            AND attname = 'onboarding_tier'
    )) THEN
        RETURN;
    END IF;
    -- Under the lock, nobody can add to it between the look and the drop.
    LOCK TABLE public.user_profiles IN ACCESS EXCLUSIVE MODE;
    IF pg_catalog.current_setting('schema_dsl.allow_data_loss', true) IS DISTINCT FROM 'on' THEN
        SELECT count(*) INTO held
        FROM public.user_profiles
        WHERE onboarding_tier IS DISTINCT FROM NULL
            AND onboarding_tier::text IS DISTINCT FROM (0)::integer::text;
        IF held > 0 THEN
            RAISE EXCEPTION 'column onboarding_tier of public.user_profiles holds values in % row(s), which would be lost', held
                USING ERRCODE = 'object_not_in_prerequisite_state',
                    HINT = 'To lose it nevertheless: SET schema_dsl.allow_data_loss = ''on'';';
        END IF;
    END IF;
    ALTER TABLE public.user_profiles DROP COLUMN onboarding_tier;
END
$drop$;

DO $drop$
#variable_conflict use_column
DECLARE
    held bigint;
BEGIN
    IF NOT (EXISTS (
        SELECT FROM pg_catalog.pg_attribute
        WHERE attrelid = pg_catalog.to_regclass('public.user_profiles')
            AND attname = 'onboarding_tier_progress'
    )) THEN
        RETURN;
    END IF;
    -- Under the lock, nobody can add to it between the look and the drop.
    LOCK TABLE public.user_profiles IN ACCESS EXCLUSIVE MODE;
    IF pg_catalog.current_setting('schema_dsl.allow_data_loss', true) IS DISTINCT FROM 'on' THEN
        SELECT count(*) INTO held
        FROM public.user_profiles
        WHERE onboarding_tier_progress IS DISTINCT FROM NULL
            AND onboarding_tier_progress::text IS DISTINCT FROM ('{}'::jsonb)::jsonb::text;
        IF held > 0 THEN
            RAISE EXCEPTION 'column onboarding_tier_progress of public.user_profiles holds values in % row(s), which would be lost', held
                USING ERRCODE = 'object_not_in_prerequisite_state',
                    HINT = 'To lose it nevertheless: SET schema_dsl.allow_data_loss = ''on'';';
        END IF;
    END IF;
    ALTER TABLE public.user_profiles DROP COLUMN onboarding_tier_progress;
END
$drop$;

DO $drop$
#variable_conflict use_column
DECLARE
    held bigint;
BEGIN
    IF NOT (EXISTS (
        SELECT FROM pg_catalog.pg_attribute
        WHERE attrelid = pg_catalog.to_regclass('public.user_profiles')
            AND attname = 'magic_moment_at'
    )) THEN
        RETURN;
    END IF;
    -- Under the lock, nobody can add to it between the look and the drop.
    LOCK TABLE public.user_profiles IN ACCESS EXCLUSIVE MODE;
    IF pg_catalog.current_setting('schema_dsl.allow_data_loss', true) IS DISTINCT FROM 'on' THEN
        SELECT count(*) INTO held
        FROM public.user_profiles
        WHERE magic_moment_at IS DISTINCT FROM NULL;
        IF held > 0 THEN
            RAISE EXCEPTION 'column magic_moment_at of public.user_profiles holds values in % row(s), which would be lost', held
                USING ERRCODE = 'object_not_in_prerequisite_state',
                    HINT = 'To lose it nevertheless: SET schema_dsl.allow_data_loss = ''on'';';
        END IF;
    END IF;
    ALTER TABLE public.user_profiles DROP COLUMN magic_moment_at;
END
$drop$;


-- ====================================================================================================
-- public.user_engagement_states
-- Where each user stands in the engagement state machine; one row a user.
-- ====================================================================================================

DO $drop$
#variable_conflict use_column
DECLARE
    held bigint;
BEGIN
    IF NOT (pg_catalog.to_regclass('public.user_engagement_states') IS NOT NULL) THEN
        RETURN;
    END IF;
    -- Under the lock, nobody can add to it between the look and the drop.
    LOCK TABLE public.user_engagement_states IN ACCESS EXCLUSIVE MODE;
    IF pg_catalog.current_setting('schema_dsl.allow_data_loss', true) IS DISTINCT FROM 'on' THEN
        SELECT count(*) INTO held
        FROM public.user_engagement_states;
        IF held > 0 THEN
            RAISE EXCEPTION 'table public.user_engagement_states holds % row(s), which would be lost', held
                USING ERRCODE = 'object_not_in_prerequisite_state',
                    HINT = 'To lose it nevertheless: SET schema_dsl.allow_data_loss = ''on'';';
        END IF;
    END IF;
    DROP TABLE public.user_engagement_states;
END
$drop$;


-- ====================================================================================================
-- public.engagement_state_transitions
-- Audit log: every change of a user's engagement state, and what caused it.
-- ====================================================================================================

DO $drop$
#variable_conflict use_column
DECLARE
    held bigint;
BEGIN
    IF NOT (pg_catalog.to_regclass('public.engagement_state_transitions') IS NOT NULL) THEN
        RETURN;
    END IF;
    -- Under the lock, nobody can add to it between the look and the drop.
    LOCK TABLE public.engagement_state_transitions IN ACCESS EXCLUSIVE MODE;
    IF pg_catalog.current_setting('schema_dsl.allow_data_loss', true) IS DISTINCT FROM 'on' THEN
        SELECT count(*) INTO held
        FROM public.engagement_state_transitions;
        IF held > 0 THEN
            RAISE EXCEPTION 'table public.engagement_state_transitions holds % row(s), which would be lost', held
                USING ERRCODE = 'object_not_in_prerequisite_state',
                    HINT = 'To lose it nevertheless: SET schema_dsl.allow_data_loss = ''on'';';
        END IF;
    END IF;
    DROP TABLE public.engagement_state_transitions;
END
$drop$;


-- ====================================================================================================
-- public.engagement_message_queue
-- Messages that are to be sent, were sent, or could not be; worked off by the service role.
-- ====================================================================================================

DO $drop$
#variable_conflict use_column
DECLARE
    held bigint;
BEGIN
    IF NOT (pg_catalog.to_regclass('public.engagement_message_queue') IS NOT NULL) THEN
        RETURN;
    END IF;
    -- Under the lock, nobody can add to it between the look and the drop.
    LOCK TABLE public.engagement_message_queue IN ACCESS EXCLUSIVE MODE;
    IF pg_catalog.current_setting('schema_dsl.allow_data_loss', true) IS DISTINCT FROM 'on' THEN
        SELECT count(*) INTO held
        FROM public.engagement_message_queue;
        IF held > 0 THEN
            RAISE EXCEPTION 'table public.engagement_message_queue holds % row(s), which would be lost', held
                USING ERRCODE = 'object_not_in_prerequisite_state',
                    HINT = 'To lose it nevertheless: SET schema_dsl.allow_data_loss = ''on'';';
        END IF;
    END IF;
    DROP TABLE public.engagement_message_queue;
END
$drop$;

RESET lock_timeout;
RESET statement_timeout;
RESET row_security;

-- ====================================================================================================
-- To look at what is there now:
--
-- Tables, and whether row level security is on:
--   SELECT oid::regclass, relrowsecurity, relforcerowsecurity FROM pg_class
--   WHERE oid
--     IN ('public.user_profiles'::regclass,
--         'public.user_engagement_states'::regclass,
--         'public.engagement_state_transitions'::regclass,
--         'public.engagement_message_queue'::regclass)
--   ORDER BY 1;
--
-- Columns:
--   SELECT attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull FROM pg_attribute
--   WHERE attnum > 0 AND NOT attisdropped AND attrelid
--     IN ('public.user_profiles'::regclass,
--         'public.user_engagement_states'::regclass,
--         'public.engagement_state_transitions'::regclass,
--         'public.engagement_message_queue'::regclass)
--   ORDER BY attrelid, attnum;
--
-- Constraints; each must be valid:
--   SELECT conrelid::regclass, conname, convalidated, pg_get_constraintdef(oid) FROM pg_constraint
--   WHERE conrelid
--     IN ('public.user_profiles'::regclass,
--         'public.user_engagement_states'::regclass,
--         'public.engagement_state_transitions'::regclass,
--         'public.engagement_message_queue'::regclass)
--   ORDER BY 1, 2;
--
-- Indexes; each must be valid:
--   SELECT indrelid::regclass, indisvalid, pg_get_indexdef(indexrelid) FROM pg_index
--   WHERE indrelid
--     IN ('public.user_profiles'::regclass,
--         'public.user_engagement_states'::regclass,
--         'public.engagement_state_transitions'::regclass,
--         'public.engagement_message_queue'::regclass)
--   ORDER BY 1, 3;
--
-- Policies:
--   SELECT polrelid::regclass, polname, polcmd, polroles::regrole[],
--       pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid) FROM pg_policy
--   WHERE polrelid
--     IN ('public.user_profiles'::regclass,
--         'public.user_engagement_states'::regclass,
--         'public.engagement_state_transitions'::regclass,
--         'public.engagement_message_queue'::regclass)
--   ORDER BY 1, 2;
--
-- Privileges:
--   SELECT oid::regclass, coalesce(nullif(grantee, 0)::regrole::text, 'PUBLIC') AS grantee,
--       privilege_type FROM pg_class, aclexplode(relacl)
--   WHERE oid
--     IN ('public.user_profiles'::regclass,
--         'public.user_engagement_states'::regclass,
--         'public.engagement_state_transitions'::regclass,
--         'public.engagement_message_queue'::regclass)
--   ORDER BY 1, 2, 3;
--
-- Triggers:
--   SELECT tgrelid::regclass, pg_get_triggerdef(oid) FROM pg_trigger
--   WHERE NOT tgisinternal AND tgrelid
--     IN ('public.user_profiles'::regclass,
--         'public.user_engagement_states'::regclass,
--         'public.engagement_state_transitions'::regclass,
--         'public.engagement_message_queue'::regclass)
--   ORDER BY 1, 2;
-- ====================================================================================================
