-- All objects of a database, one object a row: the kind, the relation and the name, the attributes as JSON without
-- OIDs (`attributes`), the OID (`identity`), and for an object that stores data a text that changes when the data is
-- rewritten, built again or lost (`storage`): the relfilenode of a table or an index, the number of a column.
-- Relations and their parts are in relations.sql.
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
SELECT 'constraint', k.contypid::regtype::text, quote_ident(k.conname), (
    -- A NOT NULL constraint belongs to the declaration of the domain.
    CASE WHEN k.contype = 'n' THEN jsonb_build_object('implied', true, 'comment', d.description)
        ELSE jsonb_build_object('implied', false) END
    || jsonb_build_object(
        'declared as', jsonb_build_array('domain', k.connamespace::regnamespace, '', y.typname),
        'described', jsonb_build_object('definition', pg_get_constraintdef(k.oid), 'validated', k.convalidated)
        || CASE WHEN k.contype = 'n' THEN '{}' ELSE jsonb_build_object('comment', d.description) END
    )
)::text, k.oid::text, NULL
FROM pg_constraint AS k
INNER JOIN space ON space.oid = k.connamespace
INNER JOIN pg_type AS y ON y.oid = k.contypid
LEFT JOIN description AS d ON d.classoid = 'pg_constraint'::regclass AND d.objoid = k.oid

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
