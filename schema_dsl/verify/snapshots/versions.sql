-- A number for each relation, routine, type and schema, and one for all other objects: it changes when a row of the catalog
-- that belongs to the object is written. The number is the same in a copy of the database.
--
-- A row is written once: an update makes a new row, and xmin is the transaction that made it. Only VACUUM and CREATE INDEX
-- overwrite some columns of rows in place, such as the number of pages; a snapshot has none of these. The difference of two
-- ages is the number of a transaction, which is faster to hash than its text; rows of initdb have the largest age.
--
-- The rows of indexes, TOAST tables, row types and comments belong to their relation. The names of roles, which several sessions
-- change, are read in place of rows.
WITH owner AS (
    SELECT c.oid, CASE
        WHEN c.oid < 16384 OR c.relnamespace = 'pg_catalog'::regnamespace THEN 0::oid
        WHEN c.relkind IN ('i', 'I') THEN i.indrelid
        WHEN c.relkind = 't' THEN h.oid
        ELSE c.oid
    END AS relation, c.relkind, c.xmin, c.ctid
    FROM pg_class AS c
    LEFT JOIN pg_index AS i ON i.indexrelid = c.oid
    LEFT JOIN pg_class AS h ON h.reltoastrelid = c.oid AND c.relkind = 't'
),
part AS (
    SELECT 'pg_class'::regclass AS class, oid, relation FROM owner WHERE relation <> 0
    UNION ALL SELECT 'pg_constraint'::regclass, oid, conrelid FROM pg_constraint WHERE conrelid <> 0
    UNION ALL SELECT 'pg_policy'::regclass, oid, polrelid FROM pg_policy
    UNION ALL SELECT 'pg_trigger'::regclass, oid, tgrelid FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT 'pg_rewrite'::regclass, oid, ev_class FROM pg_rewrite WHERE ev_class >= 16384
    UNION ALL SELECT 'pg_statistic_ext'::regclass, oid, stxrelid FROM pg_statistic_ext
),
version AS (
    SELECT 'relation' AS kind, relation AS object, 1 AS catalog, xmin, ctid FROM owner
    UNION ALL
    SELECT 'relation', o.relation, 2, a.xmin, a.ctid
    FROM pg_attribute AS a INNER JOIN owner AS o ON o.oid = a.attrelid WHERE a.attrelid >= 16384 AND a.attnum > 0
    UNION ALL SELECT 'relation', adrelid, 3, xmin, ctid FROM pg_attrdef
    UNION ALL SELECT 'relation', conrelid, 4, xmin, ctid FROM pg_constraint WHERE conrelid >= 16384
    UNION ALL SELECT 'relation', indrelid, 5, xmin, ctid FROM pg_index WHERE indrelid >= 16384
    UNION ALL SELECT 'relation', polrelid, 6, xmin, ctid FROM pg_policy
    UNION ALL SELECT 'relation', tgrelid, 7, xmin, ctid FROM pg_trigger
    UNION ALL SELECT 'relation', ev_class, 8, xmin, ctid FROM pg_rewrite WHERE ev_class >= 16384
    UNION ALL SELECT 'relation', stxrelid, 9, xmin, ctid FROM pg_statistic_ext
    UNION ALL SELECT 'relation', seqrelid, 10, xmin, ctid FROM pg_sequence
    UNION ALL SELECT 'relation', partrelid, 11, xmin, ctid FROM pg_partitioned_table
    UNION ALL SELECT 'relation', ftrelid, 12, xmin, ctid FROM pg_foreign_table
    UNION ALL
    SELECT 'relation', o.relation, 13, i.xmin, i.ctid FROM pg_inherits AS i INNER JOIN owner AS o ON o.oid = i.inhrelid
    UNION ALL
    SELECT 'relation', p.relation, 14, d.xmin, d.ctid
    FROM pg_description AS d INNER JOIN part AS p ON p.class = d.classoid AND p.oid = d.objoid
    UNION ALL
    -- The column that owns a sequence.
    SELECT 'relation', o.relation, 15, d.xmin, d.ctid
    FROM pg_depend AS d INNER JOIN owner AS o ON o.oid = d.objid AND o.relkind = 'S'
    WHERE d.classid = 'pg_class'::regclass
    UNION ALL
    SELECT
        CASE WHEN t.oid < 16384 OR t.typnamespace = 'pg_catalog'::regnamespace THEN 'shared'
            WHEN t.typrelid <> 0 OR e.typrelid <> 0 THEN 'relation' ELSE 'type' END,
        CASE WHEN t.oid < 16384 OR t.typnamespace = 'pg_catalog'::regnamespace THEN 0::oid
            ELSE coalesce(nullif(t.typrelid, 0), nullif(e.typrelid, 0), e.oid, t.oid) END,
        16, t.xmin, t.ctid
    FROM pg_type AS t
    LEFT JOIN pg_type AS e ON e.typarray = t.oid
    UNION ALL SELECT 'type', enumtypid, 17, xmin, ctid FROM pg_enum
    UNION ALL SELECT 'type', rngtypid, 18, xmin, ctid FROM pg_range WHERE rngtypid >= 16384
    UNION ALL
    SELECT
        CASE WHEN oid < 16384 OR pronamespace = 'pg_catalog'::regnamespace THEN 'shared' ELSE 'routine' END,
        CASE WHEN oid < 16384 OR pronamespace = 'pg_catalog'::regnamespace THEN 0::oid ELSE oid END,
        19, xmin, ctid
    FROM pg_proc
    UNION ALL SELECT 'schema', oid, 20, xmin, ctid FROM pg_namespace
    UNION ALL SELECT 'shared', 0::oid, 21, xmin, ctid FROM pg_operator
    UNION ALL SELECT 'shared', 0::oid, 22, xmin, ctid FROM pg_opclass
    UNION ALL SELECT 'shared', 0::oid, 23, xmin, ctid FROM pg_collation
    UNION ALL SELECT 'shared', 0::oid, 24, xmin, ctid FROM pg_cast
    UNION ALL SELECT 'shared', 0::oid, 25, xmin, ctid FROM pg_am
    UNION ALL SELECT 'shared', 0::oid, 26, xmin, ctid FROM pg_ts_config
    UNION ALL SELECT 'shared', 0::oid, 27, xmin, ctid FROM pg_ts_dict
    UNION ALL SELECT 'shared', 0::oid, 28, xmin, ctid FROM pg_foreign_server
    UNION ALL SELECT 'shared', 0::oid, 29, xmin, ctid FROM pg_tablespace
    UNION ALL SELECT 'shared', 0::oid, 30, xmin, ctid FROM pg_depend WHERE deptype = 'e'
    UNION ALL SELECT 'relation', prrelid, 31, xmin, ctid FROM pg_publication_rel
    UNION ALL SELECT 'shared', 0::oid, 32, xmin, ctid FROM pg_publication
)
SELECT kind, object, sum(hashtidextended(
    ctid, catalog * 4294967296 + CASE age(xmin) WHEN 2147483647 THEN 0 ELSE age('3'::xid)::bigint - age(xmin) END
))::text
FROM version GROUP BY kind, object
UNION ALL
SELECT 'roles', 0::oid, sum(hashtextextended(concat_ws(' ', oid, rolname), 0))::text FROM pg_roles
UNION ALL
SELECT 'session', 0::oid, concat_ws(' ', current_setting('lc_monetary'), current_setting('xmlbinary'), pg_postmaster_start_time())
