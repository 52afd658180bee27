SELECT
    c.conrelid,
    c.conname,
    CASE WHEN c.coninhcount > 0 THEN 'is inherited' END,
    pg_get_expr(c.conbin, c.conrelid),
    c.connoinherit,
    c.convalidated,
    -- conenforced exists since Postgres 18. On older servers the name refers to the constant in "older".
    (SELECT conenforced FROM (SELECT c.*) AS newer),
    d.description
FROM pg_constraint AS c
LEFT JOIN pg_description AS d ON d.classoid = 'pg_constraint'::regclass AND d.objoid = c.oid
CROSS JOIN (SELECT true AS conenforced) AS older
INNER JOIN pg_class AS r ON r.oid = c.conrelid
-- Skip the checks that a partition inherits from the partitioned table, and another table from its parents.
WHERE c.conrelid = ANY (%(relations)s::oid[]) AND c.contype = 'c' AND NOT (c.coninhcount > 0 AND (r.relispartition OR NOT c.conislocal))
ORDER BY c.conrelid, c.conname
