-- All sequences except those of identity columns, of extensions and of system schemas. If the parameter schemas is NULL, the
-- query reads all schemas.
SELECT
    c.oid,
    c.relname,
    NULL,
    n.nspname,
    format_type(q.seqtypid, NULL),
    q.seqincrement,
    q.seqmin,
    q.seqmax,
    q.seqstart,
    q.seqcache,
    q.seqcycle,
    c.relpersistence = 'u',
    (
        SELECT ARRAY[w.nspname, r.relname, a.attname]::text[] FROM pg_depend AS o
        INNER JOIN pg_class AS r ON r.oid = o.refobjid
        INNER JOIN pg_namespace AS w ON w.oid = r.relnamespace
        INNER JOIN pg_attribute AS a ON a.attrelid = o.refobjid AND a.attnum = o.refobjsubid
        WHERE o.classid = 'pg_class'::regclass AND o.objid = c.oid AND o.deptype = 'a'
            AND o.refclassid = 'pg_class'::regclass
    ),
    obj_description(c.oid, 'pg_class')
FROM pg_sequence AS q
INNER JOIN pg_class AS c ON c.oid = q.seqrelid
INNER JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relpersistence <> 't'
    AND CASE
        WHEN %(schemas)s::name[] IS NULL THEN n.nspname <> 'information_schema' AND left(n.nspname, 3) <> 'pg_'
        ELSE n.nspname = ANY (%(schemas)s::name[])
    END
    AND NOT EXISTS (
        SELECT FROM pg_depend AS e
        WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype IN ('e', 'i')
    )
ORDER BY n.nspname, c.relname
