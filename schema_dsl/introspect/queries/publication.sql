-- All publications except those of extensions. If the parameter schemas is neither NULL nor contains '', the query reads none.
SELECT
    p.oid,
    p.pubname,
    NULL,
    p.puballtables,
    array_remove(ARRAY[
        CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
        CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END
    ], NULL),
    p.pubviaroot,
    -- Since Postgres 18. Reading the row as JSON needs no column that an older server lacks.
    to_jsonb(p) ->> 'pubgencols',
    -- pg_publication_namespace exists since Postgres 15; pg_depend has its rows on every server.
    ARRAY(
        SELECT n.nspname FROM pg_depend AS d
        INNER JOIN pg_depend AS s ON s.classid = d.classid AND s.objid = d.objid AND s.refclassid = 'pg_namespace'::regclass
        INNER JOIN pg_namespace AS n ON n.oid = s.refobjid
        WHERE d.refclassid = 'pg_publication'::regclass AND d.refobjid = p.oid
        ORDER BY n.nspname
    ),
    obj_description(p.oid, 'pg_publication')
FROM pg_publication AS p
WHERE coalesce('' = ANY (%(schemas)s::name[]), true)
    AND NOT EXISTS (
        SELECT FROM pg_depend AS e
        WHERE e.classid = 'pg_publication'::regclass AND e.objid = p.oid AND e.deptype = 'e'
    )
ORDER BY p.pubname
