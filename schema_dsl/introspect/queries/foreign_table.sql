-- All foreign tables except those of extensions and system schemas. If the parameter schemas is NULL, the query reads all schemas.
SELECT
    c.oid,
    c.relname,
    concat_ws('; ',
        p.secrets,
        CASE WHEN c.relispartition THEN 'is a partition' END,
        CASE WHEN EXISTS (SELECT FROM pg_inherits AS i WHERE i.inhrelid = c.oid) AND NOT c.relispartition
            THEN 'inherits from another table' END,
        CASE WHEN EXISTS (SELECT FROM pg_constraint AS k WHERE k.conrelid = c.oid AND k.contype = 'c') THEN 'has checks' END,
        CASE WHEN EXISTS (SELECT FROM pg_trigger AS g WHERE g.tgrelid = c.oid AND NOT g.tgisinternal) THEN 'has triggers' END,
        CASE WHEN EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attgenerated <> '')
            THEN 'has generated columns' END,
        CASE WHEN EXISTS (
            SELECT FROM pg_attribute AS a
            CROSS JOIN LATERAL pg_options_to_table(a.attfdwoptions) AS o
            WHERE a.attrelid = c.oid
                AND o.option_name ~* %(secret_names)s::text
                AND o.option_name !~* %(reference_names)s::text
        ) THEN 'has secret options of columns' END,
        CASE WHEN EXISTS (
            SELECT FROM pg_attribute AS a
            INNER JOIN pg_type AS t ON t.oid = a.atttypid
            WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                AND (a.attstorage <> t.typstorage OR a.attcompression <> '' OR a.attstattarget >= 0 OR a.attoptions IS NOT NULL)
        ) THEN 'has storage options of columns' END
    ),
    n.nspname,
    s.srvname,
    ARRAY(
        SELECT json_build_array(
            a.attname,
            format_type(a.atttypid, a.atttypmod),
            a.attnotnull,
            pg_get_expr(e.adbin, e.adrelid),
            CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END,
            (
                SELECT json_agg(json_build_array(o.option_name, o.option_value) ORDER BY o.option_name)
                FROM pg_options_to_table(a.attfdwoptions) AS o
                WHERE NOT (
                    o.option_name ~* %(secret_names)s::text
                    AND o.option_name !~* %(reference_names)s::text
                )
            )
        )
        FROM pg_attribute AS a
        INNER JOIN pg_type AS t ON t.oid = a.atttypid
        LEFT JOIN pg_attrdef AS e ON e.adrelid = a.attrelid AND e.adnum = a.attnum
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        ORDER BY a.attnum
    ),
    p.options,
    (
        SELECT jsonb_object_agg(a.attname, d.description)::text
        FROM pg_description AS d
        INNER JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = d.objsubid
        WHERE d.classoid = 'pg_class'::regclass AND d.objoid = c.oid AND d.objsubid > 0
    ),
    obj_description(c.oid, 'pg_class')
FROM pg_class AS c
INNER JOIN pg_namespace AS n ON n.oid = c.relnamespace
INNER JOIN pg_foreign_table AS f ON f.ftrelid = c.oid
INNER JOIN pg_foreign_server AS s ON s.oid = f.ftserver
CROSS JOIN LATERAL (
    SELECT
        array_agg(json_build_array(o.option_name, o.option_value) ORDER BY o.option_name) FILTER (WHERE NOT x.is_secret) AS options,
        'has secret options, which are not read: ' || string_agg(o.option_name, ', ' ORDER BY o.option_name)
            FILTER (WHERE x.is_secret) AS secrets
    FROM pg_options_to_table(f.ftoptions) AS o
    CROSS JOIN LATERAL (SELECT
        o.option_name ~* %(secret_names)s::text
        AND o.option_name !~* %(reference_names)s::text
    ) AS x (is_secret)
) AS p
WHERE CASE
        WHEN %(schemas)s::name[] IS NULL THEN n.nspname <> 'information_schema' AND left(n.nspname, 3) <> 'pg_'
        ELSE n.nspname = ANY (%(schemas)s::name[])
    END
    AND NOT EXISTS (
        SELECT FROM pg_depend AS e
        WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e'
    )
ORDER BY n.nspname, c.relname
