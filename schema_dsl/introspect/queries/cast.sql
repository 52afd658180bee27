-- All casts except those of extensions, ranges and system types. If the parameter schemas is neither NULL nor contains '', the
-- query reads none.
SELECT
    c.oid,
    '',
    NULL,
    format_type(c.castsource, NULL),
    format_type(c.casttarget, NULL),
    nullif(c.castfunc, 0)::regprocedure::text,
    c.castcontext::text,
    c.castmethod::text,
    obj_description(c.oid, 'pg_cast')
FROM pg_cast AS c
WHERE c.oid >= 16384
    AND coalesce('' = ANY (%(schemas)s::name[]), true)
    AND NOT EXISTS (
        SELECT FROM pg_depend AS e
        WHERE e.classid = 'pg_cast'::regclass AND e.objid = c.oid AND e.deptype IN ('e', 'i')
    )
ORDER BY 4, 5
