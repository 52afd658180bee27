-- All schemas except public, those of extensions and system schemas. If the parameter schemas is NULL or contains '', the
-- query reads all schemas.
SELECT
    n.oid,
    n.nspname,
    NULL,
    obj_description(n.oid, 'pg_namespace')
FROM pg_namespace AS n
WHERE n.nspname NOT IN ('public', 'information_schema') AND left(n.nspname, 3) <> 'pg_'
    AND coalesce(%(schemas)s::name[] && ARRAY['', n.nspname], true)
    AND NOT EXISTS (
        SELECT FROM pg_depend AS e
        WHERE e.classid = 'pg_namespace'::regclass AND e.objid = n.oid AND e.deptype = 'e'
    )
ORDER BY n.nspname
