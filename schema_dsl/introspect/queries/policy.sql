SELECT
    p.polrelid,
    p.polname,
    NULL,
    p.polcmd,
    ARRAY(
        SELECT coalesce(r.rolname, 'public')
        FROM unnest(p.polroles) AS k (role)
        LEFT JOIN pg_roles AS r ON r.oid = k.role
        ORDER BY coalesce(r.rolname, 'public') COLLATE "C"
    ),
    pg_get_expr(p.polqual, p.polrelid),
    pg_get_expr(p.polwithcheck, p.polrelid),
    p.polpermissive,
    d.description
FROM pg_policy AS p
LEFT JOIN pg_description AS d ON d.classoid = 'pg_policy'::regclass AND d.objoid = p.oid
WHERE p.polrelid = ANY (%(relations)s::oid[])
ORDER BY p.polrelid, p.polname
