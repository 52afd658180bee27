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
    i.indkey::smallint[],
    -- Deparsed one by one: pg_get_expr() would give them as one list.
    CASE WHEN i.indexprs IS NOT NULL THEN ARRAY(
        SELECT pg_get_indexdef(i.indexrelid, place + 1, false)
        FROM generate_series(0, i.indnkeyatts - 1) AS place
        WHERE i.indkey[place] = 0
        ORDER BY place
    ) END,
    i.indnkeyatts,
    k.places,
    k.operator_classes,
    i.indoption::smallint[],
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
-- What is not as Postgres would choose for the type of the key.
LEFT JOIN (
    SELECT
        p.indexrelid,
        array_agg(p.place) AS places,
        array_agg(CASE WHEN NOT o.opcdefault OR own.oid IS NOT NULL THEN o.opcname END) AS operator_classes,
        string_agg(concat_ws('; ',
            CASE WHEN p.collation NOT IN (0, coalesce(a.attcollation, 100))
                THEN 'sorts by collation ' || p.collation::regcollation END,
            'has operator class options ' || array_to_string(b.attoptions, ', ')
        ), '; ') AS unsupported
    FROM (
        SELECT
            u.indexrelid, u.indrelid, place, u.indkey[place] AS number,
            u.indclass[place] AS class, u.indcollation[place] AS collation
        FROM pg_index AS u
        CROSS JOIN generate_series(0, u.indnkeyatts - 1) AS place
        WHERE u.indrelid = ANY (%(relations)s::oid[])
    ) AS p
    INNER JOIN pg_opclass AS o ON o.oid = p.class
    INNER JOIN pg_attribute AS b ON b.attrelid = p.indexrelid AND b.attnum = p.place + 1
    LEFT JOIN pg_attribute AS a ON a.attrelid = p.indrelid AND a.attnum = p.number AND p.number > 0
    -- A type's own default class comes before that of a type it can be read as.
    LEFT JOIN pg_opclass AS own
        ON own.opcmethod = o.opcmethod AND own.opcdefault AND own.opcintype = a.atttypid AND own.oid <> o.oid
    WHERE NOT o.opcdefault OR own.oid IS NOT NULL OR b.attoptions IS NOT NULL
        OR p.collation NOT IN (0, coalesce(a.attcollation, 100))
    GROUP BY p.indexrelid
) AS k ON k.indexrelid = i.indexrelid
WHERE i.indrelid = ANY (%(relations)s::oid[])
    -- A partition's own are its parent's.
    AND NOT x.relispartition
    AND NOT EXISTS (SELECT FROM pg_constraint AS c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x'))
ORDER BY i.indrelid, x.relname
