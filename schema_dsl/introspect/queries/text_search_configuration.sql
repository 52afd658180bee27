-- All configurations of text search except those of extensions and system schemas. If the parameter schemas is NULL, the query
-- reads all schemas.
SELECT
    c.oid,
    c.cfgname,
    NULL,
    n.nspname,
    CASE WHEN s.nspname = 'pg_catalog' THEN quote_ident(p.prsname) ELSE format('%%I.%%I', s.nspname, p.prsname) END,
    ARRAY(
        SELECT json_build_array(t.alias, (
            SELECT json_agg(
                CASE WHEN x.nspname = 'pg_catalog' THEN quote_ident(d.dictname) ELSE format('%%I.%%I', x.nspname, d.dictname) END
                ORDER BY m.mapseqno
            )
            FROM pg_ts_config_map AS m
            INNER JOIN pg_ts_dict AS d ON d.oid = m.mapdict
            INNER JOIN pg_namespace AS x ON x.oid = d.dictnamespace
            WHERE m.mapcfg = c.oid AND m.maptokentype = t.tokid
        ))
        FROM ts_token_type(c.cfgparser) AS t
        WHERE EXISTS (SELECT FROM pg_ts_config_map AS m WHERE m.mapcfg = c.oid AND m.maptokentype = t.tokid)
        ORDER BY t.alias
    ),
    obj_description(c.oid, 'pg_ts_config')
FROM pg_ts_config AS c
INNER JOIN pg_namespace AS n ON n.oid = c.cfgnamespace
INNER JOIN pg_ts_parser AS p ON p.oid = c.cfgparser
INNER JOIN pg_namespace AS s ON s.oid = p.prsnamespace
WHERE CASE
        WHEN %(schemas)s::name[] IS NULL THEN n.nspname <> 'information_schema' AND left(n.nspname, 3) <> 'pg_'
        ELSE n.nspname = ANY (%(schemas)s::name[])
    END
    AND NOT EXISTS (
        SELECT FROM pg_depend AS e
        WHERE e.classid = 'pg_ts_config'::regclass AND e.objid = c.oid AND e.deptype = 'e'
    )
ORDER BY n.nspname, c.cfgname
