-- All ordinary and partitioned tables except system tables and the tables of extensions. The other queries take
-- the oids of these tables. If the parameter schemas is NULL, the query reads all schemas.
SELECT
    c.oid,
    c.relname,
    concat_ws('; ',
        CASE WHEN c.relispartition THEN (
            SELECT 'has columns that differ from those of its table: ' || string_agg(a.attname, ', ')
            FROM pg_attribute AS a
            INNER JOIN pg_attribute AS b ON b.attrelid = i.inhparent AND b.attname = a.attname
            LEFT JOIN pg_attrdef AS e ON e.adrelid = a.attrelid AND e.adnum = a.attnum
            LEFT JOIN pg_attrdef AS f ON f.adrelid = b.attrelid AND f.adnum = b.attnum
            WHERE a.attrelid = c.oid AND a.attnum > 0
                AND (a.attnotnull, pg_get_expr(e.adbin, e.adrelid))
                    IS DISTINCT FROM (b.attnotnull, pg_get_expr(f.adbin, f.adrelid))
        ) END,
        CASE WHEN i.inhparent IS NOT NULL AND NOT c.relispartition THEN (
            -- A primary key makes the column of this table NOT NULL.
            SELECT 'has columns that differ from those that it inherits: ' || string_agg(DISTINCT a.attname, ', ')
            FROM pg_inherits AS h
            INNER JOIN pg_attribute AS b ON b.attrelid = h.inhparent AND b.attnum > 0 AND NOT b.attisdropped
            INNER JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attname = b.attname
            LEFT JOIN pg_attrdef AS e ON e.adrelid = a.attrelid AND e.adnum = a.attnum
            LEFT JOIN pg_attrdef AS f ON f.adrelid = b.attrelid AND f.adnum = b.attnum
            WHERE h.inhrelid = c.oid AND (
                a.attislocal OR a.attidentity <> ''
                OR pg_get_expr(e.adbin, e.adrelid) IS DISTINCT FROM pg_get_expr(f.adbin, f.adrelid)
                OR a.attnotnull <> b.attnotnull AND NOT EXISTS (
                    SELECT FROM pg_index AS k WHERE k.indrelid = c.oid AND k.indisprimary AND a.attnum = ANY (k.indkey)
                )
                OR EXISTS (
                    SELECT FROM pg_description AS g
                    WHERE g.classoid = 'pg_class'::regclass AND g.objoid = c.oid AND g.objsubid = a.attnum
                )
            )
        ) END,
        CASE WHEN c.reloftype <> 0 THEN 'is of type ' || c.reloftype::regtype END,
        CASE WHEN m.amname <> 'heap' THEN 'has access method ' || m.amname END,
        CASE WHEN c.reltablespace <> 0 THEN 'is in a non-default tablespace' END
    ),
    n.nspname,
    c.relrowsecurity,
    c.relforcerowsecurity,
    (
        SELECT d.description FROM pg_description AS d
        WHERE d.classoid = 'pg_class'::regclass AND d.objoid = c.oid AND d.objsubid = 0
    ),
    c.relpersistence,
    CASE WHEN coalesce(c.reloptions, o.reloptions) IS NOT NULL THEN
        c.reloptions || ARRAY(SELECT 'toast.' || option FROM unnest(o.reloptions) AS option)
    END,
    c.relreplident,
    ARRAY(
        SELECT ARRAY[q.nspname, p.relname]::text[] FROM pg_inherits AS h
        INNER JOIN pg_class AS p ON p.oid = h.inhparent
        INNER JOIN pg_namespace AS q ON q.oid = p.relnamespace
        WHERE h.inhrelid = c.oid AND NOT c.relispartition
        ORDER BY h.inhseqno
    ),
    CASE c.relkind WHEN 'p' THEN pg_get_partkeydef(c.oid) END,
    CASE WHEN c.relispartition THEN (
        SELECT ARRAY[pn.nspname, p.relname]::text[] FROM pg_class AS p INNER JOIN pg_namespace AS pn ON pn.oid = p.relnamespace
        WHERE p.oid = i.inhparent
    ) END,
    pg_get_expr(c.relpartbound, c.oid),
    -- The other queries refer to columns by attnum, so dropped columns are included to keep the positions.
    ARRAY(SELECT a.attname FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attnum > 0 ORDER BY a.attnum)
FROM pg_class AS c
INNER JOIN pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN pg_am AS m ON m.oid = c.relam
LEFT JOIN pg_class AS o ON o.oid = c.reltoastrelid
LEFT JOIN pg_inherits AS i ON i.inhrelid = c.oid AND i.inhseqno = 1
WHERE c.relkind IN ('r', 'p')
    AND CASE
        WHEN %(schemas)s::name[] IS NULL THEN n.nspname <> 'information_schema' AND left(n.nspname, 3) <> 'pg_'
        ELSE n.nspname = ANY (%(schemas)s::name[])
    END
    AND NOT EXISTS (
        SELECT FROM pg_depend AS e
        WHERE e.classid = 'pg_class'::regclass AND e.objid = c.oid AND e.deptype = 'e'
    )
ORDER BY n.nspname, c.relname
