-- All functions except those of extensions, range types and system schemas. If the parameter schemas is NULL, the query reads all schemas.
SELECT
    p.oid,
    p.proname,
    concat_ws('; ',
        CASE WHEN p.proacl IS NOT NULL AND NOT EXISTS (
            SELECT FROM aclexplode(p.proacl) AS x WHERE x.grantee = p.proowner
        ) THEN 'is withheld from its owner' END
    ),
    n.nspname,
    ARRAY(SELECT format_type(a.kind, NULL) FROM unnest(coalesce(p.proallargtypes, p.proargtypes::oid[]))
        WITH ORDINALITY AS a (kind, place) ORDER BY a.place),
    coalesce(p.proargnames, array_fill(''::text, ARRAY[cardinality(coalesce(p.proallargtypes, p.proargtypes::oid[]))])),
    coalesce(p.proargmodes::text[], array_fill('i'::text, ARRAY[cardinality(coalesce(p.proallargtypes, p.proargtypes::oid[]))])),
    ARRAY(SELECT pg_get_function_arg_default(p.oid, a.place::int)
        FROM generate_series(1, cardinality(coalesce(p.proallargtypes, p.proargtypes::oid[]))) AS a (place) ORDER BY a.place),
    coalesce(pg_get_function_result(p.oid), ''),
    coalesce(pg_get_function_sqlbody(p.oid), p.prosrc),
    l.lanname,
    p.provolatile::text,
    p.proisstrict,
    p.prosecdef,
    p.proleakproof,
    p.proparallel::text,
    nullif(p.procost, CASE WHEN l.lanname IN ('c', 'internal') THEN 1 ELSE 100 END)::float8,
    nullif(p.prorows, CASE WHEN p.proretset THEN 1000 ELSE 0 END)::float8,
    p.prokind = 'w',
    nullif(p.prosupport, 0)::regproc::text,
    ARRAY(SELECT format_type(a.kind, NULL) FROM unnest(p.protrftypes) WITH ORDINALITY AS a (kind, place) ORDER BY a.place),
    p.probin,
    p.proconfig,
    d.description
FROM pg_proc AS p
INNER JOIN pg_namespace AS n ON n.oid = p.pronamespace
INNER JOIN pg_language AS l ON l.oid = p.prolang
LEFT JOIN pg_description AS d ON d.classoid = 'pg_proc'::regclass AND d.objoid = p.oid
WHERE p.prokind IN ('f', 'w')
    AND CASE
        WHEN %(schemas)s::name[] IS NULL THEN n.nspname <> 'information_schema' AND left(n.nspname, 3) <> 'pg_'
        ELSE n.nspname = ANY (%(schemas)s::name[])
    END
    AND NOT EXISTS (
        SELECT FROM pg_depend AS e
        WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid AND e.deptype IN ('e', 'i')
    )
ORDER BY n.nspname, p.proname, p.oid
