-- All extensions except those of every new database, such as plpgsql. If the parameter schemas is NULL or contains '', the
-- query reads all of them, otherwise those with objects in these schemas.
SELECT
    x.oid,
    x.extname,
    NULL,
    n.nspname,
    x.extversion,
    ARRAY(
        SELECT r.extname FROM pg_depend AS d
        INNER JOIN pg_extension AS r ON r.oid = d.refobjid
        WHERE d.classid = 'pg_extension'::regclass AND d.objid = x.oid AND d.refclassid = 'pg_extension'::regclass
            AND r.oid >= 16384
        ORDER BY r.extname
    ),
    obj_description(x.oid, 'pg_extension')
FROM pg_extension AS x
INNER JOIN pg_namespace AS n ON n.oid = x.extnamespace
WHERE x.oid >= 16384 AND coalesce(%(schemas)s::name[] && ARRAY['', n.nspname], true)
ORDER BY x.extname
