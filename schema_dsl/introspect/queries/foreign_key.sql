SELECT
    c.conrelid,
    c.conname,
    NULL,
    c.conkey,
    n.nspname,
    r.relname,
    -- Return the names of the referenced columns, because the referenced table may not be among the read tables.
    ARRAY(
        SELECT a.attname
        FROM unnest(c.confkey) WITH ORDINALITY AS k (number, place)
        INNER JOIN pg_attribute AS a ON a.attrelid = c.confrelid AND a.attnum = k.number
        ORDER BY k.place
    ),
    c.confdeltype,
    c.confupdtype,
    -- confdelsetcols exists since Postgres 15, conperiod and conenforced since 18. On older servers the names refer to
    -- the constants in "older".
    (SELECT confdelsetcols FROM (SELECT c.*) AS newer),
    c.confmatchtype = 'f',
    (SELECT conperiod FROM (SELECT c.*) AS newer),
    c.convalidated,
    (SELECT conenforced FROM (SELECT c.*) AS newer),
    c.condeferrable,
    c.condeferred,
    d.description
FROM pg_constraint AS c
INNER JOIN pg_class AS r ON r.oid = c.confrelid
INNER JOIN pg_namespace AS n ON n.oid = r.relnamespace
LEFT JOIN pg_description AS d ON d.classoid = 'pg_constraint'::regclass AND d.objoid = c.oid
CROSS JOIN (SELECT true AS conenforced, false AS conperiod, NULL::smallint[] AS confdelsetcols) AS older
-- Skip the foreign keys that Postgres derives for partitions, on either side.
WHERE c.conrelid = ANY (%(relations)s::oid[]) AND c.contype = 'f' AND c.conparentid = 0
ORDER BY c.conrelid, c.conname
