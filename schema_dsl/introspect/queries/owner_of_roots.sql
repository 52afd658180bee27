-- The owners of objects other than tables and system objects.
SELECT o.oid, '', NULL, o.kind, coalesce(n.nspname, ''), o.name, o.arguments, pg_get_userbyid(o.owner)
FROM (
    SELECT
        c.oid,
        CASE c.relkind WHEN 'S' THEN 'sequence' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized_view'
            WHEN 'c' THEN 'composite_type' ELSE 'foreign_table' END AS kind,
        c.relnamespace AS namespace, c.relname AS name, NULL::text[] AS arguments, c.relowner AS owner
    FROM pg_class AS c
    WHERE c.relkind IN ('S', 'v', 'm', 'f', 'c')
    UNION ALL
    SELECT n.oid, 'schema', NULL, n.nspname, NULL, n.nspowner FROM pg_namespace AS n
    UNION ALL
    SELECT
        t.oid, CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' ELSE 'range' END, t.typnamespace, t.typname,
        NULL, t.typowner
    FROM pg_type AS t
    WHERE t.typtype IN ('e', 'd', 'r')
    UNION ALL
    SELECT
        p.oid,
        CASE p.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END,
        p.pronamespace, p.proname,
        ARRAY(SELECT format_type(a.kind, NULL) FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS a (kind, place)
            ORDER BY a.place),
        p.proowner
    FROM pg_proc AS p
    UNION ALL
    SELECT l.oid, 'collation', l.collnamespace, l.collname, NULL, l.collowner FROM pg_collation AS l
    UNION ALL
    SELECT
        o.oid, 'operator', o.oprnamespace, o.oprname,
        ARRAY[CASE WHEN o.oprleft <> 0 THEN format_type(o.oprleft, NULL) END, format_type(o.oprright, NULL)], o.oprowner
    FROM pg_operator AS o
    WHERE o.oprcode <> 0
    UNION ALL
    SELECT d.oid, 'text_search_dictionary', d.dictnamespace, d.dictname, NULL, d.dictowner FROM pg_ts_dict AS d
    UNION ALL
    SELECT c.oid, 'text_search_configuration', c.cfgnamespace, c.cfgname, NULL, c.cfgowner FROM pg_ts_config AS c
    UNION ALL
    SELECT p.oid, 'publication', NULL, p.pubname, NULL, p.pubowner FROM pg_publication AS p
    UNION ALL
    SELECT s.oid, 'foreign_server', NULL, s.srvname, NULL, s.srvowner FROM pg_foreign_server AS s
    UNION ALL
    SELECT w.oid, 'foreign_data_wrapper', NULL, w.fdwname, NULL, w.fdwowner FROM pg_foreign_data_wrapper AS w
) AS o
LEFT JOIN pg_namespace AS n ON n.oid = o.namespace
WHERE o.oid >= 16384
ORDER BY o.kind, n.nspname, o.name, o.arguments
