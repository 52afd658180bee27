-- All objects of a database except system objects and members of extensions, one object a row: the kind, the relation
-- and the name, the attributes as JSON without OIDs (`attributes`), and what identifies the object within one
-- database: the OID (`identity`), the relfilenode of its rows, and the transaction that wrote its catalog row (`xmin`).
--
-- `xmin` is NULL for catalogs in which a statement that changes nothing writes a new row: GRANT, REVOKE, COMMENT ON,
-- ENABLE ROW LEVEL SECURITY, SET DEFAULT, ALTER POLICY and CREATE OR REPLACE do. For the same reason defaults and
-- comments have no identity here.
WITH space AS (
    SELECT n.* FROM pg_namespace AS n WHERE n.nspname <> 'information_schema' AND left(n.nspname, 3) <> 'pg_'
),
member AS (
    SELECT classid, objid FROM pg_depend WHERE deptype = 'e'
),
relation AS (
    SELECT c.*, c.oid::regclass::text AS name
    FROM pg_class AS c
    INNER JOIN space ON space.oid = c.relnamespace
    WHERE c.relkind <> 'i' AND c.relkind <> 'I' AND c.relkind <> 't'
        AND NOT EXISTS (SELECT FROM member AS m WHERE m.classid = 'pg_class'::regclass AND m.objid = c.oid)
),
description AS (
    SELECT classoid, objoid, objsubid, description
    FROM pg_description
    -- OIDs below 16384 are system objects. Of those, users comment only on the schema public.
    WHERE objoid >= 16384 OR classoid = 'pg_namespace'::regclass
)
SELECT 'database' AS kind, '' AS relation, '' AS name, jsonb_build_object(
    'owner', b.datdba::regrole,
    'privileges', ARRAY(SELECT x::text FROM unnest(coalesce(b.datacl, acldefault('d', b.datdba))) AS x ORDER BY 1)
)::text AS attributes, '' AS identity, NULL::oid AS relfilenode, NULL::xid AS xmin
FROM pg_database AS b
WHERE b.datname = current_database()

UNION ALL
SELECT 'schema', '', n.nspname::text, jsonb_build_object(
    'owner', n.nspowner::regrole,
    'privileges', ARRAY(SELECT x::text FROM unnest(coalesce(n.nspacl, acldefault('n', n.nspowner))) AS x ORDER BY 1),
    'comment', d.description
)::text, n.oid::text, NULL, NULL
FROM space AS n
LEFT JOIN description AS d ON d.classoid = 'pg_namespace'::regclass AND d.objoid = n.oid

UNION ALL
SELECT
    CASE c.relkind
        WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence'
        WHEN 'f' THEN 'foreign table' WHEN 'c' THEN 'composite type' ELSE 'table'
    END,
    '', c.name, jsonb_build_object(
    'owner', c.relowner::regrole,
    'privileges', ARRAY(
        SELECT x::text
        FROM unnest(coalesce(c.relacl, acldefault((CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END)::"char", c.relowner))) AS x
        ORDER BY 1
    ),
    'row level security', c.relrowsecurity,
    'forced row level security', c.relforcerowsecurity,
    'storage options', c.reloptions,
    'toast options', t.reloptions,
    'access method', a.amname,
    'tablespace', s.spcname,
    'persistence', c.relpersistence,
    'replica identity', c.relreplident,
    'partition key', CASE c.relkind WHEN 'p' THEN pg_get_partkeydef(c.oid) END,
    'partition bound', pg_get_expr(c.relpartbound, c.oid),
    'parents', ARRAY(SELECT i.inhparent::regclass FROM pg_inherits AS i WHERE i.inhrelid = c.oid ORDER BY i.inhseqno),
    'type', nullif(c.reloftype, 0)::regtype,
    'definition', CASE WHEN c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid) END,
    'sequence', CASE c.relkind WHEN 'S' THEN (
        SELECT jsonb_build_array(q.seqtypid::regtype, q.seqstart, q.seqincrement, q.seqmin, q.seqmax, q.seqcache, q.seqcycle)
        FROM pg_sequence AS q WHERE q.seqrelid = c.oid
    ) END,
    'owned by', CASE c.relkind WHEN 'S' THEN (
        SELECT pg_describe_object(o.refclassid, o.refobjid, o.refobjsubid) FROM pg_depend AS o
        WHERE o.classid = 'pg_class'::regclass AND o.objid = c.oid AND o.deptype IN ('a', 'i')
            AND o.refclassid = 'pg_class'::regclass
    ) END,
    -- The names of foreign key triggers contain OIDs, so the snapshot only counts the disabled ones.
    'disabled internal triggers', (
        SELECT count(*) FROM pg_trigger AS g WHERE g.tgrelid = c.oid AND g.tgisinternal AND g.tgenabled <> 'O'
    ),
    'comment', d.description
)::text, c.oid::text,
    -- A sequence has no table rows, and ALTER SEQUENCE with unchanged bounds assigns a new relfilenode.
    CASE WHEN c.relkind IN ('r', 'm') THEN c.relfilenode END, NULL
FROM relation AS c
LEFT JOIN pg_class AS t ON t.oid = c.reltoastrelid
LEFT JOIN pg_am AS a ON a.oid = c.relam
LEFT JOIN pg_tablespace AS s ON s.oid = c.reltablespace
LEFT JOIN description AS d ON d.classoid = 'pg_class'::regclass AND d.objoid = c.oid AND d.objsubid = 0

UNION ALL
SELECT 'column', c.name, quote_ident(a.attname), jsonb_build_object(
    'position', row_number() OVER (PARTITION BY c.oid ORDER BY a.attnum),
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
    'privileges', ARRAY(SELECT x::text FROM unnest(a.attacl) AS x ORDER BY 1),
    'comment', d.description
)::text, format('%s.%s', c.oid, a.attnum), NULL, NULL
FROM relation AS c
INNER JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef AS e ON e.adrelid = c.oid AND e.adnum = a.attnum
LEFT JOIN description AS d ON d.classoid = 'pg_class'::regclass AND d.objoid = c.oid AND d.objsubid = a.attnum

UNION ALL
SELECT 'constraint', coalesce(c.name, k.contypid::regtype::text), quote_ident(k.conname), jsonb_build_object(
    'definition', pg_get_constraintdef(k.oid),
    'validated', k.convalidated,
    'local', k.conislocal,
    'inherited', k.coninhcount,
    'comment', d.description
)::text, k.oid::text, NULL, k.xmin
FROM pg_constraint AS k
LEFT JOIN relation AS c ON c.oid = k.conrelid
LEFT JOIN description AS d ON d.classoid = 'pg_constraint'::regclass AND d.objoid = k.oid
WHERE k.connamespace IN (SELECT oid FROM space) AND (c.oid IS NOT NULL OR k.contypid <> 0)

UNION ALL
SELECT 'index', c.name, i.indexrelid::regclass::text, jsonb_build_object(
    'definition', pg_get_indexdef(i.indexrelid),
    'usable', i.indisvalid AND i.indisready AND i.indislive,
    'immediate', i.indimmediate,
    'cluster', i.indisclustered,
    'replica identity', i.indisreplident,
    'tablespace', s.spcname,
    'statistics targets', (
        SELECT jsonb_object_agg(a.attnum, a.attstattarget) FROM pg_attribute AS a
        WHERE a.attrelid = x.oid AND a.attstattarget >= 0
    ),
    'comment', d.description
)::text, x.oid::text, x.relfilenode, i.xmin
FROM relation AS c
INNER JOIN pg_index AS i ON i.indrelid = c.oid
INNER JOIN pg_class AS x ON x.oid = i.indexrelid
LEFT JOIN pg_tablespace AS s ON s.oid = x.reltablespace
LEFT JOIN description AS d ON d.classoid = 'pg_class'::regclass AND d.objoid = x.oid AND d.objsubid = 0

UNION ALL
SELECT 'trigger', c.name, quote_ident(g.tgname), jsonb_build_object(
    'definition', pg_get_triggerdef(g.oid),
    'enabled', g.tgenabled,
    'comment', d.description
)::text, g.oid::text, NULL, NULL
FROM relation AS c
INNER JOIN pg_trigger AS g ON g.tgrelid = c.oid AND NOT g.tgisinternal
LEFT JOIN description AS d ON d.classoid = 'pg_trigger'::regclass AND d.objoid = g.oid

UNION ALL
SELECT 'policy', c.name, quote_ident(p.polname), jsonb_build_object(
    'command', p.polcmd,
    'permissive', p.polpermissive,
    'roles', ARRAY(SELECT coalesce(nullif(r, 0)::regrole::text, 'public') FROM unnest(p.polroles) AS r ORDER BY 1),
    'using', pg_get_expr(p.polqual, p.polrelid),
    'check', pg_get_expr(p.polwithcheck, p.polrelid),
    'comment', d.description
)::text, p.oid::text, NULL, NULL
FROM relation AS c
INNER JOIN pg_policy AS p ON p.polrelid = c.oid
LEFT JOIN description AS d ON d.classoid = 'pg_policy'::regclass AND d.objoid = p.oid

UNION ALL
SELECT 'rule', c.name, quote_ident(r.rulename), jsonb_build_object(
    'definition', pg_get_ruledef(r.oid),
    'enabled', r.ev_enabled,
    'comment', d.description
)::text, r.oid::text, NULL, NULL
FROM relation AS c
INNER JOIN pg_rewrite AS r ON r.ev_class = c.oid AND r.rulename <> '_RETURN'
LEFT JOIN description AS d ON d.classoid = 'pg_rewrite'::regclass AND d.objoid = r.oid

UNION ALL
SELECT 'statistics', c.name, quote_ident(s.stxname), jsonb_build_object(
    'definition', pg_get_statisticsobjdef(s.oid),
    'owner', s.stxowner::regrole,
    'comment', d.description
)::text, s.oid::text, NULL, NULL
FROM relation AS c
INNER JOIN pg_statistic_ext AS s ON s.stxrelid = c.oid
LEFT JOIN description AS d ON d.classoid = 'pg_statistic_ext'::regclass AND d.objoid = s.oid

UNION ALL
SELECT 'function', '', p.oid::regprocedure::text, jsonb_build_object(
    'definition', CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid) END,
    'returns', p.prorettype::regtype,
    'owner', p.proowner::regrole,
    'privileges', ARRAY(SELECT x::text FROM unnest(coalesce(p.proacl, acldefault('f', p.proowner))) AS x ORDER BY 1),
    'comment', d.description
)::text, p.oid::text, NULL, NULL
FROM pg_proc AS p
INNER JOIN space ON space.oid = p.pronamespace
LEFT JOIN description AS d ON d.classoid = 'pg_proc'::regclass AND d.objoid = p.oid
WHERE NOT EXISTS (SELECT FROM member AS m WHERE m.classid = 'pg_proc'::regclass AND m.objid = p.oid)

UNION ALL
SELECT 'type', '', t.oid::regtype::text, jsonb_build_object(
    'labels', ARRAY(SELECT e.enumlabel FROM pg_enum AS e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder),
    'base', CASE t.typtype WHEN 'd' THEN format_type(t.typbasetype, t.typtypmod) END,
    'collation', nullif(t.typcollation, 0)::regcollation,
    'not null', t.typnotnull,
    'default', t.typdefault,
    'subtype', (SELECT r.rngsubtype::regtype FROM pg_range AS r WHERE r.rngtypid = t.oid),
    'owner', t.typowner::regrole,
    'privileges', ARRAY(SELECT x::text FROM unnest(coalesce(t.typacl, acldefault('T', t.typowner))) AS x ORDER BY 1),
    'comment', d.description
)::text, t.oid::text, NULL, NULL
FROM pg_type AS t
INNER JOIN space ON space.oid = t.typnamespace
LEFT JOIN pg_class AS c ON c.oid = t.typrelid
LEFT JOIN description AS d ON d.classoid = 'pg_type'::regclass AND d.objoid = t.oid
-- Every table has a row type, and every type has an array type.
WHERE (t.typrelid = 0 OR c.relkind = 'c') AND t.typcategory <> 'A'
    AND NOT EXISTS (SELECT FROM member AS m WHERE m.classid = 'pg_type'::regclass AND m.objid = t.oid)

UNION ALL
SELECT 'extension', '', quote_ident(e.extname), jsonb_build_object(
    'version', e.extversion, 'schema', e.extnamespace::regnamespace, 'owner', e.extowner::regrole
)::text, e.oid::text, NULL, NULL
FROM pg_extension AS e

UNION ALL
SELECT 'default privileges', '', concat_ws(' ',
    a.defaclrole::regrole, 'in ' || nullif(a.defaclnamespace, 0)::regnamespace::text, 'on', a.defaclobjtype
), jsonb_build_object('privileges', ARRAY(SELECT x::text FROM unnest(a.defaclacl) AS x ORDER BY 1))::text, '', NULL, NULL
FROM pg_default_acl AS a

UNION ALL
SELECT 'settings', '', concat_ws(' in ', coalesce(nullif(s.setrole, 0)::regrole::text, 'all roles'),
    CASE WHEN s.setdatabase <> 0 THEN 'this database' END), to_jsonb(s.setconfig)::text, '', NULL, NULL
FROM pg_db_role_setting AS s
WHERE s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))

UNION ALL
SELECT 'role', '', r.oid::regrole::text, jsonb_build_object(
    'superuser', r.rolsuper, 'inherit', r.rolinherit, 'createrole', r.rolcreaterole,
    'createdb', r.rolcreatedb, 'login', r.rolcanlogin, 'replication', r.rolreplication,
    'bypassrls', r.rolbypassrls, 'connection limit', r.rolconnlimit, 'valid until', r.rolvaliduntil,
    'member of', ARRAY(
        SELECT concat_ws(' ', m.roleid::regrole, 'by', m.grantor::regrole, CASE WHEN m.admin_option THEN 'admin' END)
        FROM pg_auth_members AS m WHERE m.member = r.oid ORDER BY 1
    )
)::text, r.oid::text, NULL, NULL
FROM pg_roles AS r
WHERE r.oid >= 16384

-- For rare kinds, only the existence of the object.
UNION ALL
SELECT i.type, '', i.identity, '{}', o.objid::text, NULL, NULL
FROM (
    SELECT 'pg_event_trigger'::regclass AS classid, oid AS objid FROM pg_event_trigger
    UNION ALL SELECT 'pg_publication'::regclass, oid FROM pg_publication
    UNION ALL SELECT 'pg_publication_rel'::regclass, oid FROM pg_publication_rel
    UNION ALL SELECT 'pg_cast'::regclass, oid FROM pg_cast
    UNION ALL SELECT 'pg_operator'::regclass, oid FROM pg_operator
    UNION ALL SELECT 'pg_opclass'::regclass, oid FROM pg_opclass
    UNION ALL SELECT 'pg_opfamily'::regclass, oid FROM pg_opfamily
    UNION ALL SELECT 'pg_collation'::regclass, oid FROM pg_collation
    UNION ALL SELECT 'pg_conversion'::regclass, oid FROM pg_conversion
    UNION ALL SELECT 'pg_language'::regclass, oid FROM pg_language
    UNION ALL SELECT 'pg_foreign_data_wrapper'::regclass, oid FROM pg_foreign_data_wrapper
    UNION ALL SELECT 'pg_foreign_server'::regclass, oid FROM pg_foreign_server
    UNION ALL SELECT 'pg_ts_config'::regclass, oid FROM pg_ts_config
    UNION ALL SELECT 'pg_ts_dict'::regclass, oid FROM pg_ts_dict
) AS o
CROSS JOIN LATERAL pg_identify_object(o.classid, o.objid, 0) AS i
WHERE o.objid >= 16384
    AND NOT EXISTS (SELECT FROM member AS m WHERE m.classid = o.classid AND m.objid = o.objid)
