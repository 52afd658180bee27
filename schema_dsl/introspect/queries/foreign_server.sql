-- All foreign servers except those of extensions. If the parameter schemas is neither NULL nor contains '', the
-- query reads none.
SELECT
    s.oid,
    s.srvname,
    p.secrets,
    w.fdwname,
    s.srvtype,
    s.srvversion,
    p.options,
    obj_description(s.oid, 'pg_foreign_server')
FROM pg_foreign_server AS s
INNER JOIN pg_foreign_data_wrapper AS w ON w.oid = s.srvfdw
CROSS JOIN LATERAL (
    SELECT
        array_agg(json_build_array(o.option_name, o.option_value) ORDER BY o.option_name) FILTER (WHERE NOT x.is_secret) AS options,
        'has secret options, which are not read: ' || string_agg(o.option_name, ', ' ORDER BY o.option_name)
            FILTER (WHERE x.is_secret) AS secrets
    FROM pg_options_to_table(s.srvoptions) AS o
    CROSS JOIN LATERAL (SELECT
        o.option_name ~* %(secret_names)s::text
        AND o.option_name !~* %(reference_names)s::text
    ) AS x (is_secret)
) AS p
WHERE coalesce('' = ANY (%(schemas)s::name[]), true)
    AND NOT EXISTS (
        SELECT FROM pg_depend AS e
        WHERE e.classid = 'pg_foreign_server'::regclass AND e.objid = s.oid AND e.deptype = 'e'
    )
ORDER BY s.srvname
