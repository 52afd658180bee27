-- Numbers for the dashboard. Refreshed every night by a job.
CREATE SCHEMA IF NOT EXISTS analytics;

CREATE MATERIALIZED VIEW IF NOT EXISTS analytics.daily_activity AS
WITH days AS (
    SELECT d::date AS day
    FROM generate_series(date_trunc('day', now()) - interval '90 days', now(), interval '1 day') AS d
), done AS (
    SELECT p.org_id, t.updated_at::date AS day, count(*) AS done, count(DISTINCT t.assignee_id) AS people
    FROM public.tasks AS t
    JOIN public.projects AS p ON p.id = t.project_id
    WHERE t.status = 'done'
    GROUP BY p.org_id, t.updated_at::date
)
SELECT
    o.id AS org_id,
    days.day,
    coalesce(done.done, 0) AS done,
    coalesce(done.people, 0) AS people,
    sum(coalesce(done.done, 0)) OVER week AS done_in_week,
    lag(done.done, 7, 0::bigint) OVER (PARTITION BY o.id ORDER BY days.day) AS week_before
FROM public.organisations AS o
CROSS JOIN days
LEFT JOIN done ON done.org_id = o.id AND done.day = days.day
WINDOW week AS (PARTITION BY o.id ORDER BY days.day ROWS BETWEEN 6 PRECEDING AND CURRENT ROW)
WITH NO DATA;

CREATE UNIQUE INDEX IF NOT EXISTS daily_activity_key ON analytics.daily_activity (org_id, day);
REFRESH MATERIALIZED VIEW analytics.daily_activity;
REFRESH MATERIALIZED VIEW CONCURRENTLY analytics.daily_activity WITH DATA;

CREATE OR REPLACE VIEW analytics.tasks_by AS
SELECT
    p.org_id, t.status, t.priority,
    count(*) AS tasks,
    count(*) FILTER (WHERE t.due < CURRENT_DATE) AS late,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM t.updated_at - t.created_at)) AS median_seconds,
    grouping(t.status, t.priority) AS level
FROM public.tasks AS t
JOIN public.projects AS p ON p.id = t.project_id
GROUP BY p.org_id, GROUPING SETS ((t.status, t.priority), (t.status), ());

-- Read through a function that says whose numbers they are.
CREATE OR REPLACE FUNCTION public.activity(org uuid, since date DEFAULT CURRENT_DATE - 30)
RETURNS SETOF analytics.daily_activity
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''
AS $$
    SELECT a.* FROM analytics.daily_activity AS a
    WHERE a.org_id = org AND a.day >= since AND app.is_member(org)
    ORDER BY a.day
$$;
REVOKE ALL ON FUNCTION public.activity(uuid, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.activity(uuid, date) TO authenticated;

-- Longest streak of days with something done.
CREATE AGGREGATE analytics.longest(integer) (
    SFUNC = int4larger, STYPE = integer, INITCOND = '0', COMBINEFUNC = int4larger, PARALLEL = safe
);
SELECT org_id, analytics.longest(run::int) FROM (
    SELECT org_id, count(*) AS run
    FROM (
        SELECT org_id, day, day - (row_number() OVER (PARTITION BY org_id ORDER BY day))::int AS island
        FROM analytics.daily_activity WHERE done > 0
    ) AS islands
    GROUP BY org_id, island
) AS runs GROUP BY ROLLUP (org_id);
