-- The statement that creates each object of a kind that the model does not have, with its comment, in an order that
-- applies: the kind as unmodelled.sql names it, the schema, the name, and the statement. Left out are members of
-- extensions, and objects that need a function, an operator or a type that is not built in.
WITH statement (rank, classid, objid, kind, schema, name, target, text) AS (
    SELECT 1, 'pg_language'::regclass, l.oid, 'language', '', l.lanname::text, format('LANGUAGE %%I', l.lanname),
        format('CREATE%%s LANGUAGE %%I HANDLER %%s', CASE WHEN l.lanpltrusted THEN ' TRUSTED' END, l.lanname, l.lanplcallfoid::regproc)
            || CASE WHEN l.laninline <> 0 THEN format(' INLINE %%s', l.laninline::regproc) ELSE '' END
            || CASE WHEN l.lanvalidator <> 0 THEN format(' VALIDATOR %%s', l.lanvalidator::regproc) ELSE '' END
    FROM pg_language AS l

    UNION ALL
    SELECT 2, 'pg_am'::regclass, a.oid, 'access_method', '', a.amname, format('ACCESS METHOD %%I', a.amname),
        format('CREATE ACCESS METHOD %%I TYPE %%s HANDLER %%s', a.amname,
            CASE a.amtype WHEN 't' THEN 'TABLE' ELSE 'INDEX' END, a.amhandler)
    FROM pg_am AS a

    UNION ALL
    SELECT 3, 'pg_opfamily'::regclass, f.oid, 'operator_family', n.nspname, f.opfname,
        format('OPERATOR FAMILY %%I.%%I USING %%I', n.nspname, f.opfname, a.amname),
        format('CREATE OPERATOR FAMILY %%I.%%I USING %%I', n.nspname, f.opfname, a.amname)
    FROM pg_opfamily AS f
    INNER JOIN pg_namespace AS n ON n.oid = f.opfnamespace
    INNER JOIN pg_am AS a ON a.oid = f.opfmethod

    UNION ALL
    SELECT 4, 'pg_opclass'::regclass, c.oid, 'operator_class', n.nspname, c.opcname,
        format('OPERATOR CLASS %%I.%%I USING %%I', n.nspname, c.opcname, a.amname),
        format('CREATE OPERATOR CLASS %%I.%%I%%s FOR TYPE %%s USING %%I FAMILY %%I.%%I AS ', n.nspname, c.opcname,
            CASE WHEN c.opcdefault THEN ' DEFAULT' END, c.opcintype::regtype, a.amname, fn.nspname, f.opfname)
            || concat_ws(', ',
                CASE WHEN c.opckeytype NOT IN (0, c.opcintype) THEN format('STORAGE %%s', c.opckeytype::regtype) END,
                (
                    SELECT string_agg(format('OPERATOR %%s %%s%%s', o.amopstrategy, o.amopopr::regoperator,
                        CASE WHEN o.amopsortfamily <> 0 THEN format(' FOR ORDER BY %%I.%%I', sn.nspname, s.opfname) END),
                        ', ' ORDER BY o.amopstrategy, o.amopopr)
                    FROM pg_amop AS o
                    LEFT JOIN pg_opfamily AS s ON s.oid = o.amopsortfamily
                    LEFT JOIN pg_namespace AS sn ON sn.oid = s.opfnamespace
                    WHERE o.amopfamily = f.oid AND o.amoplefttype = c.opcintype
                ),
                (
                    SELECT string_agg(format('FUNCTION %%s (%%s, %%s) %%s', p.amprocnum, p.amproclefttype::regtype,
                        p.amprocrighttype::regtype, p.amproc::oid::regprocedure), ', ' ORDER BY p.amprocnum, p.amproc)
                    FROM pg_amproc AS p
                    WHERE p.amprocfamily = f.oid AND p.amproclefttype = c.opcintype
                ))
    FROM pg_opclass AS c
    INNER JOIN pg_namespace AS n ON n.oid = c.opcnamespace
    INNER JOIN pg_am AS a ON a.oid = c.opcmethod
    INNER JOIN pg_opfamily AS f ON f.oid = c.opcfamily
    INNER JOIN pg_namespace AS fn ON fn.oid = f.opfnamespace

    UNION ALL
    SELECT 5, 'pg_ts_template'::regclass, t.oid, 'text_search_template', n.nspname, t.tmplname,
        format('TEXT SEARCH TEMPLATE %%I.%%I', n.nspname, t.tmplname),
        format('CREATE TEXT SEARCH TEMPLATE %%I.%%I (%%sLEXIZE = %%s)', n.nspname, t.tmplname,
            CASE WHEN t.tmplinit <> 0 THEN format('INIT = %%s, ', t.tmplinit) END, t.tmpllexize)
    FROM pg_ts_template AS t
    INNER JOIN pg_namespace AS n ON n.oid = t.tmplnamespace

    UNION ALL
    SELECT 5, 'pg_ts_parser'::regclass, p.oid, 'text_search_parser', n.nspname, p.prsname,
        format('TEXT SEARCH PARSER %%I.%%I', n.nspname, p.prsname),
        format('CREATE TEXT SEARCH PARSER %%I.%%I (START = %%s, GETTOKEN = %%s, END = %%s, LEXTYPES = %%s%%s)', n.nspname, p.prsname,
            p.prsstart, p.prstoken, p.prsend, p.prslextype,
            CASE WHEN p.prsheadline <> 0 THEN format(', HEADLINE = %%s', p.prsheadline) END)
    FROM pg_ts_parser AS p
    INNER JOIN pg_namespace AS n ON n.oid = p.prsnamespace

    UNION ALL
    SELECT 5, 'pg_conversion'::regclass, v.oid, 'conversion', n.nspname, v.conname,
        format('CONVERSION %%I.%%I', n.nspname, v.conname),
        format('CREATE%%s CONVERSION %%I.%%I FOR %%L TO %%L FROM %%s', CASE WHEN v.condefault THEN ' DEFAULT' END, n.nspname, v.conname,
            pg_encoding_to_char(v.conforencoding), pg_encoding_to_char(v.contoencoding), v.conproc)
    FROM pg_conversion AS v
    INNER JOIN pg_namespace AS n ON n.oid = v.connamespace
)
SELECT s.kind, s.schema, s.name,
    CASE WHEN c.text IS NULL THEN s.text ELSE format(E'%%s;\n    COMMENT ON %%s IS %%L', s.text, s.target, c.text) END
FROM statement AS s
CROSS JOIN LATERAL obj_description(s.objid, s.classid::regclass::text) AS c (text)
WHERE s.objid >= 16384
    AND NOT EXISTS (
        SELECT FROM pg_depend AS d
        WHERE d.classid = s.classid AND d.objid = s.objid AND d.deptype = 'e'
    )
    -- Operators and functions of an operator class belong to its family, and depend on the class.
    AND NOT EXISTS (
        SELECT FROM pg_depend AS own
        INNER JOIN pg_depend AS d ON d.classid = own.classid AND d.objid = own.objid
        WHERE d.refobjid >= 16384
            AND d.refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass, 'pg_type'::regclass)
            AND ((own.classid = s.classid AND own.objid = s.objid) OR (own.refclassid = s.classid AND own.refobjid = s.objid
                AND own.classid IN ('pg_amop'::regclass, 'pg_amproc'::regclass)))
    )
ORDER BY s.rank, s.kind, s.schema, s.name
