SELECT
    a.attrelid,
    a.attname,
    concat_ws('; ',
        CASE WHEN v.conrelid IS NOT NULL THEN 'has a NOT NULL constraint that is not validated' END,
        CASE WHEN q.seqtypid <> a.atttypid THEN 'has a sequence of type ' || q.seqtypid::regtype END
    ),
    format_type(a.atttypid, a.atttypmod),
    a.attnotnull,
    nullif(a.attidentity, ''),
    nullif(a.attgenerated, ''),
    pg_get_expr(e.adbin, e.adrelid),
    d.description,
    CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END,
    CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage END,
    nullif(a.attcompression, ''),
    CASE WHEN a.attstattarget >= 0 THEN a.attstattarget::int END,
    -- Some builds of Postgres store additional options of their own here.
    CASE WHEN a.attoptions IS NOT NULL THEN ARRAY(
        SELECT option FROM unnest(a.attoptions) AS option WHERE option LIKE 'n\_distinct%%'
    ) END,
    -- The options of an identity column's sequence, and the largest and the smallest number of its type.
    CASE WHEN q.seqrelid IS NOT NULL THEN
        ARRAY[q.seqstart, q.seqincrement, q.seqmin, q.seqmax, q.seqcache, q.seqcycle::int, m.largest, -m.largest - 1]
    END
FROM pg_attribute AS a
INNER JOIN pg_type AS t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef AS e ON e.adrelid = a.attrelid AND e.adnum = a.attnum
LEFT JOIN pg_description AS d
    ON d.classoid = 'pg_class'::regclass AND d.objoid = a.attrelid AND d.objsubid = a.attnum
-- Since Postgres 18, NOT NULL has a row in pg_constraint and may be NOT VALID.
LEFT JOIN pg_constraint AS v
    ON v.contype = 'n' AND NOT v.convalidated AND v.conrelid = a.attrelid AND v.conkey[1] = a.attnum
LEFT JOIN pg_depend AS o
    ON a.attidentity <> '' AND o.refclassid = 'pg_class'::regclass AND o.refobjid = a.attrelid
    AND o.refobjsubid = a.attnum AND o.classid = 'pg_class'::regclass AND o.deptype = 'i'
LEFT JOIN pg_sequence AS q ON q.seqrelid = o.objid
LEFT JOIN (VALUES ('int2'::regtype, 32767), ('int4', 2147483647), ('int8', 9223372036854775807)) AS m (type, largest)
    ON m.type = q.seqtypid
-- A partition has the columns of the partitioned table, and a table that inherits those of its parents.
INNER JOIN pg_class AS r ON r.oid = a.attrelid AND NOT r.relispartition AND a.attinhcount = 0
WHERE a.attrelid = ANY (%(relations)s::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum
