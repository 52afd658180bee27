-- The privileges of every role except the owner, who has all privileges by default.
SELECT
    g.relation,
    coalesce(r.rolname, 'public'),
    NULL,
    coalesce(array_agg(DISTINCT lower(g.privilege_type)) FILTER (WHERE g.attname IS NULL), '{}'),
    coalesce(
        array_agg(DISTINCT lower(g.privilege_type)) FILTER (WHERE g.is_grantable AND g.attname IS NULL), '{}'
    ),
    coalesce(array_agg(g.attname ORDER BY g.attname, g.privilege_type) FILTER (WHERE g.attname IS NOT NULL), '{}'),
    coalesce(
        array_agg(lower(g.privilege_type) ORDER BY g.attname, g.privilege_type) FILTER (WHERE g.attname IS NOT NULL),
        '{}'
    ),
    coalesce(
        array_agg(g.attname ORDER BY g.attname, g.privilege_type)
            FILTER (WHERE g.is_grantable AND g.attname IS NOT NULL),
        '{}'
    ),
    coalesce(
        array_agg(lower(g.privilege_type) ORDER BY g.attname, g.privilege_type)
            FILTER (WHERE g.is_grantable AND g.attname IS NOT NULL),
        '{}'
    )
FROM (
    SELECT c.oid AS relation, NULL::name AS attname, x.grantee, x.privilege_type, x.is_grantable
    FROM pg_class AS c
    CROSS JOIN LATERAL aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) AS x
    WHERE c.oid = ANY (%(relations)s::oid[]) AND x.grantee <> c.relowner
    UNION ALL
    SELECT c.oid, a.attname, x.grantee, x.privilege_type, x.is_grantable
    FROM pg_class AS c
    INNER JOIN pg_attribute AS a ON a.attrelid = c.oid
    CROSS JOIN LATERAL aclexplode(a.attacl) AS x
    -- Until Postgres 15, a dropped column keeps its privileges.
    WHERE c.oid = ANY (%(relations)s::oid[]) AND a.attacl IS NOT NULL AND NOT a.attisdropped
        AND x.grantee <> c.relowner
) AS g
LEFT JOIN pg_roles AS r ON r.oid = g.grantee
GROUP BY g.relation, r.rolname
ORDER BY g.relation, r.rolname
