-- A role for the reporting tool, and a server to read the warehouse from.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'halyard_reporting') THEN
        CREATE ROLE halyard_reporting NOLOGIN NOBYPASSRLS;
    END IF;
END
$$;
GRANT USAGE ON SCHEMA analytics, public TO halyard_reporting;
GRANT SELECT ON ALL TABLES IN SCHEMA analytics TO halyard_reporting;
GRANT SELECT (id, name, created_at) ON public.organisations TO halyard_reporting;
ALTER DEFAULT PRIVILEGES IN SCHEMA analytics GRANT SELECT ON TABLES TO halyard_reporting;
DROP POLICY IF EXISTS organisations_reporting ON public.organisations;
CREATE POLICY organisations_reporting ON public.organisations FOR SELECT TO halyard_reporting USING (true);
ALTER ROLE halyard_reporting SET statement_timeout = '5min';
COMMENT ON ROLE halyard_reporting IS 'Read-only, for the reporting tool';

CREATE EXTENSION IF NOT EXISTS postgres_fdw WITH SCHEMA extensions;
CREATE SERVER IF NOT EXISTS warehouse FOREIGN DATA WRAPPER postgres_fdw
    OPTIONS (host '127.0.0.1', dbname 'warehouse', fetch_size '1000');
CREATE USER MAPPING IF NOT EXISTS FOR CURRENT_USER SERVER warehouse OPTIONS (user 'reader', password 'not-a-secret');
CREATE FOREIGN TABLE IF NOT EXISTS analytics.page_views (
    at timestamptz NOT NULL,
    org_id uuid,
    path text OPTIONS (column_name 'url_path'),
    took_ms integer
) SERVER warehouse OPTIONS (schema_name 'events', table_name 'page_views');
REVOKE ALL ON analytics.page_views FROM halyard_reporting;

CREATE OR REPLACE VIEW analytics.slow_pages AS
SELECT
    v.path,
    date_trunc('hour', v.at) AS hour,
    percentile_disc(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY v.took_ms) AS took,
    count(*) AS views,
    rank() OVER (PARTITION BY date_trunc('hour', v.at) ORDER BY count(*) DESC) AS place,
    first_value(v.path) OVER (ORDER BY count(*) DESC GROUPS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE TIES) AS most
FROM analytics.page_views AS v
GROUP BY v.path, date_trunc('hour', v.at)
HAVING count(*) > 100;
COMMENT ON FOREIGN TABLE analytics.page_views IS 'One row for each page shown';
COMMENT ON SERVER warehouse IS 'Only reachable from inside';

CREATE COLLATION IF NOT EXISTS public.unicode_order (provider = builtin, locale = 'C.UTF-8');
CREATE INDEX CONCURRENTLY IF NOT EXISTS projects_org_id_name_idx ON public.projects (org_id, name COLLATE public.unicode_order);
SELECT name FROM public.projects WHERE lower(name) COLLATE "C" > 'a' ORDER BY name COLLATE public.unicode_order, created_at NULLS FIRST;
