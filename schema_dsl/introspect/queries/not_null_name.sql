-- The names of NOT NULL constraints that Postgres did not choose, which exist since version 18. A name that Postgres had to
-- shorten is taken for one of its own if it ends as such a name does.
SELECT
    c.conrelid,
    a.attname,
    CASE WHEN c.connoinherit THEN 'has NO INHERIT' WHEN d.description IS NOT NULL THEN 'has a comment' END,
    c.conname
FROM pg_constraint AS c
INNER JOIN pg_class AS r ON r.oid = c.conrelid AND NOT r.relispartition
INNER JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] AND a.attinhcount = 0
CROSS JOIN LATERAL (SELECT r.relname || '_' || a.attname || '_not_null') AS n (chosen)
LEFT JOIN pg_description AS d ON d.classoid = 'pg_constraint'::regclass AND d.objoid = c.oid
WHERE c.conrelid = ANY (%(relations)s::oid[]) AND c.contype = 'n' AND c.conislocal
    AND NOT CASE
        WHEN octet_length(n.chosen) <= 63 THEN left(c.conname, length(n.chosen)) = n.chosen
            AND substr(c.conname, length(n.chosen) + 1) ~ '^[0-9]*$'
        ELSE c.conname ~ '_not_null[0-9]*$'
    END
ORDER BY c.conrelid, a.attname
