-- The roles that the parameter names lists, with their memberships. Passwords, their VALID UNTIL and settings are not read.
SELECT
    r.oid,
    r.rolname,
    concat_ws(
        '; ',
        CASE WHEN g.has_admin_option THEN 'has the ADMIN OPTION of a role' END,
        CASE WHEN g.has_other_options THEN 'has a membership with an INHERIT or SET option of its own' END
    ),
    r.rolsuper,
    r.rolinherit,
    r.rolcreaterole,
    r.rolcreatedb,
    r.rolcanlogin,
    r.rolreplication,
    r.rolbypassrls,
    r.rolconnlimit,
    g.names,
    shobj_description(r.oid, 'pg_authid')
FROM pg_roles AS r
CROSS JOIN LATERAL (
    SELECT
        array_agg(DISTINCT b.rolname) AS names,
        bool_or(m.admin_option) AS has_admin_option,
        -- These options exist since Postgres 16.
        bool_or(
            (to_jsonb(m) ->> 'inherit_option')::bool <> r.rolinherit OR NOT (to_jsonb(m) ->> 'set_option')::bool
        ) AS has_other_options
    FROM pg_auth_members AS m
    INNER JOIN pg_roles AS b ON b.oid = m.roleid
    WHERE m.member = r.oid
) AS g
WHERE r.rolname = ANY (%(names)s::name[])
ORDER BY r.rolname
