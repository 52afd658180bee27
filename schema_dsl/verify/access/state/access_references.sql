-- The objects to which policies, defaults, queries of views, and triggers refer: relations, directly or by functions.
SELECT n.nspname::text, c.relname::text, m.nspname::text, r.relname::text, f.proname::text, f.text
FROM (
    SELECT o.relation, d.refclassid, d.refobjid
    FROM (
        SELECT p.polrelid AS relation, 'pg_catalog.pg_policy'::regclass AS class, p.oid
        FROM pg_catalog.pg_policy AS p WHERE p.polrelid = ANY ($1)
        UNION ALL
        SELECT w.ev_class, 'pg_catalog.pg_rewrite'::regclass, w.oid
        FROM pg_catalog.pg_rewrite AS w WHERE w.ev_class = ANY ($1)
        UNION ALL
        SELECT a.adrelid, 'pg_catalog.pg_attrdef'::regclass, a.oid
        FROM pg_catalog.pg_attrdef AS a WHERE a.adrelid = ANY ($1)
        UNION ALL
        SELECT t.tgrelid, 'pg_catalog.pg_trigger'::regclass, t.oid
        FROM pg_catalog.pg_trigger AS t WHERE NOT t.tgisinternal AND t.tgrelid = ANY ($1)
    ) AS o
    -- Without OFFSET, Postgres joins all dependencies, because it knows no statistics of a young catalog.
    CROSS JOIN LATERAL (
        SELECT d.refclassid, d.refobjid FROM pg_catalog.pg_depend AS d
        WHERE d.classid = o.class AND d.objid = o.oid OFFSET 0
    ) AS d
    UNION
    SELECT i.inhparent, 'pg_catalog.pg_class'::regclass, i.inhrelid FROM pg_catalog.pg_inherits AS i
    WHERE i.inhparent = ANY ($1)
) AS used
CROSS JOIN LATERAL (
    SELECT c.oid, c.relname, c.relnamespace FROM pg_catalog.pg_class AS c WHERE c.oid = used.relation OFFSET 0
) AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_class AS r ON used.refclassid = 'pg_catalog.pg_class'::regclass AND r.oid = used.refobjid
LEFT JOIN pg_catalog.pg_namespace AS m ON m.oid = r.relnamespace
LEFT JOIN LATERAL (
    SELECT p.proname, concat_ws(' ', p.prosrc, pg_catalog.pg_get_function_sqlbody(p.oid),
        pg_catalog.pg_get_function_arguments(p.oid)) AS text
    FROM pg_catalog.pg_proc AS p
    WHERE used.refclassid = 'pg_catalog.pg_proc'::regclass AND p.oid = used.refobjid AND p.oid >= 16384
) AS f ON true
WHERE c.oid >= 16384 AND r.oid IS DISTINCT FROM c.oid
    AND (r.oid IS NOT NULL OR f.proname IS NOT NULL)
