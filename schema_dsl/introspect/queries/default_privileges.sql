-- All default privileges except those for the role that creates the objects, who has all privileges anyway. If the parameter
-- schemas is NULL or contains '', the query also reads those of all schemas.
SELECT
    a.oid,
    NULL,
    concat_ws('; ',
        CASE WHEN a.defaclnamespace = 0 AND NOT EXISTS (
            SELECT FROM aclexplode(a.defaclacl) AS x WHERE x.grantee = a.defaclrole
        ) THEN 'is withheld from the role itself' END
    ),
    n.nspname,
    CASE a.defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions' WHEN 'T' THEN 'types'
        ELSE 'schemas' END,
    pg_get_userbyid(a.defaclrole),
    i.grantees,
    i.privileges,
    i.grantable
FROM pg_default_acl AS a
LEFT JOIN pg_namespace AS n ON n.oid = a.defaclnamespace
CROSS JOIN LATERAL (
    SELECT
        coalesce(array_agg(coalesce(r.rolname, 'public') ORDER BY r.rolname, x.privilege_type), '{}') AS grantees,
        coalesce(array_agg(lower(x.privilege_type) ORDER BY r.rolname, x.privilege_type), '{}') AS privileges,
        coalesce(array_agg(x.is_grantable ORDER BY r.rolname, x.privilege_type), '{}') AS grantable
    FROM aclexplode(a.defaclacl) AS x
    LEFT JOIN pg_roles AS r ON r.oid = x.grantee
    WHERE x.grantee <> a.defaclrole
) AS i
-- Since Postgres 18, there are also large objects.
WHERE a.defaclobjtype IN ('r', 'S', 'f', 'T', 'n')
    AND (%(schemas)s::name[] IS NULL OR coalesce(n.nspname, '') = ANY (%(schemas)s::name[]))
    -- A row for the role itself gives it nothing.
    AND (a.defaclnamespace = 0 OR i.grantees <> '{}')
ORDER BY n.nspname, a.defaclobjtype, a.defaclrole::regrole::text
