SELECT
    c.conrelid,
    c.conname,
    concat_ws('; ',
        CASE WHEN NOT c.convalidated THEN 'is not validated' END,
        -- conenforced and conperiod exist since Postgres 18, confdelsetcols since 15. On older servers the names
        -- refer to the constants in "older".
        CASE WHEN NOT (SELECT conenforced FROM (SELECT c.*) AS newer) THEN 'is not enforced' END,
        CASE WHEN (SELECT conperiod FROM (SELECT c.*) AS newer) THEN 'has a PERIOD' END,
        CASE WHEN (SELECT confdelsetcols FROM (SELECT c.*) AS newer) IS NOT NULL
            THEN 'sets a subset of its columns on delete' END,
        CASE c.confmatchtype WHEN 'f' THEN 'is MATCH FULL' END
    ),
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
