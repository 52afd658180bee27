-- The relations with the oids of a list, and their parts: the columns, constraints, indexes, triggers and so on. The rows are
-- those that catalog.sql describes. Each row depends on no more than versions.sql reads for its relation, for the
-- objects on which parts of the relation depend, and for all relations.
WITH space AS (
    SELECT n.* FROM pg_namespace AS n WHERE n.nspname <> 'information_schema' AND left(n.nspname, 3) <> 'pg_'
),
member AS (
    SELECT classid, objid, refobjid AS extension FROM pg_depend
    WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'
),
relation AS (
    SELECT
        c.*, c.oid::regclass::text AS name, space.nspname,
        -- Columns, constraints, indexes and triggers of a partition or child come from its root or parent.
        o.relname AS origin_name, v.nspname AS origin_schema
    FROM pg_class AS c
    INNER JOIN space ON space.oid = c.relnamespace
    LEFT JOIN pg_inherits AS i ON i.inhrelid = c.oid AND i.inhseqno = 1
    INNER JOIN pg_class AS o
        ON o.oid = CASE WHEN c.relispartition THEN pg_partition_root(c.oid)::oid ELSE coalesce(i.inhparent, c.oid) END
    INNER JOIN pg_namespace AS v ON v.oid = o.relnamespace
    WHERE c.oid = ANY ($1) AND c.oid >= 16384 AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'c')
        AND NOT EXISTS (SELECT FROM member AS m WHERE m.classid = 'pg_class'::regclass AND m.objid = c.oid)
),
-- The tables that a table inherits from, and those that these inherit from. A partition has its root.
ancestor AS (
    WITH RECURSIVE up AS (
        SELECT c.oid, i.inhparent AS parent, 1 AS level
        FROM pg_inherits AS i
        INNER JOIN pg_class AS c ON c.oid = i.inhrelid AND c.relkind IN ('r', 'f') AND NOT c.relispartition
        UNION ALL
        SELECT up.oid, i.inhparent, up.level + 1 FROM up INNER JOIN pg_inherits AS i ON i.inhrelid = up.parent
    )
    SELECT up.oid, up.parent, up.level, n.nspname, c.relname
    FROM up
    INNER JOIN pg_class AS c ON c.oid = up.parent
    INNER JOIN pg_namespace AS n ON n.oid = c.relnamespace
),
description AS (
    SELECT classoid, objoid, objsubid, description
    FROM pg_description
    -- OIDs below 16384 are system objects. Of those, users comment only on the schema public.
    WHERE objoid >= 16384 OR objoid = 'public'::regnamespace
)
SELECT
    CASE c.relkind
        WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table' ELSE 'table'
    END,
    '', c.name, json_build_object(
    'declared as', CASE c.relkind WHEN 'v' THEN json_build_array('view', c.nspname, '', c.relname)
        WHEN 'm' THEN json_build_array('materialized_view', c.nspname, '', c.relname)
        WHEN 'f' THEN json_build_array('foreign_table', c.nspname, '', c.relname)
        ELSE json_build_array('table', c.nspname, c.relname, c.relname) END,
    'owner', c.relowner::regrole,
    'privileges', ARRAY(SELECT x::text FROM unnest(coalesce(c.relacl, acldefault('r', c.relowner))) AS x ORDER BY 1),
    'missing privileges of the owner', coalesce(NOT c.relacl @> (acldefault('r', c.relowner))[1], false),
    -- The names of foreign key triggers contain OIDs, so the snapshot only counts the disabled ones.
    'disabled internal triggers', (
        SELECT count(*) FROM pg_trigger AS g WHERE g.tgrelid = c.oid AND g.tgisinternal AND g.tgenabled <> 'O'
    ),
    'described', json_build_object(
        'server', f.server,
        'options', f.names,
        'options checksum', f.checksum,
        'column order', (
            SELECT jsonb_agg(a.attname ORDER BY a.attnum) FROM pg_attribute AS a
            WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        ),
        'row level security', c.relrowsecurity,
        'forced row level security', c.relforcerowsecurity,
        'definition', CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END,
        'populated', CASE c.relkind WHEN 'm' THEN c.relispopulated END,
        'storage options', ARRAY(SELECT x FROM unnest(c.reloptions) AS x ORDER BY 1),
        'toast options', ARRAY(SELECT x FROM unnest(t.reloptions) AS x ORDER BY 1),
        'access method', a.amname,
        'tablespace', s.spcname,
        'persistence', c.relpersistence,
        'replica identity', c.relreplident,
        'partition key', CASE c.relkind WHEN 'p' THEN pg_get_partkeydef(c.oid) END,
        'partition bound', pg_get_expr(c.relpartbound, c.oid),
        'parents', ARRAY(SELECT i.inhparent::regclass FROM pg_inherits AS i WHERE i.inhrelid = c.oid ORDER BY i.inhseqno),
        'type', nullif(c.reloftype, 0)::regtype,
        'comment', d.description
    )
)::text, c.oid::text,
    CASE WHEN c.relkind IN ('r', 'm') THEN c.relfilenode::text WHEN c.relkind = 'p' THEN c.oid::text END, c.oid
FROM relation AS c
LEFT JOIN pg_class AS t ON t.oid = c.reltoastrelid
LEFT JOIN pg_am AS a ON a.oid = c.relam
LEFT JOIN pg_tablespace AS s ON s.oid = c.reltablespace
LEFT JOIN description AS d ON d.classoid = 'pg_class'::regclass AND d.objoid = c.oid AND d.objsubid = 0
LEFT JOIN LATERAL (
    SELECT r.srvname AS server, md5(ARRAY(SELECT o FROM unnest(e.ftoptions) AS o ORDER BY 1)::text) AS checksum,
        ARRAY(SELECT split_part(o, '=', 1) FROM unnest(e.ftoptions) AS o ORDER BY 1) AS names
    FROM pg_foreign_table AS e INNER JOIN pg_foreign_server AS r ON r.oid = e.ftserver
    WHERE e.ftrelid = c.oid
) AS f ON c.relkind = 'f'
WHERE c.relkind NOT IN ('S', 'c')

UNION ALL
SELECT 'sequence', '', c.name, (CASE o.deptype WHEN 'i' THEN jsonb_build_object('comment', d.description) ELSE '{}' END
|| jsonb_build_object(
    'declared as', CASE WHEN o.deptype = 'i' THEN jsonb_build_array('column', w.nspname, r.relname, a.attname, c.relname)
        ELSE jsonb_build_array('sequence', c.nspname, '', c.relname) END,
    'otherwise declared as', CASE WHEN o.deptype = 'a' THEN
        jsonb_build_array('column', w.nspname, r.relname, a.attname, c.relname) END,
    'implied', o.deptype = 'i',
    'owner', c.relowner::regrole,
    'privileges', ARRAY(SELECT x::text FROM unnest(coalesce(c.relacl, acldefault('s', c.relowner))) AS x ORDER BY 1),
    'missing privileges of the owner', coalesce(NOT c.relacl @> (acldefault('s', c.relowner))[1], false),
    'described', CASE o.deptype WHEN 'i' THEN '{}' ELSE jsonb_build_object('comment', d.description) END
    || jsonb_build_object(
        'options', jsonb_build_array(
            q.seqtypid::regtype, q.seqstart, q.seqincrement, q.seqmin, q.seqmax, q.seqcache, q.seqcycle
        ),
        'persistence', c.relpersistence,
        'owned by', CASE WHEN o.refobjid IS NOT NULL THEN format('%I of %s', a.attname, o.refobjid::regclass) END
    )
    -- ALTER SEQUENCE with unchanged bounds assigns a new relfilenode and keeps the value.
))::text, c.oid::text, c.oid::text, c.oid
FROM relation AS c
INNER JOIN pg_sequence AS q ON q.seqrelid = c.oid
LEFT JOIN pg_depend AS o
    ON o.classid = 'pg_class'::regclass AND o.objid = c.oid AND o.deptype IN ('a', 'i')
    AND o.refclassid = 'pg_class'::regclass
LEFT JOIN pg_attribute AS a ON a.attrelid = o.refobjid AND a.attnum = o.refobjsubid
LEFT JOIN pg_class AS r ON r.oid = o.refobjid
LEFT JOIN pg_namespace AS w ON w.oid = r.relnamespace
LEFT JOIN description AS d ON d.classoid = 'pg_class'::regclass AND d.objoid = c.oid AND d.objsubid = 0

UNION ALL
SELECT 'column', c.name, quote_ident(a.attname), json_build_object(
    -- A view declares its columns.
    'declared as', CASE WHEN c.relkind = 'v' THEN json_build_array('view', c.nspname, '', c.relname)
        WHEN c.relkind = 'm' THEN json_build_array('materialized_view', c.nspname, '', c.relname)
        WHEN c.relkind = 'c' THEN json_build_array('composite_type', c.nspname, '', c.relname)
        WHEN c.relkind = 'f' THEN json_build_array('foreign_table', c.nspname, '', c.relname)
        WHEN a.attislocal AND NOT c.relispartition THEN json_build_array('column', c.nspname, c.relname, a.attname)
        ELSE json_build_array(
            'column', coalesce(u.nspname, c.origin_schema), coalesce(u.relname, c.origin_name), a.attname
        ) END,
    'implied', NOT a.attislocal OR c.relispartition OR c.relkind IN ('v', 'm', 'f'),
    'privileges', ARRAY(SELECT x::text FROM unnest(a.attacl) AS x ORDER BY 1),
    'described', json_build_object(
        'options of the foreign server', ARRAY(SELECT o FROM unnest(a.attfdwoptions) AS o ORDER BY 1),
        'type', format_type(a.atttypid, a.atttypmod),
        'collation', nullif(a.attcollation, 0)::regcollation,
        'not null', a.attnotnull,
        'default', pg_get_expr(e.adbin, e.adrelid),
        'identity', a.attidentity,
        'generated', a.attgenerated,
        'storage', a.attstorage,
        'compression', a.attcompression,
        'statistics target', nullif(a.attstattarget, -1),
        -- Some servers add an internal option to columns, pg_attver, whose value differs between databases.
        'options', ARRAY(SELECT x FROM unnest(a.attoptions) AS x WHERE left(x, 3) <> 'pg_' ORDER BY 1),
        'inherited', a.attinhcount,
        -- ATTACH PARTITION keeps the columns local.
        'local', a.attislocal AND NOT c.relispartition,
        'comment', d.description
    )
)::text, format('%s.%s', c.oid, a.attnum), CASE WHEN c.relkind IN ('r', 'p') THEN a.attnum::text END, c.oid
FROM relation AS c
INNER JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef AS e ON e.adrelid = c.oid AND e.adnum = a.attnum
LEFT JOIN description AS d ON d.classoid = 'pg_class'::regclass AND d.objoid = c.oid AND d.objsubid = a.attnum
LEFT JOIN LATERAL (
    SELECT p.nspname, p.relname FROM ancestor AS p
    INNER JOIN pg_attribute AS b ON b.attrelid = p.parent AND b.attname = a.attname AND b.attislocal
    WHERE p.oid = c.oid ORDER BY p.level, p.nspname, p.relname LIMIT 1
) AS u ON NOT a.attislocal
WHERE c.relkind <> 'S'

UNION ALL
SELECT 'constraint', c.name, (
    -- Postgres numbers the copies of a foreign key for the partitions of its target in the order of their creation.
    CASE WHEN k.confrelid <> o.confrelid THEN format('%I to %s', o.conname, k.confrelid::regclass)
        ELSE quote_ident(k.conname) END
), (
    -- A NOT NULL constraint belongs to the declaration of its column.
    CASE WHEN k.contype = 'n' THEN jsonb_build_object('implied', true, 'comment', d.description)
        ELSE jsonb_build_object('implied', NOT l.is_local) END
    || jsonb_build_object(
        'declared as', CASE WHEN c.relkind = 'f' AND k.contype = 'n' THEN jsonb_build_array('foreign_table', c.nspname, '', c.relname) ELSE jsonb_build_array(
            CASE k.contype WHEN 'p' THEN 'primary_key' WHEN 'u' THEN 'unique' WHEN 'f' THEN 'foreign_key'
                WHEN 'x' THEN 'exclusion' WHEN 'n' THEN 'column' ELSE 'check' END,
            coalesce(u.nspname, CASE WHEN l.is_local THEN c.nspname ELSE c.origin_schema END),
            coalesce(u.relname, CASE WHEN l.is_local THEN c.relname ELSE c.origin_name END),
            CASE WHEN k.contype = 'n' THEN a.attname ELSE coalesce(o.conname, k.conname) END,
            CASE WHEN k.contype = 'n' AND l.is_local AND u.relname IS NULL THEN k.conname END
        ) END,
        'described', jsonb_build_object(
            -- Before Postgres 18, VALIDATE does not reach the copies of a foreign key for the partitions of its target.
            'definition', CASE WHEN k.conparentid = 0 THEN pg_get_constraintdef(k.oid)
                ELSE regexp_replace(pg_get_constraintdef(k.oid), ' NOT VALID$', '') END,
            'validated', k.convalidated OR k.conparentid <> 0,
            'local', l.is_local,
            'inherited', k.coninhcount
        ) || CASE WHEN k.contype = 'n' THEN '{}' ELSE jsonb_build_object('comment', d.description) END
    )
)::text, k.oid::text, NULL, c.oid
FROM pg_constraint AS k
INNER JOIN relation AS c ON c.oid = k.conrelid
LEFT JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1] AND k.contype = 'n'
LEFT JOIN LATERAL (
    -- The constraint of the partitioned table, also for a partition of a partition.
    WITH RECURSIVE up AS (
        SELECT p.oid, p.conname, p.conparentid, p.confrelid, 1 AS level
        FROM pg_constraint AS p WHERE p.oid = k.conparentid
        UNION ALL
        SELECT p.oid, p.conname, p.conparentid, p.confrelid, up.level + 1
        FROM up INNER JOIN pg_constraint AS p ON p.oid = up.conparentid
    )
    SELECT up.conname, up.confrelid FROM up ORDER BY up.level DESC LIMIT 1
) AS o ON k.conparentid <> 0
-- ATTACH PARTITION keeps the constraints local.
CROSS JOIN LATERAL (
    SELECT k.conislocal AND NOT (c.relispartition AND k.coninhcount > 0) AS is_local
) AS l
-- The table that an inherited check or an inherited column comes from.
LEFT JOIN LATERAL (
    SELECT p.nspname, p.relname FROM ancestor AS p
    WHERE p.oid = k.conrelid AND CASE k.contype WHEN 'n' THEN EXISTS (
        SELECT FROM pg_attribute AS b WHERE b.attrelid = p.parent AND b.attname = a.attname AND b.attislocal
    ) ELSE EXISTS (
        SELECT FROM pg_constraint AS b WHERE b.conrelid = p.parent AND b.conname = k.conname AND b.conislocal
    ) END
    ORDER BY p.level, p.nspname, p.relname LIMIT 1
) AS u ON NOT CASE k.contype WHEN 'n' THEN a.attislocal ELSE l.is_local END
LEFT JOIN description AS d ON d.classoid = 'pg_constraint'::regclass AND d.objoid = k.oid
-- The trigger of a constraint trigger is a row of its own.
WHERE k.contype <> 't'

UNION ALL
SELECT 'index', c.name, i.indexrelid::regclass::text, (
    CASE WHEN k.contype IS NULL THEN '{}' ELSE jsonb_build_object(
        'statistics targets', t.targets, 'comment', d.description
    ) END
    || jsonb_build_object(
        'declared as', jsonb_build_array(
            CASE k.contype WHEN 'p' THEN 'primary_key' WHEN 'u' THEN 'unique' WHEN 'x' THEN 'exclusion' ELSE 'index' END,
            CASE WHEN x.relispartition THEN c.origin_schema ELSE c.nspname END,
            CASE WHEN x.relispartition THEN c.origin_name ELSE c.relname END,
            coalesce(o.relname, x.relname)
        ),
        'declared on', CASE c.relkind WHEN 'm' THEN 'materialized_view' ELSE 'table' END,
        'implied', k.contype IS NOT NULL OR x.relispartition,
        'described', jsonb_build_object(
            'definition', pg_get_indexdef(i.indexrelid),
            'usable', i.indisvalid AND i.indisready AND i.indislive,
            'immediate', i.indimmediate,
            'cluster', i.indisclustered,
            'replica identity', i.indisreplident,
            'tablespace', s.spcname
        ) || CASE WHEN k.contype IS NOT NULL THEN '{}' ELSE jsonb_build_object(
            'statistics targets', t.targets, 'comment', d.description
        ) END
    )
)::text, x.oid::text, coalesce(nullif(x.relfilenode, 0), x.oid)::text, c.oid
FROM relation AS c
INNER JOIN pg_index AS i ON i.indrelid = c.oid
INNER JOIN pg_class AS x ON x.oid = i.indexrelid
LEFT JOIN pg_class AS o ON x.relispartition AND o.oid = pg_partition_root(x.oid)
LEFT JOIN pg_constraint AS k ON k.conindid = x.oid AND k.contype IN ('p', 'u', 'x')
LEFT JOIN pg_tablespace AS s ON s.oid = x.reltablespace
LEFT JOIN description AS d ON d.classoid = 'pg_class'::regclass AND d.objoid = x.oid AND d.objsubid = 0
CROSS JOIN LATERAL (
    SELECT jsonb_object_agg(a.attnum, a.attstattarget) AS targets FROM pg_attribute AS a
    WHERE a.attrelid = x.oid AND a.attstattarget >= 0
) AS t

UNION ALL
SELECT 'trigger', c.name, quote_ident(g.tgname), json_build_object(
    'declared as', CASE WHEN g.tgparentid = 0 THEN json_build_array('trigger', c.nspname, c.relname, g.tgname)
        ELSE json_build_array('trigger', c.origin_schema, c.origin_name, g.tgname) END,
    'declared on', CASE c.relkind WHEN 'v' THEN 'view' ELSE 'table' END,
    'implied', g.tgparentid <> 0,
    'described', json_build_object(
        'definition', pg_get_triggerdef(g.oid),
        'enabled', g.tgenabled,
        'comment', d.description
    )
)::text, g.oid::text, NULL, c.oid
FROM relation AS c
INNER JOIN pg_trigger AS g ON g.tgrelid = c.oid AND NOT g.tgisinternal
LEFT JOIN description AS d ON d.classoid = 'pg_trigger'::regclass AND d.objoid = g.oid

UNION ALL
SELECT 'policy', c.name, quote_ident(p.polname), json_build_object(
    'declared as', json_build_array('policy', c.nspname, c.relname, p.polname),
    'described', json_build_object(
        'command', p.polcmd,
        'permissive', p.polpermissive,
        'roles', ARRAY(SELECT coalesce(nullif(r, 0)::regrole::text, 'public') FROM unnest(p.polroles) AS r ORDER BY 1),
        'using', pg_get_expr(p.polqual, p.polrelid),
        'check', pg_get_expr(p.polwithcheck, p.polrelid),
        'comment', d.description
    )
)::text, p.oid::text, NULL, c.oid
FROM relation AS c
INNER JOIN pg_policy AS p ON p.polrelid = c.oid
LEFT JOIN description AS d ON d.classoid = 'pg_policy'::regclass AND d.objoid = p.oid

-- if any pg_rewrite WHERE rulename <> '_RETURN' AND oid >= 16384
UNION ALL
SELECT 'rule', c.name, quote_ident(r.rulename), json_build_object(
    'declared as', json_build_array('rule', c.nspname, c.relname, r.rulename),
    'declared on', CASE c.relkind WHEN 'v' THEN 'view' ELSE 'table' END,
    'described', json_build_object(
        'definition', pg_get_ruledef(r.oid),
        'enabled', r.ev_enabled,
        'comment', d.description
    )
)::text, r.oid::text, NULL, c.oid
FROM relation AS c
INNER JOIN pg_rewrite AS r ON r.ev_class = c.oid AND r.rulename <> '_RETURN'
LEFT JOIN description AS d ON d.classoid = 'pg_rewrite'::regclass AND d.objoid = r.oid

-- if any pg_statistic_ext
UNION ALL
SELECT 'statistics object', c.name, format('%s.%I', s.stxnamespace::regnamespace, s.stxname), jsonb_build_object(
    'declared as', jsonb_build_array('statistics', x.nspname, '', s.stxname),
    'owner', s.stxowner::regrole,
    'described', jsonb_build_object(
        'definition', pg_get_statisticsobjdef(s.oid),
        'target', nullif(s.stxstattarget, -1),
        'comment', d.description
    )
)::text, s.oid::text, NULL, c.oid
FROM relation AS c
INNER JOIN pg_statistic_ext AS s ON s.stxrelid = c.oid
INNER JOIN pg_namespace AS x ON x.oid = s.stxnamespace
LEFT JOIN description AS d ON d.classoid = 'pg_statistic_ext'::regclass AND d.objoid = s.oid
