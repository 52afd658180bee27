-- The privileges on objects other than tables, of every role except the owner. Where a role has exactly the privileges
-- that Postgres gives it on every new object, such as EXECUTE on functions to PUBLIC, there is no row; where it lost
-- these, there is a row without privileges.
WITH object AS (
    SELECT
        c.oid,
        CASE c.relkind WHEN 'S' THEN 'sequence' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized_view'
            ELSE 'foreign_table' END AS kind,
        c.relnamespace AS namespace, c.relname AS name, NULL::text[] AS arguments, c.relowner AS owner, c.relacl AS acl,
        (CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END)::"char" AS letter
    FROM pg_class AS c
    WHERE c.relkind IN ('S', 'v', 'm', 'f')
    UNION ALL
    SELECT n.oid, 'schema', NULL, n.nspname, NULL, n.nspowner, n.nspacl, 'n'
    FROM pg_namespace AS n
    UNION ALL
    SELECT
        t.oid,
        CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range' ELSE 'composite_type' END,
        t.typnamespace, t.typname, NULL, t.typowner, t.typacl, 'T'
    FROM pg_type AS t
    WHERE t.typacl IS NOT NULL AND t.typtype IN ('e', 'd', 'r', 'c')
    UNION ALL
    SELECT
        p.oid,
        CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END,
        p.pronamespace, p.proname,
        ARRAY(SELECT format_type(a.kind, NULL) FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS a (kind, place)
            ORDER BY a.place),
        p.proowner, p.proacl, 'f'
    FROM pg_proc AS p
    WHERE p.proacl IS NOT NULL
    UNION ALL
    SELECT s.oid, 'foreign_server', NULL, s.srvname, NULL, s.srvowner, s.srvacl, 'S'
    FROM pg_foreign_server AS s
    UNION ALL
    SELECT w.oid, 'foreign_data_wrapper', NULL, w.fdwname, NULL, w.fdwowner, w.fdwacl, 'F'
    FROM pg_foreign_data_wrapper AS w
),
item AS (
    SELECT o.oid, o.kind, x.grantee, x.privilege_type, x.is_grantable, NULL::name AS attname
    FROM object AS o
    CROSS JOIN LATERAL aclexplode(o.acl) AS x
    WHERE x.grantee <> o.owner
    UNION ALL
    SELECT o.oid, o.kind, x.grantee, x.privilege_type, x.is_grantable, a.attname
    FROM object AS o
    -- Until Postgres 15, a dropped column keeps its privileges.
    INNER JOIN pg_attribute AS a ON a.attrelid = o.oid AND a.attacl IS NOT NULL AND NOT a.attisdropped
    CROSS JOIN LATERAL aclexplode(a.attacl) AS x
    WHERE o.letter = 'r' AND x.grantee <> o.owner
    UNION ALL
    -- PUBLIC without its built-in privilege.
    SELECT o.oid, o.kind, 0, NULL, false, NULL
    FROM object AS o
    WHERE (o.letter IN ('f', 'T') AND o.acl IS NOT NULL OR o.letter = 'n' AND o.name = 'public')
        AND NOT EXISTS (SELECT FROM aclexplode(o.acl) AS x WHERE x.grantee = 0)
)
SELECT
    o.oid,
    coalesce(r.rolname, 'public'),
    NULL,
    o.kind,
    coalesce(n.nspname, ''),
    o.name,
    o.arguments,
    coalesce(array_agg(DISTINCT lower(i.privilege_type))
        FILTER (WHERE i.attname IS NULL AND i.privilege_type IS NOT NULL), '{}'),
    coalesce(array_agg(DISTINCT lower(i.privilege_type)) FILTER (WHERE i.is_grantable AND i.attname IS NULL), '{}'),
    coalesce(array_agg(i.attname ORDER BY i.attname, i.privilege_type) FILTER (WHERE i.attname IS NOT NULL), '{}'),
    coalesce(array_agg(lower(i.privilege_type) ORDER BY i.attname, i.privilege_type)
        FILTER (WHERE i.attname IS NOT NULL), '{}'),
    coalesce(array_agg(i.attname ORDER BY i.attname, i.privilege_type)
        FILTER (WHERE i.is_grantable AND i.attname IS NOT NULL), '{}'),
    coalesce(array_agg(lower(i.privilege_type) ORDER BY i.attname, i.privilege_type)
        FILTER (WHERE i.is_grantable AND i.attname IS NOT NULL), '{}')
FROM object AS o
INNER JOIN item AS i ON i.oid = o.oid AND i.kind = o.kind
LEFT JOIN pg_namespace AS n ON n.oid = o.namespace
LEFT JOIN pg_roles AS r ON r.oid = i.grantee
-- System objects have the privileges that initdb gave them.
WHERE o.oid >= 16384 OR o.kind = 'schema'
GROUP BY o.oid, o.kind, n.nspname, o.name, o.arguments, r.rolname, i.grantee
HAVING NOT (
    i.grantee = 0 AND o.kind IN ('enum', 'domain', 'range', 'composite_type', 'function', 'procedure', 'aggregate')
    AND count(i.privilege_type) > 0
)
ORDER BY o.kind, n.nspname, o.name, o.arguments, r.rolname
