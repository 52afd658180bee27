-- Indexes that no constraint holds.
SELECT
    i.indrelid,
    x.relname,
    concat_ws('; ',
        CASE WHEN NOT (i.indisvalid AND i.indisready AND i.indislive) THEN 'is not valid' END,
        CASE WHEN i.indisclustered THEN 'orders the table' END,
        CASE WHEN i.indisreplident THEN 'is the replica identity' END,
        CASE WHEN x.reltablespace <> 0 THEN 'lies in a tablespace of its own' END,
        'has storage options ' || array_to_string(x.reloptions, ', '),
        k.unsupported
    ),
    k.keys,
    k.are_expressions,
    k.operator_classes,
    i.indoption::smallint[],
    CASE WHEN i.indnatts > i.indnkeyatts THEN ARRAY(
        SELECT a.attname
        FROM generate_series(i.indnkeyatts, i.indnatts - 1) AS place
        INNER JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[place]
        ORDER BY place
    ) END,
    pg_get_expr(i.indpred, i.indrelid),
    i.indisunique,
    -- The column came with 15: where the inner name is not there, the outer one is meant.
    i.indisunique AND (SELECT indnullsnotdistinct FROM (SELECT i.*) AS newer),
    m.amname,
    d.description
FROM pg_index AS i
INNER JOIN pg_class AS x ON x.oid = i.indexrelid
INNER JOIN pg_am AS m ON m.oid = x.relam
LEFT JOIN pg_description AS d ON d.classoid = 'pg_class'::regclass AND d.objoid = i.indexrelid AND d.objsubid = 0
CROSS JOIN (SELECT false AS indnullsnotdistinct) AS older
CROSS JOIN LATERAL (
    SELECT
        array_agg(coalesce(a.attname, pg_get_indexdef(i.indexrelid, place + 1, false)) ORDER BY place) AS keys,
        array_agg(a.attname IS NULL ORDER BY place) AS are_expressions,
        array_agg(CASE WHEN NOT o.opcdefault OR EXISTS (
            -- Postgres takes a type's own default class before that of a type it can be read as.
            SELECT FROM pg_opclass AS own
            WHERE own.opcmethod = o.opcmethod AND own.opcdefault AND own.opcintype = a.atttypid AND own.oid <> o.oid
        ) THEN o.opcname END ORDER BY place) AS operator_classes,
        string_agg(concat_ws('; ',
            CASE WHEN i.indcollation[place] NOT IN (0, coalesce(a.attcollation, 100))
                THEN 'sorts by collation ' || i.indcollation[place]::regcollation END,
            'has operator class options ' || array_to_string(b.attoptions, ', ')
        ), '; ') AS unsupported
    FROM generate_series(0, i.indnkeyatts - 1) AS place
    INNER JOIN pg_opclass AS o ON o.oid = i.indclass[place]
    INNER JOIN pg_attribute AS b ON b.attrelid = i.indexrelid AND b.attnum = place + 1
    LEFT JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = nullif(i.indkey[place], 0)
) AS k
WHERE i.indrelid = ANY (%(relations)s::oid[])
    -- A partition's own are its parent's.
    AND NOT x.relispartition
    AND NOT EXISTS (SELECT FROM pg_constraint AS c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x'))
ORDER BY i.indrelid, x.relname
