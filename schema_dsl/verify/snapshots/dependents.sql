-- The relations with a part that depends on one of several relations, types or routines: its SQL may contain their names.
WITH RECURSIVE changed AS (
    SELECT 'pg_class'::regclass AS class, unnest($1) AS oid
    UNION ALL SELECT 'pg_proc'::regclass, unnest($3)
    UNION ALL SELECT 'pg_type'::regclass, t.oid
    FROM pg_type AS t LEFT JOIN pg_type AS e ON e.typarray = t.oid
    WHERE t.oid = ANY ($2) OR e.oid = ANY ($2) OR t.typrelid = ANY ($1) OR e.typrelid = ANY ($1)
),
dependent AS (
    -- A lookup for each of the few dependents takes less time than a join with all parts.
    SELECT CASE d.classid
        WHEN 'pg_class'::regclass
        THEN coalesce((SELECT indrelid FROM pg_index WHERE indexrelid = d.objid), d.objid)
        WHEN 'pg_attrdef'::regclass THEN (SELECT adrelid FROM pg_attrdef WHERE oid = d.objid)
        WHEN 'pg_constraint'::regclass THEN (SELECT conrelid FROM pg_constraint WHERE oid = d.objid)
        WHEN 'pg_policy'::regclass THEN (SELECT polrelid FROM pg_policy WHERE oid = d.objid)
        WHEN 'pg_trigger'::regclass THEN (SELECT tgrelid FROM pg_trigger WHERE oid = d.objid)
        WHEN 'pg_rewrite'::regclass THEN (SELECT ev_class FROM pg_rewrite WHERE oid = d.objid)
        WHEN 'pg_statistic_ext'::regclass THEN (SELECT stxrelid FROM pg_statistic_ext WHERE oid = d.objid)
    END AS relation
    FROM changed AS c
    INNER JOIN pg_depend AS d ON d.refclassid = c.class AND d.refobjid = c.oid
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
SELECT relation FROM descendant WHERE relation IS NOT NULL
