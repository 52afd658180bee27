-- All extended statistics except those of extensions and system schemas. If the parameter schemas is NULL, the query reads all
-- schemas.
SELECT
    s.oid,
    s.stxname,
    NULL,
    n.nspname,
    w.nspname,
    c.relname,
    ARRAY(
        SELECT a.attname FROM pg_attribute AS a
        WHERE a.attrelid = s.stxrelid AND a.attnum = ANY (s.stxkeys::int2[]) ORDER BY a.attname
    ),
    pg_get_statisticsobjdef_expressions(s.oid),
    s.stxkind::text[],
    nullif(s.stxstattarget, -1)::int,
    obj_description(s.oid, 'pg_statistic_ext')
FROM pg_statistic_ext AS s
INNER JOIN pg_namespace AS n ON n.oid = s.stxnamespace
INNER JOIN pg_class AS c ON c.oid = s.stxrelid
INNER JOIN pg_namespace AS w ON w.oid = c.relnamespace
WHERE CASE
        WHEN %(schemas)s::name[] IS NULL THEN n.nspname <> 'information_schema' AND left(n.nspname, 3) <> 'pg_'
        ELSE n.nspname = ANY (%(schemas)s::name[])
    END
    AND NOT EXISTS (
        SELECT FROM pg_depend AS e
        WHERE e.classid = 'pg_statistic_ext'::regclass AND e.objid = s.oid AND e.deptype = 'e'
    )
ORDER BY n.nspname, s.stxname
