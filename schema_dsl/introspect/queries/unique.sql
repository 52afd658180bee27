SELECT
    c.conrelid,
    c.conname,
    concat_ws('; ',
        CASE WHEN NOT i.indisvalid THEN 'uses an invalid index' END,
        CASE WHEN x.reltablespace <> 0 THEN 'is in a non-default tablespace' END
    ),
    -- conkey has the columns of INCLUDE as well.
    i.indkey::smallint[],
    i.indnkeyatts,
    -- conperiod exists since Postgres 18. On older servers the name refers to the constant in "old".
    (SELECT conperiod FROM (SELECT c.*) AS newer),
    x.reloptions,
    -- indnullsnotdistinct exists since Postgres 15. On older servers the name refers to the constant in "older".
    (SELECT indnullsnotdistinct FROM (SELECT i.*) AS newer),
    c.condeferrable,
    c.condeferred,
    d.description
FROM pg_constraint AS c
INNER JOIN pg_index AS i ON i.indexrelid = c.conindid
INNER JOIN pg_class AS x ON x.oid = c.conindid
LEFT JOIN pg_description AS d ON d.classoid = 'pg_constraint'::regclass AND d.objoid = c.oid
CROSS JOIN (SELECT false AS conperiod) AS old
CROSS JOIN (SELECT false AS indnullsnotdistinct) AS older
-- Skip the constraints that a partition inherits from the partitioned table.
WHERE c.conrelid = ANY (%(relations)s::oid[]) AND c.contype = 'u' AND c.conparentid = 0
ORDER BY c.conrelid, c.conname
