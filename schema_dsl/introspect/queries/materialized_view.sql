-- All materialized views except those of extensions and system schemas. If the parameter schemas is NULL, the query reads all schemas.
SELECT
    c.oid,
    c.relname,
    concat_ws('; ',
        CASE WHEN m.amname <> 'heap' THEN 'has access method ' || m.amname END,
        CASE WHEN c.reltablespace <> 0 THEN 'is in a non-default tablespace' END,
        CASE WHEN EXISTS (SELECT FROM pg_statistic_ext AS s WHERE s.stxrelid = c.oid) THEN 'has extended statistics' END,
        CASE WHEN EXISTS (
            SELECT FROM pg_attribute AS a
            INNER JOIN pg_type AS t ON t.oid = a.atttypid
            WHERE a.attrelid = c.oid AND a.attnum > 0
                AND (
                    a.attstorage <> t.typstorage OR a.attcompression <> '' OR a.attstattarget >= 0
                    OR a.attoptions::text LIKE '%%n\_distinct%%'
                )
        ) THEN 'has storage options of columns' END
    ),
    n.nspname,
    -- The text begins with a blank and ends with a semicolon.
    btrim(regexp_replace(pg_get_viewdef(c.oid), ';\s*$', ''), E' \n'),
    ARRAY(
        SELECT format_type(a.atttypid, a.atttypmod)
            || coalesce(' COLLATE ' || nullif(a.attcollation, t.typcollation)::regcollation, '')
        FROM pg_attribute AS a
        INNER JOIN pg_type AS t ON t.oid = a.atttypid
        WHERE a.attrelid = c.oid AND a.attnum > 0 ORDER BY a.attnum
    ),
    c.relispopulated,
    c.reloptions,
    (
        SELECT jsonb_object_agg(a.attname, d.description)::text
        FROM pg_description AS d
        INNER JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = d.objsubid
        WHERE d.classoid = 'pg_class'::regclass AND d.objoid = c.oid AND d.objsubid > 0
    ),
    (
        SELECT d.description FROM pg_description AS d
        WHERE d.classoid = 'pg_class'::regclass AND d.objoid = c.oid AND d.objsubid = 0
    ),
    ARRAY(SELECT a.attname FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attnum > 0 ORDER BY a.attnum)
FROM pg_class AS c
INNER JOIN pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN pg_am AS m ON m.oid = c.relam
WHERE c.relkind = 'm'
    AND CASE
        WHEN %(schemas)s::name[] IS NULL THEN n.nspname <> 'information_schema' AND left(n.nspname, 3) <> 'pg_'
        ELSE n.nspname = ANY (%(schemas)s::name[])
    END
    AND NOT EXISTS (
        SELECT FROM pg_depend AS e
        WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e'
    )
ORDER BY n.nspname, c.relname
