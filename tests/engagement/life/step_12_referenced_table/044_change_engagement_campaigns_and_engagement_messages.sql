-- ====================================================================================================
-- Engagement system: the state of each user, the log of state transitions, and the message queue.
--
-- Requires migrations 001 to 033. The application changes the states: this schema has no function
-- that does. The database stores the state of each user, an audit log of all transitions, and the
-- queue of messages to send.
--
-- Date: 2025-12-01
-- Run:  psql -v ON_ERROR_STOP=1 -f 044_change_engagement_campaigns_and_engagement_messages.sql "$DATABASE_URL"
--       Connect as the role that owns, or is to own, the tables. It is safe to re-run this file, also
--       after an interrupted run. It runs statement by statement: Postgres refuses some in a transaction.
--
-- Generated from definitions/engagement_system.py. Edit the definitions, not this file.
-- schema-dsl: definitions 8064a9a13e721898, after ee2591a41635d457, content 9eeedd9d0b9eeced
-- ====================================================================================================

SET lock_timeout = '5s';
SET statement_timeout = '5min';


-- ====================================================================================================
-- public.engagement_campaigns
-- Campaigns to which messages belong.
-- ====================================================================================================

-- One DO block creates the table, enables row level security and sets the privileges. Otherwise a role to
-- which ALTER DEFAULT PRIVILEGES grants access could use the table before that.
DO $$ BEGIN
    CREATE TABLE IF NOT EXISTS public.engagement_campaigns (
        id    integer GENERATED ALWAYS AS IDENTITY NOT NULL,
        title text    NOT NULL,
        CONSTRAINT engagement_campaigns_pkey
            PRIMARY KEY (id)
    );
    ALTER TABLE public.engagement_campaigns ENABLE ROW LEVEL SECURITY;
    REVOKE ALL ON TABLE public.engagement_campaigns FROM PUBLIC, anon, authenticated, service_role;
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.engagement_campaigns TO service_role;
END $$;

DO $$ BEGIN
    DROP POLICY IF EXISTS service_role_all ON public.engagement_campaigns;
    CREATE POLICY service_role_all ON public.engagement_campaigns
        FOR ALL TO service_role USING (true) WITH CHECK (true);
END $$;

COMMENT ON TABLE public.engagement_campaigns IS 'Campaigns to which messages belong.';
COMMENT ON COLUMN public.engagement_campaigns.id IS 'Surrogate key.';
COMMENT ON COLUMN public.engagement_campaigns.title IS 'Title of the campaign.';
COMMENT ON POLICY service_role_all ON public.engagement_campaigns IS 'The service role may manage every row.';


-- ====================================================================================================
-- public.engagement_messages
-- Pending, sent, failed and cancelled messages; the service role sends them.
-- ====================================================================================================

ALTER TABLE public.engagement_messages
    ADD COLUMN IF NOT EXISTS campaign_id integer;

-- NOT VALID adds the constraint without scanning the table. VALIDATE CONSTRAINT then scans it under a lock
-- that allows reads and writes. In one transaction, the lock of ADD CONSTRAINT stays until COMMIT.
DO $$ BEGIN
    IF NOT EXISTS (
        SELECT FROM pg_catalog.pg_constraint
        WHERE conrelid = 'public.engagement_messages'::pg_catalog.regclass AND conname = 'engagement_messages_campaign_id_fkey'
    ) THEN
        ALTER TABLE public.engagement_messages
            ADD CONSTRAINT engagement_messages_campaign_id_fkey
                FOREIGN KEY (campaign_id) REFERENCES public.engagement_campaigns (id) NOT VALID;
    END IF;
END $$;

ALTER TABLE public.engagement_messages
    VALIDATE CONSTRAINT engagement_messages_campaign_id_fkey;

-- A build that was interrupted leaves an invalid index, which IF NOT EXISTS would keep.
DO $index$
BEGIN
    IF EXISTS (
        SELECT FROM pg_catalog.pg_index
        WHERE indexrelid = pg_catalog.to_regclass('public.engagement_messages_campaign_id_idx') AND NOT indisvalid
    ) THEN
        DROP INDEX public.engagement_messages_campaign_id_idx;
    END IF;
END
$index$;

-- A timeout would leave an invalid index, and these statements do not block reads or writes.
SET lock_timeout = 0;
SET statement_timeout = 0;
CREATE INDEX CONCURRENTLY IF NOT EXISTS engagement_messages_campaign_id_idx
    ON public.engagement_messages (campaign_id);
SET lock_timeout = '5s';
SET statement_timeout = '5min';

COMMENT ON COLUMN public.engagement_messages.campaign_id IS 'Campaign.';

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
--   WHERE t.oid IN (to_regclass('public.engagement_campaigns'),
--                   to_regclass('public.engagement_messages'))
--   ORDER BY 1, 3, 4, 5;
-- ====================================================================================================
