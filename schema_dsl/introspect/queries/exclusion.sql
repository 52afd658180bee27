SELECT
    c.conrelid,
    c.conname,
    concat_ws('; ',
        CASE WHEN i.indnatts > i.indnkeyatts THEN 'has INCLUDE columns' END,
        CASE WHEN NOT i.indisvalid THEN 'uses an invalid index' END,
        CASE WHEN x.reltablespace <> 0 THEN 'is in a non-default tablespace' END,
        'has storage options ' || array_to_string(x.reloptions, ', '),
        k.unsupported
    ),
    i.indkey::smallint[],
    -- Deparse every expression separately: pg_get_expr() returns all expressions as one text.
    CASE WHEN i.indexprs IS NOT NULL THEN ARRAY(
        SELECT pg_get_indexdef(i.indexrelid, place + 1, false)
        FROM generate_series(0, i.indnkeyatts - 1) AS place
        WHERE i.indkey[place] = 0
        ORDER BY place
    ) END,
    k.operators,
    k.collations,
    m.amname,
    pg_get_expr(i.indpred, i.indrelid),
    c.condeferrable,
    c.condeferred,
    d.description
FROM pg_constraint AS c
INNER JOIN pg_index AS i ON i.indexrelid = c.conindid
INNER JOIN pg_class AS x ON x.oid = c.conindid
INNER JOIN pg_am AS m ON m.oid = x.relam
LEFT JOIN pg_description AS d ON d.classoid = 'pg_constraint'::regclass AND d.objoid = c.oid
CROSS JOIN LATERAL (
    SELECT
        array_agg(CASE s.nspname
            WHEN 'pg_catalog' THEN o.oprname::text
            ELSE format('OPERATOR(%%I.%%s)', s.nspname, o.oprname)
        END ORDER BY place) AS operators,
        array_agg(CASE WHEN i.indcollation[place] NOT IN (0, coalesce(a.attcollation, 100))
            THEN i.indcollation[place]::regcollation::text END ORDER BY place) AS collations,
        string_agg(nullif(concat_ws('; ',
            CASE WHEN NOT f.opcdefault THEN 'has operator class ' || f.opcname END,
            CASE WHEN i.indoption[place] <> 0 THEN 'has a non-default sort order' END
        ), ''), '; ') AS unsupported
    FROM generate_series(0, i.indnkeyatts - 1) AS place
    INNER JOIN pg_operator AS o ON o.oid = c.conexclop[place + 1]
    INNER JOIN pg_namespace AS s ON s.oid = o.oprnamespace
    INNER JOIN pg_opclass AS f ON f.oid = i.indclass[place]
    LEFT JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = nullif(i.indkey[place], 0)
) AS k
-- Skip the constraints that a partition inherits from the partitioned table.
WHERE c.conrelid = ANY (%(relations)s::oid[]) AND c.contype = 'x' AND c.conparentid = 0
ORDER BY c.conrelid, c.conname
