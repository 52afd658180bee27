-- Indexes that do not belong to a constraint.
SELECT
    i.indrelid,
    x.relname,
    concat_ws('; ',
        CASE WHEN NOT (i.indisvalid AND i.indisready AND i.indislive) THEN 'is not valid' END,
        CASE WHEN x.reltablespace <> 0 THEN 'is in a non-default tablespace' END
    ),
    i.indkey::smallint[],
    -- Deparse every expression separately: pg_get_expr() returns all expressions as one text.
    CASE WHEN i.indexprs IS NOT NULL THEN ARRAY(
        SELECT pg_get_indexdef(i.indexrelid, place + 1, false)
        FROM generate_series(0, i.indnkeyatts - 1) AS place
        WHERE i.indkey[place] = 0
        ORDER BY place
    ) END,
    i.indnkeyatts,
    k.places,
    k.operator_classes,
    k.collations,
    k.parameters,
    i.indoption::smallint[],
    pg_get_expr(i.indpred, i.indrelid),
    i.indisunique,
    -- indnullsnotdistinct exists since Postgres 15. On older servers the name refers to the constant in "older".
    i.indisunique AND (SELECT indnullsnotdistinct FROM (SELECT i.*) AS newer),
    m.amname,
    x.reloptions,
    CASE WHEN i.indexprs IS NOT NULL THEN (
        SELECT array_agg(ARRAY[a.attnum::int, a.attstattarget::int] ORDER BY a.attnum)
        FROM pg_attribute AS a WHERE a.attrelid = i.indexrelid AND a.attstattarget >= 0
    ) END,
    d.description
FROM pg_index AS i
INNER JOIN pg_class AS x ON x.oid = i.indexrelid
INNER JOIN pg_am AS m ON m.oid = x.relam
LEFT JOIN pg_description AS d ON d.classoid = 'pg_class'::regclass AND d.objoid = i.indexrelid AND d.objsubid = 0
CROSS JOIN (SELECT false AS indnullsnotdistinct) AS older
-- Keys with a non-default operator class or collation. There are few of them, so one join finds them for all
-- indexes.
LEFT JOIN (
    SELECT
        u.indexrelid,
        array_agg(key.place - 1) AS places,
        -- The parameters of a class follow its name, also of a default class.
        array_agg(CASE WHEN NOT o.opcdefault OR own.oid IS NOT NULL OR x.attoptions IS NOT NULL THEN
            CASE s.nspname WHEN 'pg_catalog' THEN quote_ident(o.opcname) ELSE format('%%I.%%I', s.nspname, o.opcname) END
        END) AS operator_classes,
        array_agg(CASE WHEN key.sorting NOT IN (0, coalesce(a.attcollation, 100))
            THEN key.sorting::regcollation::text END) AS collations,
        array_agg(array_to_json(x.attoptions)) AS parameters
    FROM pg_index AS u
    CROSS JOIN LATERAL unnest(u.indkey::smallint[], u.indclass::oid[], u.indcollation::oid[])
        WITH ORDINALITY AS key (number, class, sorting, place)
    -- INCLUDE columns have no operator class.
    INNER JOIN pg_opclass AS o ON o.oid = key.class
    INNER JOIN pg_namespace AS s ON s.oid = o.opcnamespace
    LEFT JOIN pg_attribute AS a ON a.attrelid = u.indrelid AND a.attnum = key.number AND key.number > 0
    LEFT JOIN pg_attribute AS x ON x.attrelid = u.indexrelid AND x.attnum = key.place AND x.attoptions IS NOT NULL
    -- Postgres prefers the default class of the type itself to that of a type it is binary-coercible to.
    LEFT JOIN pg_opclass AS own
        ON own.opcmethod = o.opcmethod AND own.opcdefault AND own.opcintype = a.atttypid AND own.oid <> o.oid
    WHERE u.indrelid = ANY (%(relations)s::oid[])
        AND (
            NOT o.opcdefault OR own.oid IS NOT NULL OR x.attoptions IS NOT NULL
            OR key.sorting NOT IN (0, coalesce(a.attcollation, 100))
        )
    GROUP BY u.indexrelid
) AS k ON k.indexrelid = i.indexrelid
WHERE i.indrelid = ANY (%(relations)s::oid[])
    -- Skip the indexes that are partitions of a partitioned index.
    AND NOT x.relispartition
    AND NOT EXISTS (SELECT FROM pg_constraint AS c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x'))
ORDER BY i.indrelid, x.relname
