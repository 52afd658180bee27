-- Types, and the types that they consist of: the base type of a domain, the element of an array, the bound of a range.
WITH RECURSIVE needed (oid) AS (
    SELECT unnest(%s::oid[])
    UNION
    SELECT part.oid
    FROM needed AS n
    JOIN pg_catalog.pg_type AS t ON t.oid = n.oid
    LEFT JOIN pg_catalog.pg_range AS r ON r.rngtypid = t.oid OR r.rngmultitypid = t.oid
    CROSS JOIN LATERAL (VALUES (t.typbasetype), (t.typelem), (r.rngsubtype)) AS part (oid)
    WHERE part.oid <> 0
)
SELECT
    t.oid::bigint,
    t.typname,
    t.typtype,
    t.typcategory,
    CASE
        WHEN t.typbasetype <> 0 THEN t.typbasetype::bigint
        WHEN r.rngsubtype IS NOT NULL THEN r.rngsubtype::bigint
        WHEN t.typcategory = 'A' THEN t.typelem::bigint
    END AS component,
    t.typtypmod,
    t.typnotnull,
    ARRAY(
        SELECT e.enumlabel::text FROM pg_catalog.pg_enum AS e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder
    ) AS labels,
    ARRAY(
        SELECT pg_catalog.pg_get_expr(k.conbin, 0) FROM pg_catalog.pg_constraint AS k
        WHERE k.contypid = t.oid AND k.contype = 'c' ORDER BY k.conname
    ) AS checks,
    (
        SELECT count(*) FROM pg_catalog.pg_attribute AS a
        WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped
    ) AS attribute_count
FROM needed
JOIN pg_catalog.pg_type AS t ON t.oid = needed.oid
LEFT JOIN pg_catalog.pg_range AS r ON r.rngtypid = t.oid OR r.rngmultitypid = t.oid
