-- All schemas except those of extensions and system schemas. If the parameter schemas is NULL or contains '', the query
-- reads all schemas. Of the schema public, the definitions can declare neither the comment nor the owner, which is
-- pg_database_owner in a new database, and the first superuser before Postgres 15.
SELECT
    n.oid,
    n.nspname,
    CASE WHEN n.nspname = 'public' THEN nullif(concat_ws(
        ' and ',
        CASE WHEN n.nspowner <> 10 AND pg_get_userbyid(n.nspowner) <> 'pg_database_owner'
            THEN 'is owned by ' || pg_get_userbyid(n.nspowner) END,
        CASE WHEN obj_description(n.oid, 'pg_namespace') IS DISTINCT FROM 'standard public schema'
            THEN 'has a comment other than that of Postgres' END
    ), '') END,
    CASE WHEN n.nspname <> 'public' THEN obj_description(n.oid, 'pg_namespace') END
FROM pg_namespace AS n
WHERE n.nspname <> 'information_schema' AND left(n.nspname, 3) <> 'pg_'
    AND coalesce(%(schemas)s::name[] && ARRAY['', n.nspname], true)
    AND NOT EXISTS (
        SELECT FROM pg_depend AS e
        WHERE e.classid = 'pg_namespace'::regclass AND e.objid = n.oid AND e.deptype = 'e'
    )
ORDER BY n.nspname
