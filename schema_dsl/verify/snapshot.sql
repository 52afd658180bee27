-- All objects of a database, one object a row: the kind, the relation and the name, the attributes as JSON without
-- OIDs (`attributes`), the OID (`identity`), and for an object that stores data a text that changes when the data is
-- rewritten, built again or lost (`storage`): the relfilenode of a table or an index, the number of a column.
--
-- A line with the comment `if CONDITION` at its end is left out unless the condition holds, and so is a paragraph that
-- begins with such a comment. The conditions are `since N` (Postgres N and later), `superuser` (the session is one),
-- `cluster` (roles and other objects of the whole cluster count, even if no object of the database refers to them), and
-- `any CATALOG` (the catalog has rows, of which the paragraph reads some: to plan a query of all takes longer than to run it).
--
-- Keys of `attributes` with a meaning of their own:
--   declared as: the kind, the schema, the table ('' without one) and the name of the object of the definitions that
--                describes the object; of a routine, the types of its arguments; and the name of the object itself where that differs.
--   declared on: the kind of relation that the object belongs to, if it is no table.
--   otherwise declared as: the same for the column of a serial type, if the definitions do not declare its sequence.
--   implied:     the object exists because another object does: the index of a constraint, the sequence of an identity.
--   described:   the attributes that the definitions describe. If the definitions declare the object, a new object has
--                NULL, false, 0 or an empty list for each other attribute, except its owner and its privileges.
--   initial privileges: those of an object without a row here, for rows that exist only while privileges differ.
--   privileges:  the text of an aclitem for each grantee and grantor.
-- A key that ends in `checksum` stands for a value that no message may show. The kinds with many objects are built as
-- json, which takes less time than jsonb.
--
-- Left out are system objects (only a superuser can change them), members of extensions and temporary objects. Of
-- system objects and members of extensions, the last paragraph reads the changed privileges.
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
    WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'c')
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
),

-- if not cluster
concerned AS (
    SELECT refobjid AS oid FROM pg_shdepend
    WHERE refclassid = 'pg_authid'::regclass
        AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
),

setting AS (
    SELECT
        s.setrole,
        'setting ' || split_part(o.option, '=', 1)
        || CASE WHEN s.setrole = 0 AND s.setdatabase = 0 THEN ' of all roles' ELSE '' END
        || CASE WHEN s.setrole <> 0 AND s.setdatabase <> 0 THEN ' in this database' ELSE '' END
        -- The settings of applications contain keys and passwords.
        || CASE WHEN o.option LIKE '%.%=%' THEN ' checksum' ELSE '' END AS name,
        CASE WHEN o.option LIKE '%.%=%' THEN md5(o.option) ELSE substr(o.option, strpos(o.option, '=') + 1) END AS value
    FROM pg_db_role_setting AS s
    CROSS JOIN LATERAL unnest(s.setconfig) AS o (option)
    WHERE s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
)
SELECT 'the database' AS kind, '' AS relation, '' AS name, (jsonb_build_object(
    'owner', b.datdba::regrole,
    'privileges', ARRAY(SELECT x::text FROM unnest(coalesce(b.datacl, acldefault('d', b.datdba))) AS x ORDER BY 1),
    'connection limit', b.datconnlimit,
    'template', b.datistemplate,
    'connections', b.datallowconn,
    'comment', shobj_description(b.oid, 'pg_database')
) || (SELECT coalesce(jsonb_object_agg(s.name, s.value), '{}') FROM setting AS s WHERE s.setrole = 0))::text AS attributes,
    '' AS identity, NULL::text AS storage
FROM pg_database AS b
WHERE b.datname = current_database()

UNION ALL
SELECT 'schema', '', quote_ident(n.nspname), jsonb_build_object(
    'declared as', jsonb_build_array('schema', '', '', n.nspname),
    'owner', n.nspowner::regrole,
    'privileges', ARRAY(SELECT x::text FROM unnest(coalesce(n.nspacl, acldefault('n', n.nspowner))) AS x ORDER BY 1),
    'described', jsonb_build_object('comment', d.description)
)::text, n.oid::text, NULL
FROM space AS n
LEFT JOIN description AS d ON d.classoid = 'pg_namespace'::regclass AND d.objoid = n.oid
WHERE NOT EXISTS (SELECT FROM member AS m WHERE m.classid = 'pg_namespace'::regclass AND m.objid = n.oid)

UNION ALL
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
    CASE WHEN c.relkind IN ('r', 'm') THEN c.relfilenode::text WHEN c.relkind = 'p' THEN c.oid::text END
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
))::text, c.oid::text, c.oid::text
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
)::text, format('%s.%s', c.oid, a.attnum), CASE WHEN c.relkind IN ('r', 'p') THEN a.attnum::text END
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
SELECT 'constraint', coalesce(c.name, k.contypid::regtype::text), (
    -- Postgres numbers the copies of a foreign key for the partitions of its target in the order of their creation.
    CASE WHEN k.confrelid <> o.confrelid THEN format('%I to %s', o.conname, k.confrelid::regclass)
        ELSE quote_ident(k.conname) END
), (
    -- A NOT NULL constraint belongs to the declaration of its column.
    CASE WHEN k.contype = 'n' THEN jsonb_build_object('implied', true, 'comment', d.description)
        ELSE jsonb_build_object('implied', NOT l.is_local) END
    || jsonb_build_object(
        'declared as', CASE WHEN y.oid IS NOT NULL THEN jsonb_build_array(
            'domain', k.connamespace::regnamespace, '', y.typname
        ) WHEN c.relkind = 'f' AND k.contype = 'n' THEN jsonb_build_array('foreign_table', c.nspname, '', c.relname) ELSE jsonb_build_array(
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
)::text, k.oid::text, NULL
FROM pg_constraint AS k
LEFT JOIN relation AS c ON c.oid = k.conrelid
LEFT JOIN pg_type AS y ON y.oid = k.contypid
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
    SELECT k.conislocal AND NOT (coalesce(c.relispartition, false) AND k.coninhcount > 0) AS is_local
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
WHERE k.connamespace IN (SELECT oid FROM space) AND (c.oid IS NOT NULL OR k.contypid <> 0) AND k.contype <> 't'

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
)::text, x.oid::text, coalesce(nullif(x.relfilenode, 0), x.oid)::text
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
)::text, g.oid::text, NULL
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
)::text, p.oid::text, NULL
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
)::text, r.oid::text, NULL
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
)::text, s.oid::text, NULL
FROM relation AS c
INNER JOIN pg_statistic_ext AS s ON s.stxrelid = c.oid
INNER JOIN pg_namespace AS x ON x.oid = s.stxnamespace
LEFT JOIN description AS d ON d.classoid = 'pg_statistic_ext'::regclass AND d.objoid = s.oid

UNION ALL
SELECT
    CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END,
    '', p.oid::regprocedure::text, jsonb_build_object(
    'declared as', jsonb_build_array(
        CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END, space.nspname, '', p.proname, ARRAY(
            SELECT CASE WHEN m.nspname = 'pg_catalog' THEN '' ELSE m.nspname || '.' END || coalesce(e.typname || '[]', t.typname)
            FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS a (kind, place)
            INNER JOIN pg_type AS t ON t.oid = a.kind
            INNER JOIN pg_namespace AS m ON m.oid = t.typnamespace
            LEFT JOIN pg_type AS e ON e.oid = t.typelem AND e.typarray = t.oid
            ORDER BY a.place
        )
    ),
    'described', jsonb_build_object(
        'definition', CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid) END,
        'returns', p.prorettype::regtype,
        'comment', d.description,
        'aggregate', CASE WHEN p.prokind = 'a' THEN (
            SELECT jsonb_build_array(
                g.aggkind, g.aggnumdirectargs, g.aggtransfn::regproc, g.aggfinalfn::regproc, g.aggcombinefn::regproc,
                g.aggserialfn::regproc, g.aggdeserialfn::regproc, g.aggmtransfn::regproc, g.aggminvtransfn::regproc,
                g.aggmfinalfn::regproc, g.aggfinalextra, g.aggmfinalextra, g.aggfinalmodify, g.aggmfinalmodify,
                g.aggsortop::regoper, g.aggtranstype::regtype, g.aggtransspace, g.aggmtranstype::regtype, g.aggmtransspace,
                g.agginitval, g.aggminitval, p.proparallel, p.proargnames
            ) FROM pg_aggregate AS g WHERE g.aggfnoid = p.oid
        ) END
    ),
    'owner', p.proowner::regrole,
    'privileges', ARRAY(SELECT x::text FROM unnest(coalesce(p.proacl, acldefault('f', p.proowner))) AS x ORDER BY 1)
)::text, p.oid::text, NULL
FROM pg_proc AS p
INNER JOIN space ON space.oid = p.pronamespace
LEFT JOIN description AS d ON d.classoid = 'pg_proc'::regclass AND d.objoid = p.oid
WHERE p.oid >= 16384 AND NOT EXISTS (SELECT FROM member AS m WHERE m.classid = 'pg_proc'::regclass AND m.objid = p.oid)
    -- The constructors of a range type belong to the type.
    AND NOT EXISTS (SELECT FROM pg_depend AS y WHERE y.classid = 'pg_proc'::regclass AND y.objid = p.oid AND y.deptype = 'i')

UNION ALL
SELECT
    CASE t.typtype
        WHEN 'd' THEN 'domain' WHEN 'e' THEN 'enum' WHEN 'r' THEN 'range type' WHEN 'm' THEN 'multirange type'
        WHEN 'c' THEN CASE c.relkind WHEN 'c' THEN 'composite type' ELSE 'row type' END
        ELSE 'type'
    END,
    '', t.oid::regtype::text, jsonb_build_object(
    'initial privileges', CASE WHEN c.relkind <> 'c' THEN ARRAY(
        SELECT x::text FROM unnest(acldefault('T', t.typowner)) AS x
    ) END,
    'declared as', CASE WHEN t.typtype IN ('e', 'd', 'r', 'm') OR c.relkind = 'c' THEN jsonb_build_array(
        CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'c' THEN 'composite_type' ELSE 'range' END,
        space.nspname, '', coalesce(z.typname, t.typname)
    ) END,
    'implied', t.typtype = 'm',
    'described', jsonb_build_object(
        'attribute order', CASE c.relkind WHEN 'c' THEN (
            SELECT jsonb_agg(a.attname ORDER BY a.attnum) FROM pg_attribute AS a
            WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        ) END,
        'range', (
            SELECT jsonb_build_array(
                r.rngsubtype::regtype, r.rngcollation::regcollation, o.opcname, r.rngcanonical::regproc,
                r.rngsubdiff::regproc, r.rngmultitypid::regtype
            )
            FROM pg_range AS r INNER JOIN pg_opclass AS o ON o.oid = r.rngsubopc WHERE r.rngtypid = t.oid
        ),
        'labels', ARRAY(SELECT e.enumlabel FROM pg_enum AS e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder),
        'base', CASE t.typtype WHEN 'd' THEN format_type(t.typbasetype, t.typtypmod) END,
        'not null', t.typnotnull,
        'default', t.typdefault,
        'collation', nullif(t.typcollation, 0)::regcollation,
        'comment', d.description
    ),
    'representation', CASE WHEN t.typtype IN ('b', 'p') THEN jsonb_build_array(
        t.typlen, t.typbyval, t.typcategory, t.typispreferred, t.typisdefined, t.typdelim, t.typalign, t.typstorage,
        t.typinput, t.typoutput, t.typreceive, t.typsend, t.typmodin, t.typmodout, t.typanalyze, t.typsubscript
    ) END,
    'owner', t.typowner::regrole,
    'privileges', ARRAY(SELECT x::text FROM unnest(coalesce(t.typacl, acldefault('T', t.typowner))) AS x ORDER BY 1)
)::text, t.oid::text, NULL
FROM pg_type AS t
INNER JOIN space ON space.oid = t.typnamespace
LEFT JOIN pg_class AS c ON c.oid = t.typrelid
LEFT JOIN pg_range AS m ON m.rngmultitypid = t.oid
LEFT JOIN pg_type AS z ON z.oid = m.rngtypid
LEFT JOIN description AS d ON d.classoid = 'pg_type'::regclass AND d.objoid = t.oid
-- Every table has a row type, and every type has an array type.
WHERE t.oid >= 16384 AND (t.typrelid = 0 OR c.relkind = 'c' OR t.typacl IS NOT NULL)
    AND NOT EXISTS (SELECT FROM pg_type AS e WHERE e.typarray = t.oid)
    AND NOT EXISTS (SELECT FROM member AS m WHERE m.classid = 'pg_type'::regclass AND m.objid = t.oid)

UNION ALL
SELECT 'extension', '', quote_ident(e.extname), jsonb_build_object(
    'declared as', jsonb_build_array('extension', '', '', e.extname),
    'owner', e.extowner::regrole,
    'described', jsonb_build_object(
        'version', e.extversion,
        'schema', e.extnamespace::regnamespace,
        'relocatable', e.extrelocatable,
        'configuration tables', (
            SELECT jsonb_object_agg(t.oid::regclass, t.condition)
            FROM unnest(e.extconfig, e.extcondition) AS t (oid, condition)
        ),
        'members', (
            SELECT jsonb_object_agg(m.classid::regclass, m.count)
            FROM (SELECT classid, count(*) FROM member WHERE extension = e.oid GROUP BY classid) AS m
        ),
        'functions checksum', f.checksum,
        'comment', obj_description(e.oid, 'pg_extension')
    )
)::text, e.oid::text, NULL
FROM pg_extension AS e
LEFT JOIN (
    SELECT m.extension, md5(string_agg(
        concat_ws(' ', p.proname, p.proowner::regrole, p.prosecdef, p.proconfig, p.prosrc), E'\n' ORDER BY p.proname, p.proargtypes
    )) AS checksum
    FROM member AS m INNER JOIN pg_proc AS p ON p.oid = m.objid
    WHERE m.classid = 'pg_proc'::regclass
    GROUP BY m.extension
) AS f ON f.extension = e.oid

-- if any pg_default_acl
UNION ALL
SELECT 'ALTER DEFAULT PRIVILEGES', '', concat_ws(' ',
    'FOR ROLE', a.defaclrole::regrole, 'IN SCHEMA ' || nullif(a.defaclnamespace, 0)::regnamespace::text, 'ON',
    CASE a.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS' WHEN 'T' THEN 'TYPES'
        WHEN 'n' THEN 'SCHEMAS' ELSE 'LARGE OBJECTS' END
), jsonb_build_object(
    'declared as', CASE WHEN a.defaclobjtype IN ('r', 'S', 'f', 'T', 'n') THEN jsonb_build_array(
        'default_privileges', coalesce(n.nspname, ''), '',
        CASE a.defaclobjtype WHEN 'r' THEN 'tables' WHEN 'S' THEN 'sequences' WHEN 'f' THEN 'functions' WHEN 'T' THEN 'types'
            ELSE 'schemas' END || ' of ' || pg_get_userbyid(a.defaclrole)
    ) END,
    'described', jsonb_build_object(
        'of', a.defaclrole::regrole,
        'in', coalesce(n.nspname, ''),
        'on', a.defaclobjtype,
        'initial privileges', CASE WHEN a.defaclnamespace = 0 THEN ARRAY(
            SELECT x::text FROM unnest(acldefault((CASE a.defaclobjtype WHEN 'S' THEN 's' ELSE a.defaclobjtype END)::"char",
                a.defaclrole)) AS x
        ) END,
        'privileges', ARRAY(SELECT x::text FROM unnest(a.defaclacl) AS x ORDER BY 1)
    )
)::text, '', NULL
FROM pg_default_acl AS a
LEFT JOIN pg_namespace AS n ON n.oid = a.defaclnamespace

UNION ALL
-- regrole reads the present catalog, where another session may have dropped the role; the snapshot still shows the name.
SELECT 'role', '', quote_ident(r.rolname), (jsonb_build_object(
    'declared as', jsonb_build_array('role', '', '', r.rolname),
    'described', jsonb_build_object(
        'superuser', r.rolsuper, 'inherit', r.rolinherit, 'createrole', r.rolcreaterole,
        'createdb', r.rolcreatedb, 'login', r.rolcanlogin, 'replication', r.rolreplication,
        'bypassrls', r.rolbypassrls, 'connection limit', r.rolconnlimit,
        'comment', shobj_description(r.oid, 'pg_authid')
    ),
    'valid until', r.rolvaliduntil
) || (SELECT coalesce(jsonb_object_agg(s.name, s.value), '{}') FROM setting AS s WHERE s.setrole = r.oid))::text,
    r.oid::text, NULL
FROM pg_roles AS r
WHERE r.oid IN (SELECT oid FROM concerned) -- if not cluster

UNION ALL
SELECT 'membership', '', format('of %I in %I', a.rolname, b.rolname), jsonb_build_object(
    'declared as', jsonb_build_array('role', '', '', a.rolname),
    -- Since Postgres 16, the creator of a role gets its ADMIN option from the first superuser.
    'otherwise declared as', CASE WHEN bool_and(m.grantor = 10 AND to_jsonb(m) @> '{"inherit_option": false}')
        THEN jsonb_build_array('role', '', '', b.rolname) END,
    'described', jsonb_object_agg(
        'options granted by ' || coalesce(quote_ident(g.rolname), m.grantor::text),
        to_jsonb(m) - '{oid,roleid,member,grantor}'::text[]
    )
)::text, '', NULL
FROM pg_auth_members AS m
INNER JOIN pg_roles AS a ON a.oid = m.member
INNER JOIN pg_roles AS b ON b.oid = m.roleid
LEFT JOIN pg_roles AS g ON g.oid = m.grantor
WHERE m.member IN (SELECT oid FROM concerned) AND m.roleid IN (SELECT oid FROM concerned) -- if not cluster
GROUP BY a.rolname, b.rolname

-- if cluster, since 15, any pg_parameter_acl
UNION ALL
SELECT 'parameter', '', p.parname, jsonb_build_object(
    'privileges', ARRAY(SELECT x::text FROM unnest(p.paracl) AS x ORDER BY 1)
)::text, '', NULL
FROM pg_parameter_acl AS p

-- if cluster
UNION ALL
SELECT 'tablespace', '', quote_ident(t.spcname), jsonb_build_object(
    'owner', t.spcowner::regrole,
    'options', t.spcoptions,
    'privileges', ARRAY(SELECT x::text FROM unnest(coalesce(t.spcacl, acldefault('t', t.spcowner))) AS x ORDER BY 1),
    'comment', shobj_description(t.oid, 'pg_tablespace')
)::text, t.oid::text, NULL
FROM pg_tablespace AS t

-- if any pg_publication
UNION ALL
SELECT 'publication', '', quote_ident(p.pubname), jsonb_build_object(
    'declared as', jsonb_build_array('publication', '', '', p.pubname),
    'owner', p.pubowner::regrole,
    'described', to_jsonb(p) - '{oid,pubname,pubowner}'::text[] || jsonb_build_object(
        'schemas', ARRAY( -- if since 15
            SELECT m.pnnspid::regnamespace::text FROM pg_publication_namespace AS m -- if since 15
            WHERE m.pnpubid = p.oid ORDER BY 1 -- if since 15
        ), -- if since 15
        'comment', obj_description(p.oid, 'pg_publication')
    )
)::text, p.oid::text, NULL
FROM pg_publication AS p
WHERE NOT EXISTS (SELECT FROM member AS m WHERE m.classid = 'pg_publication'::regclass AND m.objid = p.oid)

-- if any pg_publication_rel
UNION ALL
SELECT 'membership', p.prrelid::regclass::text, format('in publication %I', u.pubname), jsonb_build_object(
    'declared as', jsonb_build_array('published_table', n.nspname, c.relname, u.pubname),
    'declared on', 'table',
    'described', jsonb_build_object(
        'condition', pg_get_expr(p.prqual, p.prrelid), -- if since 15
        'columns', ( -- if since 15
            SELECT jsonb_agg(a.attname ORDER BY a.attnum) FROM pg_attribute AS a -- if since 15
            WHERE a.attrelid = p.prrelid AND a.attnum = ANY (p.prattrs) -- if since 15
        ), -- if since 15
        'publication', u.pubname
    )
)::text, p.oid::text, NULL
FROM pg_publication_rel AS p
INNER JOIN pg_publication AS u ON u.oid = p.prpubid
INNER JOIN pg_class AS c ON c.oid = p.prrelid
INNER JOIN pg_namespace AS n ON n.oid = c.relnamespace

-- if any pg_subscription
UNION ALL
SELECT 'subscription', '', quote_ident(s.subname), jsonb_build_object(
    'owner', s.subowner::regrole,
    'enabled', s.subenabled,
    'binary', s.subbinary,
    'streaming', s.substream,
    'slot', s.subslotname,
    'synchronous commit', s.subsynccommit,
    'publications', s.subpublications,
    'two phase', s.subtwophasestate, -- if since 15
    'disabled on errors', s.subdisableonerr, -- if since 15
    'password required', s.subpasswordrequired, -- if since 16
    'run as owner', s.subrunasowner, -- if since 16
    'origin', s.suborigin, -- if since 16
    'failover', s.subfailover, -- if since 17
    'comment', obj_description(s.oid, 'pg_subscription')
)::text, s.oid::text, NULL
FROM pg_subscription AS s
WHERE s.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())

-- if superuser, any pg_subscription
UNION ALL
SELECT 'connection', '', format('of subscription %I', s.subname), jsonb_build_object(
    'string checksum', md5(s.subconninfo)
)::text, '', NULL
FROM pg_subscription AS s
WHERE s.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())

-- if superuser
UNION ALL
SELECT 'password', '', format('of role %I', a.rolname), jsonb_build_object(
    'value checksum', md5(a.rolpassword)
)::text, '', NULL
FROM pg_authid AS a
WHERE a.rolpassword IS NOT NULL
    AND a.oid IN (SELECT oid FROM concerned) -- if not cluster

-- if any pg_event_trigger
UNION ALL
SELECT 'event trigger', '', quote_ident(t.evtname), jsonb_build_object(
    'declared as', jsonb_build_array('event_trigger', '', '', t.evtname),
    'owner', t.evtowner::regrole,
    'described', jsonb_build_object(
        'event', t.evtevent,
        'function', t.evtfoid::regprocedure,
        'enabled', t.evtenabled,
        'tags', t.evttags,
        'comment', obj_description(t.oid, 'pg_event_trigger')
    )
)::text, t.oid::text, NULL
FROM pg_event_trigger AS t
WHERE NOT EXISTS (SELECT FROM member AS m WHERE m.classid = 'pg_event_trigger'::regclass AND m.objid = t.oid)

UNION ALL
SELECT 'language', '', quote_ident(l.lanname), jsonb_build_object(
    'trusted', l.lanpltrusted,
    'functions', jsonb_build_array(
        l.lanplcallfoid::regprocedure, l.laninline::regprocedure, l.lanvalidator::regprocedure
    ),
    'owner', l.lanowner::regrole,
    'privileges', ARRAY(SELECT x::text FROM unnest(coalesce(l.lanacl, acldefault('l', l.lanowner))) AS x ORDER BY 1),
    'comment', obj_description(l.oid, 'pg_language')
)::text, l.oid::text, NULL
FROM pg_language AS l

-- if any pg_foreign_data_wrapper
UNION ALL
SELECT 'foreign-data wrapper', '', quote_ident(w.fdwname), jsonb_build_object(
    'declared as', jsonb_build_array('foreign_data_wrapper', '', '', w.fdwname),
    'owner', w.fdwowner::regrole,
    'privileges', ARRAY(SELECT x::text FROM unnest(coalesce(w.fdwacl, acldefault('F', w.fdwowner))) AS x ORDER BY 1),
    'described', jsonb_build_object(
        'functions', jsonb_build_array(w.fdwhandler::regprocedure, w.fdwvalidator::regprocedure),
        'options', ARRAY(SELECT split_part(o, '=', 1) FROM unnest(w.fdwoptions) AS o ORDER BY 1),
        'options checksum', md5(ARRAY(SELECT o FROM unnest(w.fdwoptions) AS o ORDER BY 1)::text),
        'comment', obj_description(w.oid, 'pg_foreign_data_wrapper')
    )
)::text, w.oid::text, NULL
FROM pg_foreign_data_wrapper AS w
WHERE NOT EXISTS (SELECT FROM member AS m WHERE m.classid = 'pg_foreign_data_wrapper'::regclass AND m.objid = w.oid)

-- if any pg_foreign_server
UNION ALL
SELECT 'foreign server', '', quote_ident(s.srvname), jsonb_build_object(
    'declared as', jsonb_build_array('foreign_server', '', '', s.srvname),
    'owner', s.srvowner::regrole,
    'privileges', ARRAY(SELECT x::text FROM unnest(coalesce(s.srvacl, acldefault('S', s.srvowner))) AS x ORDER BY 1),
    'described', jsonb_build_object(
        'wrapper', w.fdwname,
        'type', s.srvtype,
        'version', s.srvversion,
        'options', ARRAY(SELECT split_part(o, '=', 1) FROM unnest(s.srvoptions) AS o ORDER BY 1),
        'options checksum', md5(ARRAY(SELECT o FROM unnest(s.srvoptions) AS o ORDER BY 1)::text),
        'comment', obj_description(s.oid, 'pg_foreign_server')
    )
)::text, s.oid::text, NULL
FROM pg_foreign_server AS s
INNER JOIN pg_foreign_data_wrapper AS w ON w.oid = s.srvfdw
WHERE NOT EXISTS (SELECT FROM member AS m WHERE m.classid = 'pg_foreign_server'::regclass AND m.objid = s.oid)

-- if any pg_user_mappings
-- pg_user_mappings has NULL for options that the role may not read.
UNION ALL
SELECT 'user mapping', '', format('of %s on server %I', quote_ident(u.usename), u.srvname), jsonb_build_object(
    'declared as', jsonb_build_array('user_mapping', '', '', format('%I on %I', u.usename, u.srvname)),
    'described', jsonb_build_object(
        'options', ARRAY(SELECT split_part(o, '=', 1) FROM unnest(u.umoptions) AS o ORDER BY 1),
        'options checksum', md5(ARRAY(SELECT o FROM unnest(u.umoptions) AS o ORDER BY 1)::text)
    )
)::text, u.umid::text, NULL
FROM pg_user_mappings AS u

-- if any pg_largeobject_metadata
UNION ALL
SELECT 'large object', '', l.oid::text, jsonb_build_object(
    'owner', l.lomowner::regrole,
    'privileges', ARRAY(SELECT x::text FROM unnest(coalesce(l.lomacl, acldefault('L', l.lomowner))) AS x ORDER BY 1),
    'comment', obj_description(l.oid, 'pg_largeobject')
)::text, '', NULL
FROM pg_largeobject_metadata AS l

-- if superuser, any pg_largeobject
UNION ALL
SELECT 'data', '', format('of large object %s', l.loid), jsonb_build_object(
    'bytes', sum(length(l.data)),
    'bytes checksum', md5(string_agg(md5(l.data), ',' ORDER BY l.pageno))
)::text, '', NULL
FROM pg_largeobject AS l
GROUP BY l.loid

-- if any pg_cast WHERE oid >= 16384
UNION ALL
SELECT 'cast', '', format('%s AS %s', c.castsource::regtype, c.casttarget::regtype), jsonb_build_object(
    'declared as', jsonb_build_array('cast', '', '', concat_ws(
        ' AS ',
        (
            SELECT CASE WHEN m.nspname = 'pg_catalog' THEN '' ELSE m.nspname || '.' END || coalesce(e.typname || '[]', t.typname)
            FROM pg_type AS t
            INNER JOIN pg_namespace AS m ON m.oid = t.typnamespace
            LEFT JOIN pg_type AS e ON e.oid = t.typelem AND e.typarray = t.oid
            WHERE t.oid = c.castsource
        ),
        (
            SELECT CASE WHEN m.nspname = 'pg_catalog' THEN '' ELSE m.nspname || '.' END || coalesce(e.typname || '[]', t.typname)
            FROM pg_type AS t
            INNER JOIN pg_namespace AS m ON m.oid = t.typnamespace
            LEFT JOIN pg_type AS e ON e.oid = t.typelem AND e.typarray = t.oid
            WHERE t.oid = c.casttarget
        )
    )),
    'described', jsonb_build_object(
        'function', c.castfunc::regprocedure, 'context', c.castcontext, 'method', c.castmethod,
        'comment', obj_description(c.oid, 'pg_cast')
    )
)::text, c.oid::text, NULL
FROM pg_cast AS c
WHERE c.oid >= 16384
    AND NOT EXISTS (SELECT FROM member AS m WHERE m.classid = 'pg_cast'::regclass AND m.objid = c.oid)
    -- The cast of a range type to its multirange type belongs to the type.
    AND NOT EXISTS (SELECT FROM pg_depend AS y WHERE y.classid = 'pg_cast'::regclass AND y.objid = c.oid AND y.deptype = 'i')

-- if any pg_operator WHERE oid >= 16384
UNION ALL
SELECT 'operator', '', o.oid::regoperator::text, jsonb_build_object(
    'declared as', jsonb_build_array('operator', n.nspname, '', o.oprname, ARRAY(
        SELECT coalesce(
            CASE WHEN m.nspname = 'pg_catalog' THEN '' ELSE m.nspname || '.' END || coalesce(e.typname || '[]', t.typname), 'none'
        )
        FROM unnest(ARRAY[o.oprleft, o.oprright]) WITH ORDINALITY AS a (kind, place)
        LEFT JOIN pg_type AS t ON t.oid = a.kind
        LEFT JOIN pg_namespace AS m ON m.oid = t.typnamespace
        LEFT JOIN pg_type AS e ON e.oid = t.typelem AND e.typarray = t.oid
        ORDER BY a.place
    )),
    'owner', o.oprowner::regrole,
    'described', jsonb_build_object(
        'result', o.oprresult::regtype, 'function', o.oprcode, 'commutator', o.oprcom::regoperator,
        'negator', o.oprnegate::regoperator, 'estimators', jsonb_build_array(o.oprrest, o.oprjoin),
        'merges', o.oprcanmerge, 'hashes', o.oprcanhash, 'comment', obj_description(o.oid, 'pg_operator')
    )
)::text, o.oid::text, NULL
FROM pg_operator AS o
INNER JOIN pg_namespace AS n ON n.oid = o.oprnamespace
WHERE o.oid >= 16384
    AND NOT EXISTS (SELECT FROM member AS m WHERE m.classid = 'pg_operator'::regclass AND m.objid = o.oid)

-- if any pg_opclass WHERE oid >= 16384
UNION ALL
SELECT 'operator class', '', format('%s.%I USING %I', o.opcnamespace::regnamespace, o.opcname, a.amname), jsonb_build_object(
    'type', o.opcintype::regtype, 'stored type', nullif(o.opckeytype, 0)::regtype, 'default', o.opcdefault,
    'family', format('%s.%I', f.opfnamespace::regnamespace, f.opfname), 'owner', o.opcowner::regrole,
    'comment', obj_description(o.oid, 'pg_opclass')
)::text, o.oid::text, NULL
FROM pg_opclass AS o
INNER JOIN pg_opfamily AS f ON f.oid = o.opcfamily
INNER JOIN pg_am AS a ON a.oid = o.opcmethod
WHERE o.oid >= 16384
    AND NOT EXISTS (SELECT FROM member AS m WHERE m.classid = 'pg_opclass'::regclass AND m.objid = o.oid)

-- if any pg_opfamily WHERE oid >= 16384
UNION ALL
SELECT 'operator family', '', format('%s.%I USING %I', f.opfnamespace::regnamespace, f.opfname, a.amname), jsonb_build_object(
    'operators', ARRAY(
        SELECT concat_ws(' ', p.amopstrategy, p.amopopr::regoperator, p.amoppurpose, nullif(p.amopsortfamily, 0)::text)
        FROM pg_amop AS p WHERE p.amopfamily = f.oid ORDER BY 1
    ),
    'functions', ARRAY(
        SELECT concat_ws(' ', p.amprocnum, p.amproclefttype::regtype, p.amprocrighttype::regtype, p.amproc)
        FROM pg_amproc AS p WHERE p.amprocfamily = f.oid ORDER BY 1
    ),
    'owner', f.opfowner::regrole,
    'comment', obj_description(f.oid, 'pg_opfamily')
)::text, f.oid::text, NULL
FROM pg_opfamily AS f
INNER JOIN pg_am AS a ON a.oid = f.opfmethod
WHERE f.oid >= 16384
    AND NOT EXISTS (SELECT FROM member AS m WHERE m.classid = 'pg_opfamily'::regclass AND m.objid = f.oid)

-- if any pg_am WHERE oid >= 16384
UNION ALL
SELECT 'access method', '', quote_ident(a.amname), jsonb_build_object(
    'handler', a.amhandler, 'type', a.amtype, 'comment', obj_description(a.oid, 'pg_am')
)::text, a.oid::text, NULL
FROM pg_am AS a
WHERE a.oid >= 16384

-- if any pg_collation WHERE oid >= 16384
UNION ALL
SELECT 'collation', '', l.oid::regcollation::text, jsonb_build_object(
    'declared as', jsonb_build_array('collation', n.nspname, '', l.collname),
    'owner', l.collowner::regrole,
    'described', to_jsonb(l) - '{oid,collname,collnamespace,collowner,collencoding,collversion}'::text[] || jsonb_build_object(
        'comment', obj_description(l.oid, 'pg_collation')
    )
)::text, l.oid::text, NULL
FROM pg_collation AS l
INNER JOIN pg_namespace AS n ON n.oid = l.collnamespace
WHERE l.oid >= 16384
    AND NOT EXISTS (SELECT FROM member AS m WHERE m.classid = 'pg_collation'::regclass AND m.objid = l.oid)

-- if any pg_conversion WHERE oid >= 16384
UNION ALL
SELECT 'conversion', '', format('%s.%I', v.connamespace::regnamespace, v.conname), jsonb_build_object(
    'source', pg_encoding_to_char(v.conforencoding), 'destination', pg_encoding_to_char(v.contoencoding),
    'function', v.conproc, 'default', v.condefault, 'owner', v.conowner::regrole,
    'comment', obj_description(v.oid, 'pg_conversion')
)::text, v.oid::text, NULL
FROM pg_conversion AS v
WHERE v.oid >= 16384
    AND NOT EXISTS (SELECT FROM member AS m WHERE m.classid = 'pg_conversion'::regclass AND m.objid = v.oid)

-- if any pg_transform
UNION ALL
SELECT 'transform', '', format('for %s language %s', t.trftype::regtype, l.lanname), jsonb_build_object(
    'functions', jsonb_build_array(t.trffromsql, t.trftosql)
)::text, t.oid::text, NULL
FROM pg_transform AS t
INNER JOIN pg_language AS l ON l.oid = t.trflang
WHERE NOT EXISTS (SELECT FROM member AS m WHERE m.classid = 'pg_transform'::regclass AND m.objid = t.oid)

-- if any pg_ts_config WHERE oid >= 16384
UNION ALL
SELECT 'text search configuration', '', c.oid::regconfig::text, jsonb_build_object(
    'declared as', jsonb_build_array('text_search_configuration', n.nspname, '', c.cfgname),
    'owner', c.cfgowner::regrole,
    'described', jsonb_build_object(
        'parser', format('%s.%I', p.prsnamespace::regnamespace, p.prsname),
        'dictionaries', ARRAY(
            SELECT concat_ws(' ', m.maptokentype, m.mapseqno, m.mapdict::regdictionary)
            FROM pg_ts_config_map AS m WHERE m.mapcfg = c.oid ORDER BY m.maptokentype, m.mapseqno
        ),
        'comment', obj_description(c.oid, 'pg_ts_config')
    )
)::text, c.oid::text, NULL
FROM pg_ts_config AS c
INNER JOIN pg_namespace AS n ON n.oid = c.cfgnamespace
INNER JOIN pg_ts_parser AS p ON p.oid = c.cfgparser
WHERE c.oid >= 16384
    AND NOT EXISTS (SELECT FROM member AS m WHERE m.classid = 'pg_ts_config'::regclass AND m.objid = c.oid)

-- if any pg_ts_dict WHERE oid >= 16384
UNION ALL
SELECT 'text search dictionary', '', d.oid::regdictionary::text, jsonb_build_object(
    'declared as', jsonb_build_array('text_search_dictionary', n.nspname, '', d.dictname),
    'owner', d.dictowner::regrole,
    'described', jsonb_build_object(
        'template', format('%s.%I', t.tmplnamespace::regnamespace, t.tmplname), 'options', d.dictinitoption,
        'comment', obj_description(d.oid, 'pg_ts_dict')
    )
)::text, d.oid::text, NULL
FROM pg_ts_dict AS d
INNER JOIN pg_namespace AS n ON n.oid = d.dictnamespace
INNER JOIN pg_ts_template AS t ON t.oid = d.dicttemplate
WHERE d.oid >= 16384
    AND NOT EXISTS (SELECT FROM member AS m WHERE m.classid = 'pg_ts_dict'::regclass AND m.objid = d.oid)

-- if any pg_ts_parser WHERE oid >= 16384
UNION ALL
SELECT 'text search parser', '', format('%s.%I', p.prsnamespace::regnamespace, p.prsname), jsonb_build_object(
    'functions', jsonb_build_array(p.prsstart, p.prstoken, p.prsend, p.prsheadline, p.prslextype),
    'comment', obj_description(p.oid, 'pg_ts_parser')
)::text, p.oid::text, NULL
FROM pg_ts_parser AS p
WHERE p.oid >= 16384
    AND NOT EXISTS (SELECT FROM member AS m WHERE m.classid = 'pg_ts_parser'::regclass AND m.objid = p.oid)

-- if any pg_ts_template WHERE oid >= 16384
UNION ALL
SELECT 'text search template', '', format('%s.%I', t.tmplnamespace::regnamespace, t.tmplname), jsonb_build_object(
    'functions', jsonb_build_array(t.tmplinit, t.tmpllexize), 'comment', obj_description(t.oid, 'pg_ts_template')
)::text, t.oid::text, NULL
FROM pg_ts_template AS t
WHERE t.oid >= 16384
    AND NOT EXISTS (SELECT FROM member AS m WHERE m.classid = 'pg_ts_template'::regclass AND m.objid = t.oid)

-- if any pg_seclabel
UNION ALL
SELECT 'security label', '', format('by %s on %s', s.provider, pg_describe_object(s.classoid, s.objoid, s.objsubid)),
    jsonb_build_object('label', s.label)::text, '', NULL
FROM pg_seclabel AS s

-- if any pg_shseclabel
UNION ALL
SELECT 'security label', '', format('by %s on %s', s.provider, pg_describe_object(s.classoid, s.objoid, 0)),
    jsonb_build_object('label', s.label)::text, '', NULL
FROM pg_shseclabel AS s
WHERE s.classoid <> 'pg_database'::regclass
    OR s.objoid = (SELECT oid FROM pg_database WHERE datname = current_database())

UNION ALL
SELECT CASE WHEN a.objid < 16384 THEN 'system' ELSE 'extension''s' END, '', pg_describe_object(a.classid, a.objid, 0),
    jsonb_build_object(
        'initial privileges', ARRAY(
            SELECT x::text FROM unnest(coalesce(i.initprivs, acldefault(a.kind, a.owner))) AS x
        ),
        'privileges', ARRAY(SELECT x::text FROM unnest(a.acl) AS x ORDER BY 1)
    )::text, '', NULL
FROM (
    SELECT 'pg_class'::regclass AS classid, oid AS objid, relacl AS acl, relowner AS owner, 'r'::"char" AS kind
    FROM pg_class WHERE relnamespace <> 'information_schema'::regnamespace
    UNION ALL SELECT 'pg_proc'::regclass, oid, proacl, proowner, 'f' FROM pg_proc
    UNION ALL SELECT 'pg_type'::regclass, oid, typacl, typowner, 'T' FROM pg_type
    UNION ALL SELECT 'pg_namespace'::regclass, oid, nspacl, nspowner, 'n' FROM pg_namespace
    WHERE nspname NOT IN ('public', 'information_schema')
) AS a
LEFT JOIN pg_init_privs AS i ON i.classoid = a.classid AND i.objoid = a.objid AND i.objsubid = 0
WHERE a.acl IS NOT NULL
    AND (a.objid < 16384 OR EXISTS (SELECT FROM member AS m WHERE m.classid = a.classid AND m.objid = a.objid))
    AND i.initprivs IS DISTINCT FROM a.acl
