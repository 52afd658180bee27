-- The columns that own a sequence, except identity columns. If the parameter schemas is NULL, the query reads all schemas.
SELECT
    c.oid,
    c.relname,
    NULL,
    n.nspname,
    w.nspname,
    r.relname,
    a.attname
FROM pg_depend AS o
INNER JOIN pg_class AS c ON c.oid = o.objid AND c.relkind = 'S' AND c.relpersistence <> 't'
INNER JOIN pg_namespace AS n ON n.oid = c.relnamespace
INNER JOIN pg_class AS r ON r.oid = o.refobjid
INNER JOIN pg_namespace AS w ON w.oid = r.relnamespace
INNER JOIN pg_attribute AS a ON a.attrelid = o.refobjid AND a.attnum = o.refobjsubid
WHERE o.classid = 'pg_class'::regclass AND o.refclassid = 'pg_class'::regclass AND o.deptype = 'a'
    AND CASE
        WHEN %(schemas)s::name[] IS NULL THEN n.nspname <> 'information_schema' AND left(n.nspname, 3) <> 'pg_'
        ELSE n.nspname = ANY (%(schemas)s::name[])
    END
    AND NOT EXISTS (
        SELECT FROM pg_depend AS e
        WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e'
    )
ORDER BY n.nspname, c.relname
