-- A digest of every catalog entry that decides on access. It uses names, because oids differ between databases, and
-- the source of functions, because policies call functions.
SELECT pg_catalog.md5(pg_catalog.string_agg(part, E'\n' ORDER BY part)) AS access_digest
FROM (
    SELECT pg_catalog.concat_ws(' ', 'relation', n.nspname, c.relname, c.relkind, c.relowner::regrole,
        c.relrowsecurity, c.relforcerowsecurity, c.relacl, c.reloptions) AS part
    FROM pg_catalog.pg_class AS c
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'v', 'f')
    UNION ALL
    SELECT pg_catalog.concat_ws(' ', 'column', a.attrelid::regclass, a.attname, a.atttypid, a.attnotnull, a.attacl)
    FROM pg_catalog.pg_attribute AS a
    JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
    WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
    UNION ALL
    SELECT pg_catalog.concat_ws(' ', 'policy', p.polrelid::regclass, p.polname, p.polcmd, p.polpermissive,
        p.polroles::regrole[], pg_catalog.pg_get_expr(p.polqual, p.polrelid), 'check',
        pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid))
    FROM pg_catalog.pg_policy AS p
    UNION ALL
    SELECT pg_catalog.concat_ws(' ', 'function', p.oid::regprocedure, p.proacl, p.prosecdef, p.proconfig, p.prosrc)
    FROM pg_catalog.pg_proc AS p
    WHERE p.oid >= 16384
    UNION ALL
    SELECT pg_catalog.concat_ws(' ', 'trigger', t.tgrelid::regclass, t.tgname, t.tgenabled, t.tgfoid::regproc)
    FROM pg_catalog.pg_trigger AS t
    WHERE NOT t.tgisinternal
    UNION ALL
    SELECT pg_catalog.concat_ws(' ', 'schema', n.nspname, n.nspacl)
    FROM pg_catalog.pg_namespace AS n
    UNION ALL
    SELECT pg_catalog.concat_ws(' ', 'member', m.roleid::regrole, m.member::regrole)
    FROM pg_catalog.pg_auth_members AS m
) AS parts
