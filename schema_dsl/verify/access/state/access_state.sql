-- A digest, for each relation, of every catalog entry that decides on the access to it; the digest without a relation
-- is that of roles and schemas. It uses names, because oids differ between databases. Functions are read apart. $1 are the oids of the relations to read, with 0 for what has no relation.
-- OFFSET 0 keeps Postgres from reading whole catalogs: it knows no statistics of a young catalog.
WITH chosen AS MATERIALIZED (
    SELECT c.*, n.nspname
    FROM pg_catalog.unnest($1) AS o (oid)
    CROSS JOIN LATERAL (SELECT c.* FROM pg_catalog.pg_class AS c WHERE c.oid = o.oid OFFSET 0) AS c
    CROSS JOIN LATERAL (SELECT n.nspname FROM pg_catalog.pg_namespace AS n WHERE n.oid = c.relnamespace OFFSET 0) AS n
    WHERE c.oid >= 16384
)
SELECT digest.relation, c.nspname::text, c.relname::text, digest.entries, digest.protection, digest.conditions,
    digest.column_privileges
FROM (
    SELECT part.relation,
        pg_catalog.md5(pg_catalog.string_agg(part.entry, E'\n' ORDER BY part.entry)) AS entries,
        -- The digest of what protects the rows of a table: the owner, row level security, policies and privileges.
        pg_catalog.md5(pg_catalog.string_agg(part.protection, E'\n' ORDER BY part.protection)) AS protection,
        coalesce(pg_catalog.array_agg(part.condition) FILTER (WHERE part.condition IS NOT NULL), '{}') AS conditions,
        coalesce(pg_catalog.string_agg(part.protection, E'\n' ORDER BY part.protection)
            FILTER (WHERE part.protection LIKE 'column %'), '') AS column_privileges
    FROM (
        SELECT c.oid::bigint AS relation, pg_catalog.concat_ws(' ', 'relation', c.nspname, c.relname, c.relkind,
            c.relowner::regrole, c.relrowsecurity, c.relforcerowsecurity, c.relacl, c.reloptions,
            CASE WHEN c.relkind = 'v' THEN pg_catalog.pg_get_viewdef(c.oid) END) AS entry,
            CASE WHEN c.relkind IN ('r', 'p') THEN pg_catalog.concat_ws(' ', c.relowner::regrole, c.relrowsecurity,
                c.relforcerowsecurity, c.relacl) END AS protection,
            NULL AS condition
        FROM chosen AS c
        WHERE c.relkind IN ('r', 'p', 'v', 'f', 'm', 'S')
        UNION ALL
        SELECT a.attrelid, pg_catalog.concat_ws(' ', 'column', a.attname, a.atttypid::regtype, a.attnotnull,
            a.attgenerated, a.attidentity, a.atthasdef, a.attacl),
            'column ' || a.attname || ' ' || a.attacl::text, NULL
        FROM chosen AS c
        CROSS JOIN LATERAL (
            SELECT a.* FROM pg_catalog.pg_attribute AS a
            WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped OFFSET 0
        ) AS a
        WHERE c.relkind IN ('r', 'p', 'v', 'f', 'm')
        UNION ALL
        SELECT p.polrelid, e.policy, e.policy, x.condition
        FROM pg_catalog.pg_policy AS p
        CROSS JOIN LATERAL (
            SELECT pg_catalog.pg_get_expr(p.polqual, p.polrelid), pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid)
            OFFSET 0
        ) AS t (condition, "check")
        CROSS JOIN LATERAL pg_catalog.concat_ws(' ', 'policy', p.polname, p.polcmd, p.polpermissive,
            p.polroles::regrole[], t.condition, 'check', t."check") AS e (policy)
        CROSS JOIN LATERAL (VALUES (t.condition), (t."check")) AS x (condition)
        WHERE p.polrelid = ANY ($1)
        UNION ALL
        SELECT d.adrelid, pg_catalog.concat_ws(' ', 'default', d.adnum, pg_catalog.pg_get_expr(d.adbin, d.adrelid)),
            NULL, NULL
        FROM pg_catalog.pg_attrdef AS d
        WHERE d.adrelid = ANY ($1)
        UNION ALL
        SELECT t.tgrelid, pg_catalog.concat_ws(' ', 'trigger', t.tgname, t.tgenabled, t.tgfoid::regproc), NULL, NULL
        FROM pg_catalog.pg_trigger AS t
        WHERE NOT t.tgisinternal AND t.tgrelid = ANY ($1)
        UNION ALL
        SELECT i.inhparent, pg_catalog.concat_ws(' ', 'child', i.inhrelid::regclass), NULL, NULL
        FROM pg_catalog.pg_inherits AS i
        WHERE i.inhparent = ANY ($1)
        UNION ALL
        SELECT 0, pg_catalog.concat_ws(' ', 'schema', n.nspname, n.nspacl), NULL, NULL
        FROM pg_catalog.pg_namespace AS n
        WHERE n.nspname !~ '^pg_(toast_)?temp_'
            AND 0::oid = ANY ($1)
        UNION ALL
        SELECT 0, pg_catalog.concat_ws(' ', 'member', m.roleid::regrole, m.member::regrole,
            -- Postgres 16 and newer: whether the member inherits privileges, and may SET ROLE.
            pg_catalog.to_jsonb(m) -> 'inherit_option', pg_catalog.to_jsonb(m) -> 'set_option'), NULL, NULL
        FROM pg_catalog.pg_auth_members AS m
        WHERE 0::oid = ANY ($1)
        UNION ALL
        SELECT 0, pg_catalog.concat_ws(' ', 'role', r.rolname, r.rolsuper, r.rolbypassrls, r.rolinherit), NULL, NULL
        FROM pg_catalog.pg_roles AS r
        WHERE (r.rolsuper OR r.rolbypassrls OR NOT r.rolinherit) AND 0::oid = ANY ($1)
    ) AS part
    GROUP BY part.relation
) AS digest
LEFT JOIN chosen AS c ON c.oid = digest.relation
