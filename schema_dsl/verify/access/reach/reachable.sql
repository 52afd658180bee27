-- What each client role can do with each object, with the privileges of PUBLIC and of the roles whose member it is.
-- Types are left out, because USAGE on a type reaches no data, and objects of extensions and of Postgres itself.
-- Roles are not objects of a database: what the migration does with roles is the same in every scratch database.
WITH objects (kind, schema, name, trait, acl) AS (
    SELECT
        CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'S' THEN 'sequence'
            WHEN 'f' THEN 'foreign table' ELSE 'table' END,
        n.nspname,
        c.relname,
        CASE
            WHEN c.relkind = 'v' AND NOT coalesce(c.reloptions @> '{security_invoker=true}', false)
                THEN 'reads with the privileges of its owner'
            WHEN c.relkind = 'm' THEN 'has no policies'
            ELSE ''
        END,
        coalesce(c.relacl, pg_catalog.acldefault(CASE c.relkind WHEN 'S' THEN 's'::"char" ELSE 'r' END, c.relowner))
    FROM pg_catalog.pg_class AS c
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
        AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
        AND n.nspname !~ '^pg_(toast_)?temp_'
        AND NOT EXISTS (
            SELECT FROM pg_catalog.pg_depend AS d
            WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid
                AND (d.deptype = 'e' OR (d.deptype = 'i' AND c.relkind = 'S'))
        )
    UNION ALL
    SELECT
        CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table' ELSE 'table' END,
        n.nspname, c.relname, 'column ' || a.attname, a.attacl
    FROM pg_catalog.pg_attribute AS a
    JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE a.attacl IS NOT NULL AND NOT a.attisdropped AND n.nspname NOT IN ('pg_catalog', 'information_schema')
    UNION ALL
    -- A role cannot call a trigger function. The constructors of a range type belong to the type.
    SELECT
        CASE p.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END,
        n.nspname,
        p.proname || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')',
        CASE WHEN p.prosecdef THEN 'SECURITY DEFINER' ELSE '' END,
        coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner))
    FROM pg_catalog.pg_proc AS p
    JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
    WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')
        AND n.nspname !~ '^pg_temp_'
        AND p.prorettype NOT IN ('pg_catalog.trigger'::regtype, 'pg_catalog.event_trigger'::regtype)
        AND NOT EXISTS (
            SELECT FROM pg_catalog.pg_depend AS d
            WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.deptype IN ('e', 'i')
        )
    UNION ALL
    SELECT 'schema', '', n.nspname, '', coalesce(n.nspacl, pg_catalog.acldefault('n', n.nspowner))
    FROM pg_catalog.pg_namespace AS n
    WHERE n.nspname !~ '^pg_(toast_)?temp_'
    UNION ALL
    SELECT 'large object', '', m.oid::text, '', coalesce(m.lomacl, pg_catalog.acldefault('L', m.lomowner))
    FROM pg_catalog.pg_largeobject_metadata AS m
    UNION ALL
    SELECT 'language', '', l.lanname, '', coalesce(l.lanacl, pg_catalog.acldefault('l', l.lanowner))
    FROM pg_catalog.pg_language AS l
    UNION ALL
    SELECT 'foreign server', '', s.srvname, '', coalesce(s.srvacl, pg_catalog.acldefault('S', s.srvowner))
    FROM pg_catalog.pg_foreign_server AS s
    UNION ALL
    SELECT 'foreign-data wrapper', '', w.fdwname, '', coalesce(w.fdwacl, pg_catalog.acldefault('F', w.fdwowner))
    FROM pg_catalog.pg_foreign_data_wrapper AS w
    UNION ALL
    SELECT 'the database', '', '', '', coalesce(d.datacl, pg_catalog.acldefault('d', d.datdba))
    FROM pg_catalog.pg_database AS d
    WHERE d.datname = pg_catalog.current_database()
),
grants AS (
    SELECT o.kind, o.schema, o.name, o.trait, a.privilege_type AS privilege, a.grantee
    FROM objects AS o
    CROSS JOIN LATERAL pg_catalog.aclexplode(o.acl) AS a
)
SELECT DISTINCT 'PUBLIC' AS role, g.kind, g.schema, g.name, g.trait, g.privilege
FROM grants AS g
WHERE g.grantee = 0
UNION
SELECT r.rolname, g.kind, g.schema, g.name, g.trait, g.privilege
FROM grants AS g
JOIN pg_catalog.pg_roles AS r ON r.rolname = ANY (%(roles)s)
WHERE g.grantee <> 0 AND pg_catalog.pg_has_role(r.oid, g.grantee, 'USAGE')
