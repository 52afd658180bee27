-- All range types except those of extensions and system schemas. If the parameter schemas is NULL, the query reads all schemas.
SELECT
    t.oid,
    t.typname,
    concat_ws('; ',
        CASE WHEN r.rngcanonical <> 0 THEN 'has canonical function ' || r.rngcanonical::regproc END,
        CASE WHEN m.typnamespace <> t.typnamespace THEN 'has a multirange type in another schema' END,
        CASE WHEN obj_description(m.oid, 'pg_type') IS NOT NULL THEN 'has a comment on its multirange type' END
    ),
    n.nspname,
    format_type(r.rngsubtype, NULL),
    CASE WHEN NOT o.opcdefault THEN o.opcnamespace::regnamespace || '.' || quote_ident(o.opcname) END,
    CASE WHEN r.rngcollation <> s.typcollation THEN r.rngcollation::regcollation::text END,
    nullif(r.rngsubdiff, 0)::regproc::text,
    m.typname,
    obj_description(t.oid, 'pg_type')
FROM pg_range AS r
INNER JOIN pg_type AS t ON t.oid = r.rngtypid
INNER JOIN pg_type AS s ON s.oid = r.rngsubtype
INNER JOIN pg_type AS m ON m.oid = r.rngmultitypid
INNER JOIN pg_opclass AS o ON o.oid = r.rngsubopc
INNER JOIN pg_namespace AS n ON n.oid = t.typnamespace
WHERE CASE
        WHEN %(schemas)s::name[] IS NULL THEN n.nspname <> 'information_schema' AND left(n.nspname, 3) <> 'pg_'
        ELSE n.nspname = ANY (%(schemas)s::name[])
    END
    AND NOT EXISTS (
        SELECT FROM pg_depend AS e
        WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e'
    )
ORDER BY n.nspname, t.typname
