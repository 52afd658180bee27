-- All operators except those of extensions and system schemas, and those that another operator names only. If the parameter
-- schemas is NULL, the query reads all schemas.
SELECT
    o.oid,
    o.oprname,
    NULL,
    n.nspname,
    CASE WHEN o.oprleft <> 0 THEN format_type(o.oprleft, NULL) END,
    format_type(o.oprright, NULL),
    o.oprcode::regproc::text,
    CASE WHEN c.oid IS NOT NULL THEN format('OPERATOR(%%I.%%s)', cn.nspname, c.oprname) END,
    CASE WHEN g.oid IS NOT NULL THEN format('OPERATOR(%%I.%%s)', gn.nspname, g.oprname) END,
    nullif(o.oprrest, 0)::regproc::text,
    nullif(o.oprjoin, 0)::regproc::text,
    o.oprcanhash,
    o.oprcanmerge,
    obj_description(o.oid, 'pg_operator')
FROM pg_operator AS o
INNER JOIN pg_namespace AS n ON n.oid = o.oprnamespace
LEFT JOIN pg_operator AS c ON c.oid = o.oprcom
LEFT JOIN pg_namespace AS cn ON cn.oid = c.oprnamespace
LEFT JOIN pg_operator AS g ON g.oid = o.oprnegate
LEFT JOIN pg_namespace AS gn ON gn.oid = g.oprnamespace
WHERE o.oprcode <> 0
    AND CASE
        WHEN %(schemas)s::name[] IS NULL THEN n.nspname <> 'information_schema' AND left(n.nspname, 3) <> 'pg_'
        ELSE n.nspname = ANY (%(schemas)s::name[])
    END
    AND NOT EXISTS (
        SELECT FROM pg_depend AS e
        WHERE e.classid = 'pg_operator'::regclass AND e.objid = o.oid AND e.deptype = 'e'
    )
ORDER BY n.nspname, o.oprname, o.oid
