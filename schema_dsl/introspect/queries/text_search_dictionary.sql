-- All dictionaries of text search except those of extensions and system schemas. If the parameter schemas is NULL, the query
-- reads all schemas.
SELECT
    d.oid,
    d.dictname,
    NULL,
    n.nspname,
    CASE WHEN s.nspname = 'pg_catalog' THEN quote_ident(t.tmplname) ELSE format('%%I.%%I', s.nspname, t.tmplname) END,
    d.dictinitoption,
    obj_description(d.oid, 'pg_ts_dict')
FROM pg_ts_dict AS d
INNER JOIN pg_namespace AS n ON n.oid = d.dictnamespace
INNER JOIN pg_ts_template AS t ON t.oid = d.dicttemplate
INNER JOIN pg_namespace AS s ON s.oid = t.tmplnamespace
WHERE CASE
        WHEN %(schemas)s::name[] IS NULL THEN n.nspname <> 'information_schema' AND left(n.nspname, 3) <> 'pg_'
        ELSE n.nspname = ANY (%(schemas)s::name[])
    END
    AND NOT EXISTS (
        SELECT FROM pg_depend AS e
        WHERE e.classid = 'pg_ts_dict'::regclass AND e.objid = d.oid AND e.deptype = 'e'
    )
ORDER BY n.nspname, d.dictname
