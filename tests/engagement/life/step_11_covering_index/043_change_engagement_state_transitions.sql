-- ====================================================================================================
-- Engagement system: the state of each user, the log of state transitions, and the message queue.
--
-- Requires migrations 001 to 033. The application changes the states: this schema has no function
-- that does. The database stores the state of each user, an audit log of all transitions, and the
-- queue of messages to send.
--
-- Date: 2025-12-01
-- Run:  psql -v ON_ERROR_STOP=1 -f 043_change_engagement_state_transitions.sql "$DATABASE_URL"
--       Connect as the role that owns, or is to own, the tables. It is safe to re-run this file, also
--       after an interrupted run. It runs statement by statement: Postgres refuses some in a transaction.
--
-- Generated from definitions/engagement_system.py. Edit the definitions, not this file.
-- schema-dsl: definitions 00bb498a0aaec452, after ab589e084a5b1a8f, content c7e73583d1c38749
-- ====================================================================================================

SET lock_timeout = '5s';
SET statement_timeout = '5min';


-- ====================================================================================================
-- public.engagement_state_transitions
-- Audit log of all changes of engagement states, with their causes.
-- ====================================================================================================

-- A build that was interrupted leaves an invalid index, which IF NOT EXISTS would keep.
DO $index$
BEGIN
    IF EXISTS (
        SELECT FROM pg_catalog.pg_index
        WHERE indexrelid = pg_catalog.to_regclass('public.engagement_state_transitions_user_id_to_state_idx') AND NOT indisvalid
    ) THEN
        DROP INDEX public.engagement_state_transitions_user_id_to_state_idx;
    END IF;
END
$index$;

-- A timeout would leave an invalid index, and these statements do not block reads or writes.
SET lock_timeout = 0;
SET statement_timeout = 0;
CREATE INDEX CONCURRENTLY IF NOT EXISTS engagement_state_transitions_user_id_to_state_idx
    ON public.engagement_state_transitions (user_id) INCLUDE (to_state);
DROP INDEX CONCURRENTLY IF EXISTS public.engagement_state_transitions_user_id_idx;
SET lock_timeout = '5s';
SET statement_timeout = '5min';

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
--   WHERE t.oid IN (to_regclass('public.engagement_state_transitions'))
--   ORDER BY 1, 3, 4, 5;
-- ====================================================================================================
