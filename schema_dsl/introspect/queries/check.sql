SELECT
    c.conrelid,
    c.conname,
    concat_ws('; ',
        CASE WHEN NOT c.convalidated THEN 'is not validated' END,
        -- conenforced exists since Postgres 18. On older servers the name refers to the constant in "older".
        CASE WHEN NOT (SELECT conenforced FROM (SELECT c.*) AS newer) THEN 'is not enforced' END,
        CASE WHEN c.connoinherit THEN 'is not inherited' END,
        CASE WHEN c.coninhcount > 0 THEN 'is inherited' END
    ),
    pg_get_expr(c.conbin, c.conrelid),
    d.description
FROM pg_constraint AS c
LEFT JOIN pg_description AS d ON d.classoid = 'pg_constraint'::regclass AND d.objoid = c.oid
CROSS JOIN (SELECT true AS conenforced) AS older
WHERE c.conrelid = ANY (%(relations)s::oid[]) AND c.contype = 'c'
ORDER BY c.conrelid, c.conname
