SELECT
    r.prrelid,
    p.pubname,
    NULL,
    n.nspname,
    c.relname,
    -- prattrs and prqual exist since Postgres 15. On older servers the names refer to the constants in "old".
    (SELECT prattrs FROM (SELECT r.*) AS newer)::smallint[],
    pg_get_expr((SELECT prqual FROM (SELECT r.*) AS newer), r.prrelid)
FROM pg_publication_rel AS r
INNER JOIN pg_publication AS p ON p.oid = r.prpubid
INNER JOIN pg_class AS c ON c.oid = r.prrelid
INNER JOIN pg_namespace AS n ON n.oid = c.relnamespace
CROSS JOIN (SELECT NULL::int2vector AS prattrs, NULL::pg_node_tree AS prqual) AS old
WHERE r.prrelid = ANY (%(relations)s::oid[])
ORDER BY r.prrelid, p.pubname
