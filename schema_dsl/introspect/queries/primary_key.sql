SELECT
    c.conrelid,
    c.conname,
    concat_ws('; ',
        CASE WHEN i.indnatts > i.indnkeyatts THEN 'includes further columns' END,
        CASE WHEN NOT i.indisvalid THEN 'is held by an index that is not valid' END,
        -- WITHOUT OVERLAPS, since 18.
        CASE WHEN (SELECT conperiod FROM (SELECT c.*) AS newer) THEN 'is without overlaps' END,
        CASE WHEN i.indisclustered THEN 'orders the table' END,
        CASE WHEN x.reltablespace <> 0 THEN 'lies in a tablespace of its own' END,
        'has storage options ' || array_to_string(x.reloptions, ', ')
    ),
    c.conkey,
    c.condeferrable,
    c.condeferred,
    d.description
FROM pg_constraint AS c
INNER JOIN pg_index AS i ON i.indexrelid = c.conindid
INNER JOIN pg_class AS x ON x.oid = c.conindid
LEFT JOIN pg_description AS d ON d.classoid = 'pg_constraint'::regclass AND d.objoid = c.oid
CROSS JOIN (SELECT false AS conperiod) AS old
-- A partition's own are its parent's.
WHERE c.conrelid = ANY (%(relations)s::oid[]) AND c.contype = 'p' AND c.conparentid = 0
ORDER BY c.conrelid, c.conname
