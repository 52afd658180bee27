-- The columns, checks, keys and foreign keys of one table.
SELECT json_build_object(
    'oid', c.oid::bigint,
    'schema', n.nspname,
    'name', c.relname,
    'columns', (
        SELECT coalesce(json_agg(
            json_build_object(
                'name', a.attname,
                'type', a.atttypid::bigint,
                'modifier', a.atttypmod,
                'written', pg_catalog.format_type(a.atttypid, a.atttypmod),
                'not_null', a.attnotnull,
                'default', CASE WHEN a.attgenerated = '' THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END,
                'generation', CASE WHEN a.attgenerated <> '' THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END,
                'identity', a.attidentity <> ''
            ) ORDER BY a.attnum
        ), '[]'::json)
        FROM pg_catalog.pg_attribute AS a
        LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    ),
    'checks', (
        SELECT coalesce(json_agg(
            json_build_object('name', k.conname, 'expression', pg_catalog.pg_get_expr(k.conbin, k.conrelid))
            ORDER BY k.conname
        ), '[]'::json)
        FROM pg_catalog.pg_constraint AS k
        WHERE k.conrelid = c.oid AND k.contype = 'c'
    ),
    -- A partitioned table accepts only rows that a partition accepts, and a partition those within its bounds.
    'partition', CASE WHEN c.relispartition AND c.relkind = 'r' THEN
        pg_catalog.pg_get_partition_constraintdef(c.oid)
    ELSE (
        -- Rows of a few partitions are enough, and the conditions of hundreds would be slow.
        SELECT string_agg(leaf.bounds, ' OR ')
        FROM (
            SELECT '(' || pg_catalog.pg_get_partition_constraintdef(tree.relid) || ')' AS bounds
            FROM pg_catalog.pg_partition_tree(c.oid) AS tree
            WHERE tree.isleaf AND c.relkind = 'p' AND tree.relid <> c.oid
            ORDER BY tree.relid LIMIT 3
        ) AS leaf
    ) END,
    'keys', (
        SELECT coalesce(json_agg(json_build_object(
            'name', ix.relname,
            'columns', (
                SELECT coalesce(json_agg(a.attname), '[]'::json)
                FROM pg_catalog.pg_attribute AS a
                WHERE a.attrelid = c.oid AND a.attnum = ANY (i.indkey)
            ),
            'expressions', pg_catalog.pg_get_expr(i.indexprs, i.indrelid),
            -- indnullsnotdistinct exists since PostgreSQL 15.
            'nulls_too', coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false)
        )), '[]'::json)
        FROM pg_catalog.pg_index AS i
        JOIN pg_catalog.pg_class AS ix ON ix.oid = i.indexrelid
        WHERE i.indrelid = c.oid AND (i.indisunique OR i.indisexclusion)
    ),
    'foreign_keys', (
        SELECT coalesce(json_agg(json_build_object(
            'name', k.conname,
            'target', k.confrelid::bigint,
            'deferrable', k.condeferrable,
            'pairs', (
                SELECT json_agg(json_build_array(here.attname, there.attname) ORDER BY pair.n)
                FROM unnest(k.conkey, k.confkey) WITH ORDINALITY AS pair (here, there, n)
                JOIN pg_catalog.pg_attribute AS here ON here.attrelid = k.conrelid AND here.attnum = pair.here
                JOIN pg_catalog.pg_attribute AS there ON there.attrelid = k.confrelid AND there.attnum = pair.there
            )
        ) ORDER BY k.conname), '[]'::json)
        FROM pg_catalog.pg_constraint AS k
        LEFT JOIN pg_catalog.pg_constraint AS whole ON whole.oid = k.conparentid
        -- Postgres repeats a foreign key to a partitioned table for every partition. A partition has those of its table.
        WHERE k.conrelid = c.oid AND k.contype = 'f' AND whole.conrelid IS DISTINCT FROM k.conrelid
    )
)
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.oid = %s
