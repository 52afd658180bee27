-- All enums except those of extensions and system schemas. If the parameter schemas is NULL, the query reads all schemas.
SELECT
    t.oid,
    t.typname,
    CASE WHEN t.typacl IS NOT NULL AND NOT EXISTS (
        SELECT FROM aclexplode(t.typacl) AS x WHERE x.grantee = t.typowner
    ) THEN 'is withheld from its owner' END,
    n.nspname,
    ARRAY(SELECT e.enumlabel FROM pg_enum AS e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder),
    obj_description(t.oid, 'pg_type')
FROM pg_type AS t
INNER JOIN pg_namespace AS n ON n.oid = t.typnamespace
WHERE t.typtype = 'e'
    AND CASE
        WHEN %(schemas)s::name[] IS NULL THEN n.nspname <> 'information_schema' AND left(n.nspname, 3) <> 'pg_'
        ELSE n.nspname = ANY (%(schemas)s::name[])
    END
    AND NOT EXISTS (
        SELECT FROM pg_depend AS e
        WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e'
    )
ORDER BY n.nspname, t.typname
