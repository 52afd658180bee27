SELECT
    t.tgrelid,
    t.tgname,
    CASE WHEN t.tgconstrrelid <> 0 THEN 'has another table, FROM ' || t.tgconstrrelid::regclass END,
    n.nspname,
    p.proname,
    t.tgtype,
    CASE WHEN t.tgattr[0] IS NOT NULL THEN t.tgattr::smallint[] END,
    -- Only pg_get_triggerdef() deparses WHEN: pg_get_expr() refuses expressions about the rows OLD and NEW.
    CASE WHEN t.tgqual IS NOT NULL THEN pg_get_triggerdef(t.oid) END,
    -- A NUL byte ends every argument in tgargs, and text cannot contain NUL.
    CASE WHEN t.tgnargs > 0 THEN (
        SELECT array_agg(convert_from(decode(argument, 'hex'), getdatabaseencoding()) ORDER BY place)
        FROM regexp_split_to_table(regexp_replace(encode(t.tgargs, 'hex'), '(..)', '\1 ', 'g'), '00 ')
            WITH ORDINALITY AS a (argument, place)
        WHERE place <= t.tgnargs
    ) END,
    t.tgoldtable,
    t.tgnewtable,
    t.tgconstraint <> 0,
    t.tgdeferrable,
    t.tginitdeferred,
    t.tgenabled,
    d.description
FROM pg_trigger AS t
INNER JOIN pg_proc AS p ON p.oid = t.tgfoid
INNER JOIN pg_namespace AS n ON n.oid = p.pronamespace
LEFT JOIN pg_description AS d ON d.classoid = 'pg_trigger'::regclass AND d.objoid = t.oid
-- Skip the triggers that a partition inherits from the partitioned table.
WHERE t.tgrelid = ANY (%(relations)s::oid[]) AND NOT t.tgisinternal AND t.tgparentid = 0
ORDER BY t.tgrelid, t.tgname
