-- The relations with a part that depends on one of several relations, types or routines: its SQL may contain their names.
WITH RECURSIVE changed AS (
    SELECT 'pg_class'::regclass AS class, unnest($1) AS oid
    UNION ALL SELECT 'pg_proc'::regclass, unnest($3)
    UNION ALL SELECT 'pg_type'::regclass, t.oid
    FROM pg_type AS t LEFT JOIN pg_type AS e ON e.typarray = t.oid
    WHERE t.oid = ANY ($2) OR e.oid = ANY ($2) OR t.typrelid = ANY ($1) OR e.typrelid = ANY ($1)
),
part AS (
    SELECT 'pg_class'::regclass AS class, c.oid, coalesce(i.indrelid, c.oid) AS relation
    FROM pg_class AS c LEFT JOIN pg_index AS i ON i.indexrelid = c.oid
    UNION ALL SELECT 'pg_attrdef'::regclass, oid, adrelid FROM pg_attrdef
    UNION ALL SELECT 'pg_constraint'::regclass, oid, conrelid FROM pg_constraint
    UNION ALL SELECT 'pg_policy'::regclass, oid, polrelid FROM pg_policy
    UNION ALL SELECT 'pg_trigger'::regclass, oid, tgrelid FROM pg_trigger
    UNION ALL SELECT 'pg_rewrite'::regclass, oid, ev_class FROM pg_rewrite
    UNION ALL SELECT 'pg_statistic_ext'::regclass, oid, stxrelid FROM pg_statistic_ext
),
dependent AS (
    SELECT p.relation
    FROM changed AS c
    INNER JOIN pg_depend AS d ON d.refclassid = c.class AND d.refobjid = c.oid
    INNER JOIN part AS p ON p.class = d.classid AND p.oid = d.objid
    UNION SELECT oid FROM changed WHERE class = 'pg_class'::regclass
    -- The column of a changed sequence has the options of the sequence.
    UNION
    SELECT d.refobjid
    FROM changed AS c
    INNER JOIN pg_depend AS d ON d.classid = c.class AND d.objid = c.oid AND d.deptype IN ('a', 'i')
    WHERE c.class = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
),
-- What a child or a partition inherits comes from any of the tables above it.
descendant AS (
    SELECT relation FROM dependent
    UNION SELECT i.inhrelid FROM pg_inherits AS i INNER JOIN descendant AS d ON d.relation = i.inhparent
)
SELECT relation FROM descendant
