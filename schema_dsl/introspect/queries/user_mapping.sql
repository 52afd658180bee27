-- All user mappings except those of servers of extensions. If the parameter schemas is neither NULL nor contains '', the
-- query reads none.
SELECT
    m.umid,
    m.usename,
    concat_ws('; ',
        p.secrets,
        -- The condition of pg_user_mappings, which has NULL both without options and for options that the role may not read.
        CASE WHEN NOT (
            (SELECT r.rolsuper FROM pg_roles AS r WHERE r.rolname = current_user)
            OR m.umuser = 0 AND pg_has_role(s.srvowner, 'USAGE')
            OR m.usename = current_user AND (pg_has_role(s.srvowner, 'USAGE') OR has_server_privilege(s.oid, 'USAGE'))
        ) THEN 'has options that only a superuser reads' END
    ),
    m.srvname,
    p.options
FROM pg_user_mappings AS m
INNER JOIN pg_foreign_server AS s ON s.oid = m.srvid
CROSS JOIN LATERAL (
    SELECT
        array_agg(json_build_array(o.option_name, o.option_value) ORDER BY o.option_name) FILTER (WHERE NOT x.is_secret) AS options,
        'has secret options, which are not read: ' || string_agg(o.option_name, ', ' ORDER BY o.option_name)
            FILTER (WHERE x.is_secret) AS secrets
    FROM pg_options_to_table(m.umoptions) AS o
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
ORDER BY m.srvname, m.usename
