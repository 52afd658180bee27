-- All collations except those of extensions and system schemas. If the parameter schemas is NULL, the query reads all schemas.
SELECT
    l.oid,
    l.collname,
    NULL,
    n.nspname,
    l.collprovider::text,
    -- The name of the column depends on the version: collcollate before Postgres 15, colliculocale before Postgres 17.
    coalesce(j.attributes ->> 'colllocale', j.attributes ->> 'colliculocale', l.collcollate::text),
    CASE WHEN l.collprovider = 'c' THEN l.collctype::text END,
    l.collisdeterministic,
    j.attributes ->> 'collicurules',
    obj_description(l.oid, 'pg_collation')
FROM pg_collation AS l
INNER JOIN pg_namespace AS n ON n.oid = l.collnamespace
CROSS JOIN LATERAL (SELECT to_jsonb(l) AS attributes) AS j
WHERE l.oid >= 16384
    AND CASE
        WHEN %(schemas)s::name[] IS NULL THEN n.nspname <> 'information_schema' AND left(n.nspname, 3) <> 'pg_'
        ELSE n.nspname = ANY (%(schemas)s::name[])
    END
    AND NOT EXISTS (
        SELECT FROM pg_depend AS e
        WHERE e.classid = 'pg_collation'::regclass AND e.objid = l.oid AND e.deptype = 'e'
    )
ORDER BY n.nspname, l.collname
