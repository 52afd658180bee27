-- ====================================================================================================
-- Engagement system: the state of each user, the log of state transitions, and the message queue.
--
-- Requires migrations 001 to 033. The application changes the states: this schema has no function
-- that does. The database stores the state of each user, an audit log of all transitions, and the
-- queue of messages to send.
--
-- Date: 2025-12-01
-- Run:  psql -v ON_ERROR_STOP=1 -f 041_change_destination_of_engagement_messages.sql "$DATABASE_URL"
--       Connect as the role that owns, or is to own, the tables. It is safe to re-run this file, also
--       after an interrupted run. It can run inside one transaction or statement by statement.
--       It refuses to delete data. To allow that, put this in front of psql:
--       PGOPTIONS="-c schema_dsl.allow_data_loss=on"
--
-- Generated from definitions/engagement_system.py. Edit the definitions, not this file.
-- schema-dsl: definitions 44a8b181f231416b, after 1f15a70cb3677d26, content a7ebec6b5c758a33
-- ====================================================================================================

SET lock_timeout = '5s';
SET statement_timeout = '5min';
SET row_security = off;


-- ====================================================================================================
-- public.engagement_messages
-- Pending, sent, failed and cancelled messages; the service role sends them.
-- ====================================================================================================

-- One DO block replaces these objects, so that other sessions never see them missing, and only where that is
-- still to do.
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = pg_catalog.to_regclass('public.engagement_messages')
            AND attname = 'destination' AND pg_catalog.format_type(atttypid, atttypmod) <> 'character varying(20)') THEN
        ALTER TABLE IF EXISTS public.engagement_messages DROP CONSTRAINT IF EXISTS engagement_messages_destination_check;
        DECLARE
            lost_rows bigint;
        BEGIN
            IF EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = pg_catalog.to_regclass('public.engagement_messages')
                    AND attname = 'destination' AND pg_catalog.format_type(atttypid, atttypmod) <> 'character varying(20)') THEN
                -- The lock keeps other sessions from adding rows between this check and the change.
                LOCK TABLE public.engagement_messages IN ACCESS EXCLUSIVE MODE;
                IF pg_catalog.current_setting('schema_dsl.allow_data_loss', true) IS DISTINCT FROM 'on' THEN
                    SELECT count(*) INTO lost_rows
                    FROM public.engagement_messages
                    WHERE destination::varchar(20)::text IS DISTINCT FROM destination;
                    IF lost_rows > 0 THEN
                        RAISE EXCEPTION 'cannot change the type of column destination of public.engagement_messages from text to varchar(20) because values do not fit (rows: %)', lost_rows
                            USING ERRCODE = 'object_not_in_prerequisite_state',
                                HINT = 'To change the values: SET schema_dsl.allow_data_loss = ''on'' in this session, or run psql with PGOPTIONS="-c schema_dsl.allow_data_loss=on".';
                    END IF;
                END IF;
                ALTER TABLE public.engagement_messages
                    ALTER COLUMN destination TYPE varchar(20) USING destination::varchar(20);
            END IF;
        END;
        ALTER TABLE public.engagement_messages
            ADD CONSTRAINT engagement_messages_destination_check CHECK (destination IN ('individual', 'group')) NOT VALID;
    END IF;
END $$;

ALTER TABLE public.engagement_messages
    VALIDATE CONSTRAINT engagement_messages_destination_check;

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
