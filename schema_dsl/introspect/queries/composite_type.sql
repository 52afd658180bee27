-- All composite types except those of extensions and system schemas. If the parameter schemas is NULL, the query reads all
-- schemas.
SELECT
    t.oid,
    t.typname,
    concat_ws('; ',
        CASE WHEN EXISTS (
            SELECT FROM pg_description AS d
            WHERE d.classoid = 'pg_class'::regclass AND d.objoid = t.typrelid AND d.objsubid > 0
        ) THEN 'has a comment on an attribute' END,
        CASE WHEN EXISTS (
            SELECT FROM pg_attribute AS a INNER JOIN pg_type AS k ON k.oid = a.atttypid
            WHERE a.attrelid = t.typrelid AND a.attcollation <> k.typcollation AND NOT a.attisdropped
        ) THEN 'has an attribute with a collation' END
    ),
    n.nspname,
    ARRAY(
        SELECT a.attname FROM pg_attribute AS a
        WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
    ),
    ARRAY(
        SELECT format_type(a.atttypid, a.atttypmod) FROM pg_attribute AS a
        WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
    ),
    obj_description(t.oid, 'pg_type')
FROM pg_type AS t
INNER JOIN pg_class AS c ON c.oid = t.typrelid AND c.relkind = 'c'
INNER JOIN pg_namespace AS n ON n.oid = t.typnamespace
WHERE CASE
        WHEN %(schemas)s::name[] IS NULL THEN n.nspname <> 'information_schema' AND left(n.nspname, 3) <> 'pg_'
        ELSE n.nspname = ANY (%(schemas)s::name[])
    END
    AND NOT EXISTS (
        SELECT FROM pg_depend AS e
        WHERE e.classid = 'pg_type'::regclass AND e.objid = t.oid AND e.deptype = 'e'
    )
ORDER BY n.nspname, t.typname
