-- All foreign-data wrappers except those of extensions. If the parameter schemas is neither NULL nor contains '', the
-- query reads none.
SELECT
    w.oid,
    w.fdwname,
    p.secrets,
    (
        SELECT CASE n.nspname WHEN 'pg_catalog' THEN quote_ident(f.proname) ELSE format('%%I.%%I', n.nspname, f.proname) END
        FROM pg_proc AS f INNER JOIN pg_namespace AS n ON n.oid = f.pronamespace
        WHERE f.oid = w.fdwhandler
    ),
    (
        SELECT CASE n.nspname WHEN 'pg_catalog' THEN quote_ident(f.proname) ELSE format('%%I.%%I', n.nspname, f.proname) END
        FROM pg_proc AS f INNER JOIN pg_namespace AS n ON n.oid = f.pronamespace
        WHERE f.oid = w.fdwvalidator
    ),
    p.options,
    obj_description(w.oid, 'pg_foreign_data_wrapper')
FROM pg_foreign_data_wrapper AS w
CROSS JOIN LATERAL (
    SELECT
        array_agg(json_build_array(o.option_name, o.option_value) ORDER BY o.option_name) FILTER (WHERE NOT x.is_secret) AS options,
        'has secret options, which are not read: ' || string_agg(o.option_name, ', ' ORDER BY o.option_name)
            FILTER (WHERE x.is_secret) AS secrets
    FROM pg_options_to_table(w.fdwoptions) AS o
    CROSS JOIN LATERAL (SELECT
        o.option_name ~* %(secret_names)s::text
        AND o.option_name !~* %(reference_names)s::text
    ) AS x (is_secret)
) AS p
WHERE coalesce('' = ANY (%(schemas)s::name[]), true)
    AND NOT EXISTS (
        SELECT FROM pg_depend AS e
        WHERE e.classid = 'pg_foreign_data_wrapper'::regclass AND e.objid = w.oid AND e.deptype = 'e'
    )
ORDER BY w.fdwname
