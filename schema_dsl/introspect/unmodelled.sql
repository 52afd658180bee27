-- All objects that are no parts of tables, and the parts of tables that no kind of the model may read, one object a row:
-- the kind as the model would name it, the schema, the name, the schema and the name of the table it belongs to, and the
-- owner. Names only: definitions and options, which may contain secrets, are not read. Left out are system objects,
-- members of extensions, temporary objects, and what exists because another object does. If the parameter schemas is
-- NULL, the query reads all schemas and the objects outside of schemas.
WITH space AS (
    SELECT n.oid, n.nspname, n.nspowner FROM pg_namespace AS n
    WHERE CASE
        WHEN %(schemas)s::name[] IS NULL THEN n.nspname <> 'information_schema' AND left(n.nspname, 3) <> 'pg_'
        ELSE n.nspname = ANY (%(schemas)s::name[])
    END
),
member AS (
    SELECT classid, objid FROM pg_depend WHERE refclassid = 'pg_extension'::regclass AND deptype = 'e'
),
relation AS (
    SELECT c.oid, c.relname, c.relkind, c.relowner, s.nspname
    FROM pg_class AS c
    INNER JOIN space AS s ON s.oid = c.relnamespace
    WHERE NOT EXISTS (SELECT FROM member AS m WHERE m.classid = 'pg_class'::regclass AND m.objid = c.oid)
),
found AS (
    SELECT 'pg_namespace'::regclass AS classid, n.oid AS objid, 'schema' AS kind, '' AS schema, n.nspname::text AS name,
        NULL::name AS table_schema, NULL::name AS table_name, n.nspowner AS owner
    FROM space AS n
    WHERE n.nspname <> 'public'

    UNION ALL
    SELECT 'pg_class'::regclass, c.oid,
        CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized_view' WHEN 'f' THEN 'foreign_table'
            WHEN 'c' THEN 'composite_type' ELSE 'sequence' END,
        c.nspname, c.relname, NULL, NULL, c.relowner
    FROM relation AS c
    WHERE c.relkind IN ('v', 'm', 'f', 'c', 'S')

    UNION ALL
    SELECT 'pg_type'::regclass, t.oid,
        CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range' ELSE 'base_type' END,
        s.nspname, t.typname, NULL, NULL, t.typowner
    FROM pg_type AS t
    INNER JOIN space AS s ON s.oid = t.typnamespace
    -- A type without its functions is a pseudo-type.
    WHERE t.typtype IN ('e', 'd', 'r', 'b', 'p') AND t.typrelid = 0
        -- Every type has an array type, and every range a multirange.
        AND NOT EXISTS (SELECT FROM pg_type AS e WHERE e.typarray = t.oid)

    UNION ALL
    SELECT 'pg_proc'::regclass, p.oid,
        CASE p.prokind WHEN 'a' THEN 'aggregate' WHEN 'p' THEN 'procedure' ELSE 'function' END,
        s.nspname, p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', NULL, NULL, p.proowner
    FROM pg_proc AS p
    INNER JOIN space AS s ON s.oid = p.pronamespace
    -- The model has functions and procedures, and their identity is expensive to format.
    WHERE p.prokind = 'a'

    UNION ALL
    SELECT 'pg_rewrite'::regclass, r.oid, 'rule', c.nspname, r.rulename, c.nspname, c.relname, c.relowner
    FROM pg_rewrite AS r
    INNER JOIN relation AS c ON c.oid = r.ev_class
    WHERE r.rulename <> '_RETURN'

    UNION ALL
    SELECT 'pg_statistic_ext'::regclass, x.oid, 'statistics', s.nspname, x.stxname, NULL, NULL, x.stxowner
    FROM pg_statistic_ext AS x
    INNER JOIN space AS s ON s.oid = x.stxnamespace

    UNION ALL
    SELECT 'pg_operator'::regclass, o.oid, 'operator', s.nspname, o.oprname, NULL, NULL, o.oprowner
    FROM pg_operator AS o
    INNER JOIN space AS s ON s.oid = o.oprnamespace

    UNION ALL
    SELECT 'pg_opclass'::regclass, o.oid, 'operator_class', s.nspname, o.opcname, NULL, NULL, o.opcowner
    FROM pg_opclass AS o
    INNER JOIN space AS s ON s.oid = o.opcnamespace

    UNION ALL
    SELECT 'pg_opfamily'::regclass, o.oid, 'operator_family', s.nspname, o.opfname, NULL, NULL, o.opfowner
    FROM pg_opfamily AS o
    INNER JOIN space AS s ON s.oid = o.opfnamespace

    UNION ALL
    SELECT 'pg_collation'::regclass, l.oid, 'collation', s.nspname, l.collname, NULL, NULL, l.collowner
    FROM pg_collation AS l
    INNER JOIN space AS s ON s.oid = l.collnamespace

    UNION ALL
    SELECT 'pg_conversion'::regclass, v.oid, 'conversion', s.nspname, v.conname, NULL, NULL, v.conowner
    FROM pg_conversion AS v
    INNER JOIN space AS s ON s.oid = v.connamespace

    UNION ALL
    SELECT 'pg_ts_config'::regclass, t.oid, 'text_search_configuration', s.nspname, t.cfgname, NULL, NULL, t.cfgowner
    FROM pg_ts_config AS t
    INNER JOIN space AS s ON s.oid = t.cfgnamespace

    UNION ALL
    SELECT 'pg_ts_dict'::regclass, t.oid, 'text_search_dictionary', s.nspname, t.dictname, NULL, NULL, t.dictowner
    FROM pg_ts_dict AS t
    INNER JOIN space AS s ON s.oid = t.dictnamespace

    UNION ALL
    SELECT 'pg_ts_parser'::regclass, t.oid, 'text_search_parser', s.nspname, t.prsname, NULL, NULL, NULL
    FROM pg_ts_parser AS t
    INNER JOIN space AS s ON s.oid = t.prsnamespace

    UNION ALL
    SELECT 'pg_ts_template'::regclass, t.oid, 'text_search_template', s.nspname, t.tmplname, NULL, NULL, NULL
    FROM pg_ts_template AS t
    INNER JOIN space AS s ON s.oid = t.tmplnamespace

    UNION ALL
    SELECT l.classoid::regclass, l.objoid, 'security_label', s.nspname, format('%%s of %%s %%s', l.provider, l.objtype, l.objname),
        NULL, NULL, NULL
    FROM pg_seclabels AS l
    INNER JOIN space AS s ON s.oid = l.objnamespace

    UNION ALL
    SELECT 'pg_publication_rel'::regclass, r.oid, 'published_table', c.nspname, p.pubname, c.nspname, c.relname, p.pubowner
    FROM pg_publication_rel AS r
    INNER JOIN pg_publication AS p ON p.oid = r.prpubid
    INNER JOIN relation AS c ON c.oid = r.prrelid

    UNION ALL
    SELECT o.classid, o.objid, o.kind, '', o.name, NULL, NULL, o.owner
    FROM (
        SELECT 'pg_extension'::regclass AS classid, e.oid AS objid, 'extension' AS kind, e.extname::text AS name,
            e.extowner AS owner
        FROM pg_extension AS e
        UNION ALL SELECT 'pg_publication'::regclass, p.oid, 'publication', p.pubname, p.pubowner FROM pg_publication AS p
        UNION ALL SELECT 'pg_subscription'::regclass, s.oid, 'subscription', s.subname, s.subowner FROM pg_subscription AS s
        WHERE s.subdbid = (SELECT b.oid FROM pg_database AS b WHERE b.datname = current_database())
        UNION ALL SELECT 'pg_event_trigger'::regclass, t.oid, 'event_trigger', t.evtname, t.evtowner
        FROM pg_event_trigger AS t
        UNION ALL SELECT 'pg_language'::regclass, l.oid, 'language', l.lanname, l.lanowner FROM pg_language AS l
        UNION ALL SELECT 'pg_foreign_data_wrapper'::regclass, w.oid, 'foreign_data_wrapper', w.fdwname, w.fdwowner
        FROM pg_foreign_data_wrapper AS w
        UNION ALL SELECT 'pg_foreign_server'::regclass, s.oid, 'foreign_server', s.srvname, s.srvowner FROM pg_foreign_server AS s
        UNION ALL SELECT 'pg_foreign_server'::regclass, u.umid, 'user_mapping', u.usename || ' on ' || u.srvname, NULL
        FROM pg_user_mappings AS u
        UNION ALL SELECT 'pg_cast'::regclass, c.oid, 'cast', format('%%s AS %%s', c.castsource::regtype, c.casttarget::regtype), NULL
        FROM pg_cast AS c
        UNION ALL SELECT 'pg_transform'::regclass, t.oid, 'transform', format('for %%s language %%s', t.trftype::regtype, l.lanname),
            NULL
        FROM pg_transform AS t INNER JOIN pg_language AS l ON l.oid = t.trflang
        -- Since Postgres 18, the default privileges of large objects. The model has those of other objects.
        UNION ALL SELECT 'pg_default_acl'::regclass, a.oid, 'default_privileges_on_large_objects', 'of ' || r.rolname, a.defaclrole
        FROM pg_default_acl AS a
        INNER JOIN pg_roles AS r ON r.oid = a.defaclrole
        WHERE a.defaclobjtype = 'L'
        UNION ALL SELECT 'pg_am'::regclass, a.oid, 'access_method', a.amname, NULL FROM pg_am AS a
    ) AS o
    WHERE %(schemas)s::name[] IS NULL
)
SELECT f.kind, f.schema, f.name, f.table_schema, f.table_name, r.rolname
FROM found AS f
LEFT JOIN pg_roles AS r ON r.oid = f.owner
-- Objects with smaller numbers exist from the beginning, such as plpgsql.
WHERE f.objid >= 16384
    AND NOT EXISTS (SELECT FROM member AS m WHERE m.classid = f.classid AND m.objid = f.objid)
    -- The sequence of an identity, and the cast of a range.
    AND NOT EXISTS (
        SELECT FROM pg_depend AS d
        WHERE f.kind IN ('sequence', 'cast') AND d.classid = f.classid AND d.objid = f.objid AND d.deptype = 'i'
    )
ORDER BY f.kind, f.schema, f.table_name, f.name
