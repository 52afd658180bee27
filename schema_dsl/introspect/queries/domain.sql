-- All domains except those of extensions and system schemas. If the parameter schemas is NULL, the query reads all schemas.
SELECT
    t.oid,
    t.typname,
    CASE WHEN t.typacl IS NOT NULL AND NOT EXISTS (
        SELECT FROM aclexplode(t.typacl) AS x WHERE x.grantee = t.typowner
    ) THEN 'is withheld from its owner' END,
    n.nspname,
    format_type(t.typbasetype, t.typtypmod),
    CASE WHEN t.typcollation <> b.typcollation THEN t.typcollation::regcollation::text END,
    t.typnotnull,
    pg_get_expr(t.typdefaultbin, 0),
    ARRAY(
        SELECT json_build_array(c.conname, pg_get_expr(c.conbin, 0), c.convalidated, obj_description(c.oid, 'pg_constraint'))
        FROM pg_constraint AS c WHERE c.contypid = t.oid AND c.contype = 'c' ORDER BY c.oid
    ),
    obj_description(t.oid, 'pg_type')
FROM pg_type AS t
INNER JOIN pg_namespace AS n ON n.oid = t.typnamespace
INNER JOIN pg_type AS b ON b.oid = t.typbasetype
WHERE t.typtype = 'd'
    AND CASE
        WHEN %(schemas)s::name[] IS NULL THEN n.nspname <> 'information_schema' AND left(n.nspname, 3) <> 'pg_'
        ELSE n.nspname = ANY (%(schemas)s::name[])
    END
    AND NOT EXISTS (
        SELECT FROM pg_depend AS e
        WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e'
    )
ORDER BY n.nspname, t.typname
