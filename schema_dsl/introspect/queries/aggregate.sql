-- All aggregates except those of extensions and system schemas. If the parameter schemas is NULL, the query reads all schemas.
SELECT
    p.oid,
    p.proname,
    CASE WHEN p.proacl IS NOT NULL AND NOT EXISTS (
        SELECT FROM aclexplode(p.proacl) AS x WHERE x.grantee = p.proowner
    ) THEN 'is withheld from its owner' END,
    n.nspname,
    ARRAY(SELECT format_type(a.kind, NULL) FROM unnest(p.proargtypes::oid[]) WITH ORDINALITY AS a (kind, place) ORDER BY a.place),
    coalesce(p.proargnames, array_fill(''::text, ARRAY[cardinality(p.proargtypes::oid[])])),
    coalesce(p.proargmodes::text[], array_fill('i'::text, ARRAY[cardinality(p.proargtypes::oid[])])),
    g.aggkind::text,
    g.aggnumdirectargs::int,
    g.aggtransfn::regproc::text,
    format_type(g.aggtranstype, NULL),
    g.agginitval,
    g.aggtransspace,
    nullif(g.aggfinalfn, 0)::regproc::text,
    g.aggfinalextra,
    g.aggfinalmodify::text,
    nullif(g.aggcombinefn, 0)::regproc::text,
    nullif(g.aggserialfn, 0)::regproc::text,
    nullif(g.aggdeserialfn, 0)::regproc::text,
    nullif(g.aggmtransfn, 0)::regproc::text,
    nullif(g.aggminvtransfn, 0)::regproc::text,
    CASE WHEN g.aggmtranstype <> 0 THEN format_type(g.aggmtranstype, NULL) END,
    g.aggmtransspace,
    nullif(g.aggmfinalfn, 0)::regproc::text,
    g.aggmfinalextra,
    g.aggmfinalmodify::text,
    g.aggminitval,
    (
        SELECT format('OPERATOR(%%I.%%s)', s.nspname, o.oprname)
        FROM pg_operator AS o INNER JOIN pg_namespace AS s ON s.oid = o.oprnamespace WHERE o.oid = g.aggsortop
    ),
    p.proparallel::text,
    d.description
FROM pg_aggregate AS g
INNER JOIN pg_proc AS p ON p.oid = g.aggfnoid
INNER JOIN pg_namespace AS n ON n.oid = p.pronamespace
LEFT JOIN pg_description AS d ON d.classoid = 'pg_proc'::regclass AND d.objoid = p.oid
WHERE CASE
        WHEN %(schemas)s::name[] IS NULL THEN n.nspname <> 'information_schema' AND left(n.nspname, 3) <> 'pg_'
        ELSE n.nspname = ANY (%(schemas)s::name[])
    END
    AND NOT EXISTS (
        SELECT FROM pg_depend AS e
        WHERE e.classid = 'pg_proc'::regclass AND e.objid = p.oid AND e.deptype = 'e'
    )
ORDER BY n.nspname, p.proname, p.oid
