-- All event triggers except those of extensions. If the parameter schemas is neither NULL nor contains '', the query reads none.
SELECT
    t.oid,
    t.evtname,
    NULL,
    n.nspname,
    p.proname,
    t.evtevent::text,
    t.evttags,
    t.evtenabled::text,
    obj_description(t.oid, 'pg_event_trigger')
FROM pg_event_trigger AS t
INNER JOIN pg_proc AS p ON p.oid = t.evtfoid
INNER JOIN pg_namespace AS n ON n.oid = p.pronamespace
WHERE coalesce('' = ANY (%(schemas)s::name[]), true)
    AND NOT EXISTS (
        SELECT FROM pg_depend AS e
        WHERE e.classid = 'pg_event_trigger'::regclass AND e.objid = t.oid AND e.deptype = 'e'
    )
ORDER BY t.evtname
