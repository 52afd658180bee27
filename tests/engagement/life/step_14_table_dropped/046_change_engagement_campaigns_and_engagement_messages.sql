-- ====================================================================================================
-- Engagement system: the state of each user, the log of state transitions, and the message queue.
--
-- Requires migrations 001 to 033. The application changes the states: this schema has no function
-- that does. The database stores the state of each user, an audit log of all transitions, and the
-- queue of messages to send.
--
-- Date: 2025-12-01
-- Run:  psql -v ON_ERROR_STOP=1 -f 046_change_engagement_campaigns_and_engagement_messages.sql "$DATABASE_URL"
--       Connect as the role that owns, or is to own, the tables. It is safe to re-run this file, also
--       after an interrupted run. It can run inside one transaction or statement by statement.
--       It refuses to delete data. To allow that, put this in front of psql:
--       PGOPTIONS="-c schema_dsl.allow_data_loss=on"
--
-- Generated from definitions/engagement_system.py. Edit the definitions, not this file.
-- schema-dsl: definitions 00bb498a0aaec452, after 8a6efe61b82c5815, content c43046aecf12b29a
-- ====================================================================================================

SET lock_timeout = '5s';
SET statement_timeout = '5min';
SET row_security = off;


-- ====================================================================================================
-- This statement permanently deletes:
--   the values of column campaign_id of public.engagement_messages
--   the rows of table public.engagement_campaigns
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
        IF EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = pg_catalog.to_regclass('public.engagement_messages')
            AND attname = 'campaign_id' AND attgenerated = '') THEN
            LOCK TABLE public.engagement_messages IN ACCESS EXCLUSIVE MODE;
            SELECT count(*) INTO lost_rows
            FROM public.engagement_messages
            WHERE campaign_id IS DISTINCT FROM NULL;
            IF lost_rows > 0 THEN
                RAISE EXCEPTION 'cannot drop column campaign_id of public.engagement_messages because it has values (rows: %)', lost_rows
                    USING ERRCODE = 'object_not_in_prerequisite_state',
                        HINT = 'To delete the data: SET schema_dsl.allow_data_loss = ''on'' in this session, or run psql with PGOPTIONS="-c schema_dsl.allow_data_loss=on".';
            END IF;
        END IF;
        IF pg_catalog.to_regclass('public.engagement_campaigns') IS NOT NULL THEN
            LOCK TABLE public.engagement_campaigns IN ACCESS EXCLUSIVE MODE;
            SELECT count(*) INTO lost_rows
            FROM public.engagement_campaigns;
            IF lost_rows > 0 THEN
                RAISE EXCEPTION 'cannot drop table public.engagement_campaigns because it is not empty (rows: %)', lost_rows
                    USING ERRCODE = 'object_not_in_prerequisite_state',
                        HINT = 'To delete the data: SET schema_dsl.allow_data_loss = ''on'' in this session, or run psql with PGOPTIONS="-c schema_dsl.allow_data_loss=on".';
            END IF;
        END IF;
    END IF;
    ALTER TABLE IF EXISTS public.engagement_messages DROP COLUMN IF EXISTS campaign_id;
    DROP TABLE IF EXISTS public.engagement_campaigns;
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
--   WHERE t.oid IN (to_regclass('public.engagement_messages'))
--   ORDER BY 1, 3, 4, 5;
-- ====================================================================================================
