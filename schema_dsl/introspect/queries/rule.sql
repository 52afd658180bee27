-- The rules of tables and views, without the rule that makes a relation a view.
SELECT
    r.ev_class,
    r.rulename,
    NULL,
    r.ev_type::text,
    r.is_instead,
    -- Only pg_get_ruledef() deparses the condition and the action, which refer to the rows OLD and NEW.
    pg_get_ruledef(r.oid),
    r.ev_enabled::text,
    d.description
FROM pg_rewrite AS r
LEFT JOIN pg_description AS d ON d.classoid = 'pg_rewrite'::regclass AND d.objoid = r.oid
WHERE r.ev_class = ANY (%(relations)s::oid[]) AND r.rulename <> '_RETURN'
ORDER BY r.ev_class, r.rulename
