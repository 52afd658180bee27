-- What the home page reads, in one call.
CREATE OR REPLACE FUNCTION public.today(org uuid, tz text DEFAULT 'UTC', OUT tasks jsonb, OUT unread bigint, OUT rooms text[], OUT streak int)
LANGUAGE plpgsql STABLE SET search_path = ''
AS $$
DECLARE
    me uuid := (SELECT auth.uid());
    midnight timestamptz := date_trunc('day', now() AT TIME ZONE tz) AT TIME ZONE tz;
BEGIN
    SELECT jsonb_agg(to_jsonb(x) ORDER BY x.due NULLS LAST, x.priority)
    INTO tasks
    FROM (
        SELECT t.id, t.title, t.due, t.priority, t.status, p.name AS project, ARRAY(
            SELECT l.name FROM public.task_labels AS tl JOIN public.labels AS l ON l.id = tl.label_id
            WHERE tl.task_id = t.id ORDER BY l.name
        ) AS labels
        FROM public.tasks AS t
        JOIN public.projects AS p ON p.id = t.project_id AND p.org_id = today.org
        WHERE t.assignee_id = me AND t.status NOT IN ('done', 'review')
        FETCH FIRST 50 ROWS ONLY
    ) AS x;
    SELECT count(*) INTO unread FROM public.notifications AS n WHERE n.user_id = me AND n.read_at IS NULL;
    rooms := ARRAY(
        SELECT format('%s until %s', r.name, to_char(upper(b.during) AT TIME ZONE tz, 'HH24:MI'))
        FROM public.bookings AS b JOIN public.rooms AS r ON b.room_id = r.id
        WHERE b.booked_by = me AND b.during && tstzrange(midnight, midnight + interval '1 day') AND r.org_id = today.org
    );
    SELECT e.streak INTO today.streak FROM public.user_engagement AS e WHERE e.user_id = me;
END
$$;
REVOKE ALL ON FUNCTION public.today(uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION public.today(uuid, text) TO authenticated;
COMMENT ON FUNCTION public.today(uuid, text) IS $c$The home page's data; times are in the caller's zone.$c$;

CREATE OR REPLACE VIEW public.people WITH (security_invoker = on) AS
SELECT p.id, p.username, p.full_name, p.timezone, m.org_id, m.role, c.name AS country
FROM public.profiles AS p
JOIN public.members AS m ON m.user_id = p.id
LEFT JOIN (public.addresses AS a JOIN public.countries AS c ON c.code = a.country) ON a.org_id = m.org_id AND a.kind = 'invoice'
WHERE m.role IN ('owner', 'admin', 'member', 'guest');
GRANT SELECT ON public.people TO authenticated;

SELECT t.tasks -> 0 ->> 'title' AS first, t.unread + 1, t.rooms[1], t.streak FROM public.today(gen_random_uuid(), tz => 'Europe/Berlin') AS t;
SELECT (today(gen_random_uuid())).unread, (SELECT (p).full_name FROM people AS p LIMIT 1);
EXPLAIN (COSTS OFF) SELECT country, count(*) FROM people GROUP BY CUBE (country, role) ORDER BY 2 DESC;
PREPARE by_zone (text) AS SELECT p.id FROM public.profiles AS p WHERE p.timezone = $1 AND p.created_at < now();
EXECUTE by_zone ('UTC');
DEALLOCATE by_zone;
DISCARD ALL;
