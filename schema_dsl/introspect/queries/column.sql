SELECT
    a.attrelid,
    a.attname,
    concat_ws('; ',
        CASE WHEN a.attcollation <> t.typcollation THEN 'has collation ' || a.attcollation::regcollation END,
        CASE WHEN a.attstorage <> t.typstorage THEN 'has a non-default storage mode' END,
        CASE WHEN a.attcompression <> '' THEN 'has a compression method' END,
        CASE WHEN a.attstattarget >= 0 THEN 'has statistics target ' || a.attstattarget END,
        CASE WHEN a.attoptions IS NOT NULL THEN (
            -- Some builds of Postgres store additional options of their own here.
            SELECT 'has options ' || string_agg(option, ', ')
            FROM unnest(a.attoptions) AS option WHERE option LIKE 'n\_distinct%%'
        ) END,
        CASE WHEN a.attinhcount > 0 THEN 'is inherited' END,
        CASE a.attgenerated WHEN 'v' THEN 'is a virtual generated column' END,
        CASE WHEN v.conrelid IS NOT NULL THEN 'has a NOT NULL constraint that is not validated' END,
        CASE WHEN a.attidentity <> '' THEN (
            -- The default sequence of an identity column counts 1, 2, 3, ... up to the maximum of the type.
            SELECT 'has non-default sequence options'
            FROM pg_depend AS o
            INNER JOIN pg_sequence AS s ON s.seqrelid = o.objid
            WHERE o.refclassid = 'pg_class'::regclass AND o.refobjid = a.attrelid AND o.refobjsubid = a.attnum
                AND o.classid = 'pg_class'::regclass AND o.deptype = 'i'
                AND (
                    (s.seqtypid, s.seqstart, s.seqincrement, s.seqmin, s.seqcache, s.seqcycle)
                    <> (a.atttypid, 1, 1, 1, 1, false)
                    OR s.seqmax NOT IN (32767, 2147483647, 9223372036854775807)
                )
        ) END
    ),
    format_type(a.atttypid, a.atttypmod),
    a.attnotnull,
    nullif(a.attidentity, ''),
    a.attgenerated <> '',
    pg_get_expr(e.adbin, e.adrelid),
    d.description
FROM pg_attribute AS a
INNER JOIN pg_type AS t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef AS e ON e.adrelid = a.attrelid AND e.adnum = a.attnum
LEFT JOIN pg_description AS d
    ON d.classoid = 'pg_class'::regclass AND d.objoid = a.attrelid AND d.objsubid = a.attnum
-- Since Postgres 18, NOT NULL has a row in pg_constraint and may be NOT VALID.
LEFT JOIN pg_constraint AS v
    ON v.contype = 'n' AND NOT v.convalidated AND v.conrelid = a.attrelid AND v.conkey[1] = a.attnum
WHERE a.attrelid = ANY (%(relations)s::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum
