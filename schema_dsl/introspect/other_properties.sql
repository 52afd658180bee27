-- Properties of objects that the queries of the kinds do not tell: the kind of the object, the schema, the name, the types
-- of the arguments of a routine, and the property. Objects that no kind reads, such as those of extensions, are included.
WITH property (kind, oid, text, detail) AS (
    -- The index of a constraint, and of a partition, has its own comment.
    SELECT 'relation', i.indrelid, CASE WHEN x.relispartition THEN 'has a comment on an index of its partitioned table: '
        ELSE 'has a comment on the index of a constraint: ' END, x.relname
    FROM pg_description AS d
    INNER JOIN pg_index AS i ON i.indexrelid = d.objoid
    INNER JOIN pg_class AS x ON x.oid = i.indexrelid
    WHERE d.classoid = 'pg_class'::regclass AND d.objsubid = 0
        AND (x.relispartition OR EXISTS (
            SELECT FROM pg_constraint AS c WHERE c.conindid = x.oid AND c.conrelid = i.indrelid AND c.contype IN ('p', 'u', 'x')
        ))

    UNION ALL
    SELECT 'relation', i.indrelid, 'has statistics targets of the index of a constraint: ', x.relname
    FROM pg_constraint AS c
    INNER JOIN pg_index AS i ON i.indexrelid = c.conindid
    INNER JOIN pg_class AS x ON x.oid = i.indexrelid AND NOT x.relispartition
    WHERE c.contype = 'x' AND i.indexprs IS NOT NULL
        AND EXISTS (SELECT FROM pg_attribute AS a WHERE a.attrelid = x.oid AND a.attstattarget >= 0)

    UNION ALL
    SELECT 'relation', i.indrelid, 'has settings of an index of its partitioned table: ', x.relname
    FROM pg_class AS x
    INNER JOIN pg_index AS i ON i.indexrelid = x.oid
    INNER JOIN pg_inherits AS h ON h.inhrelid = x.oid
    INNER JOIN pg_class AS p ON p.oid = h.inhparent
    WHERE x.relkind IN ('i', 'I') AND x.relispartition AND (
        x.reltablespace <> p.reltablespace OR x.reloptions IS DISTINCT FROM p.reloptions
        OR i.indexprs IS NOT NULL AND EXISTS (
            SELECT FROM pg_attribute AS a
            INNER JOIN pg_attribute AS b ON b.attrelid = p.oid AND b.attnum = a.attnum
            WHERE a.attrelid = x.oid AND a.attstattarget >= 0 AND a.attstattarget IS DISTINCT FROM b.attstattarget
        )
    )

    UNION ALL
    SELECT 'relation', c.conrelid, CASE c.contype WHEN 'n' THEN 'has a comment on the NOT NULL constraint '
        ELSE 'has a comment on an inherited constraint: ' END, c.conname
    FROM pg_description AS d
    INNER JOIN pg_constraint AS c ON c.oid = d.objoid
    WHERE d.classoid = 'pg_constraint'::regclass AND c.conrelid <> 0
        AND (c.conparentid <> 0 OR NOT c.conislocal OR c.contype = 'n')

    UNION ALL
    SELECT 'relation', t.tgrelid, 'has a comment on an inherited trigger: ', t.tgname
    FROM pg_description AS d
    INNER JOIN pg_trigger AS t ON t.oid = d.objoid AND t.tgparentid <> 0
    WHERE d.classoid = 'pg_trigger'::regclass

    UNION ALL
    SELECT 'relation', t.tgrelid, 'has an inherited trigger that is enabled otherwise: ', t.tgname
    FROM pg_trigger AS t
    INNER JOIN pg_trigger AS p ON p.oid = t.tgparentid
    WHERE NOT t.tgisinternal AND t.tgenabled <> p.tgenabled

    UNION ALL
    SELECT 'relation', t.tgrelid, 'has disabled triggers of the constraint ', c.conname
    FROM pg_trigger AS t
    INNER JOIN pg_constraint AS c ON c.oid = t.tgconstraint
    WHERE t.tgisinternal AND t.tgenabled <> 'O'

    UNION ALL
    SELECT 'relation', c.oid, 'has settings or a comment of an inherited column: ', a.attname
    FROM pg_class AS c
    INNER JOIN pg_inherits AS h ON h.inhrelid = c.oid
    INNER JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    INNER JOIN pg_attribute AS b ON b.attrelid = h.inhparent AND b.attname = a.attname
    LEFT JOIN pg_description AS d ON d.classoid = 'pg_class'::regclass AND d.objoid = c.oid AND d.objsubid = a.attnum
    WHERE c.relkind IN ('r', 'p') AND (
        a.attstorage <> b.attstorage
        OR a.attcompression <> '' AND a.attcompression <> b.attcompression
        OR a.attstattarget >= 0 AND a.attstattarget IS DISTINCT FROM b.attstattarget
        OR a.attoptions::text LIKE '%%n\_distinct%%' AND a.attoptions IS DISTINCT FROM b.attoptions
        OR c.relispartition AND d.description IS NOT NULL
    )

    UNION ALL
    SELECT 'relation', a.attrelid, p.text, a.attname
    FROM pg_attribute AS a
    INNER JOIN pg_class AS r ON r.oid = a.attrelid
    INNER JOIN pg_depend AS o ON o.refclassid = 'pg_class'::regclass AND o.refobjid = a.attrelid
        AND o.refobjsubid = a.attnum AND o.classid = 'pg_class'::regclass AND o.deptype = 'i'
    INNER JOIN pg_class AS s ON s.oid = o.objid AND s.relkind = 'S'
    LEFT JOIN pg_default_acl AS g
        ON g.defaclrole = s.relowner AND g.defaclobjtype = 'S' AND g.defaclnamespace = 0
    LEFT JOIN pg_default_acl AS l
        ON l.defaclrole = s.relowner AND l.defaclobjtype = 'S' AND l.defaclnamespace = s.relnamespace
    -- What a new sequence in this schema gets.
    CROSS JOIN LATERAL (
        SELECT coalesce(g.defaclacl, acldefault('s', s.relowner)) || coalesce(l.defaclacl, '{}')
    ) AS d (acl)
    CROSS JOIN LATERAL (
        SELECT 'has a comment on the sequence of the identity column ' WHERE EXISTS (
            SELECT FROM pg_description AS d WHERE d.classoid = 'pg_class'::regclass AND d.objoid = s.oid
        )
        -- A name that Postgres had to shorten is taken for one of its own if it ends as such a name does.
        UNION ALL SELECT 'has a sequence of another name for the identity column ' WHERE NOT CASE
            WHEN octet_length(r.relname || '_' || a.attname || '_seq') <= 63
                THEN regexp_replace(s.relname, '[0-9]*$', '') = r.relname || '_' || a.attname || '_seq'
            ELSE s.relname ~ '_seq[0-9]*$'
        END
        UNION ALL SELECT 'has a sequence of another persistence for the identity column '
        WHERE s.relpersistence <> r.relpersistence
        UNION ALL SELECT 'has privileges on the sequence of the identity column ' WHERE s.relacl IS NOT NULL AND EXISTS (
            (
                (SELECT grantee, privilege_type, is_grantable FROM aclexplode(s.relacl)
                EXCEPT SELECT grantee, privilege_type, is_grantable FROM aclexplode(d.acl))
                UNION ALL
                (SELECT grantee, privilege_type, is_grantable FROM aclexplode(d.acl)
                EXCEPT SELECT grantee, privilege_type, is_grantable FROM aclexplode(s.relacl))
            )
        )
    ) AS p (text)
    WHERE a.attidentity <> ''

    UNION ALL
    SELECT 'relation', c.oid, p.text, ''
    FROM pg_class AS c
    INNER JOIN pg_type AS t ON t.oid = c.reltype
    CROSS JOIN LATERAL (
        SELECT 'has privileges on its row type' WHERE t.typacl IS NOT NULL
        UNION ALL SELECT 'has a comment on its row type' WHERE obj_description(t.oid, 'pg_type') IS NOT NULL
    ) AS p (text)
    WHERE c.relkind <> 'c'

    UNION ALL
    SELECT 'domain', t.oid, 'has a named or commented NOT NULL constraint: ', c.conname
    FROM pg_constraint AS c
    INNER JOIN pg_type AS t ON t.oid = c.contypid
    WHERE c.contype = 'n' AND (
        left(c.conname, length(t.typname) + 9) <> left(t.typname || '_not_null', 63)
        OR obj_description(c.oid, 'pg_constraint') IS NOT NULL
    )

    UNION ALL
    SELECT 'statistics', x.oid, 'has another owner than its table: ', pg_get_userbyid(x.stxowner)
    FROM pg_statistic_ext AS x
    INNER JOIN pg_class AS c ON c.oid = x.stxrelid AND c.relowner <> x.stxowner

    UNION ALL
    -- The owner of a new object has all privileges on it.
    SELECT o.kind, o.oid, 'is withheld from its owner: ', string_agg(x.privilege_type, ', ' ORDER BY x.privilege_type)
    FROM (
        SELECT 'relation' AS kind, oid, relowner AS owner, relacl AS acl,
            (CASE relkind WHEN 'S' THEN 's' ELSE 'r' END)::"char" AS letter
        FROM pg_class WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND relacl IS NOT NULL
        UNION ALL SELECT 'schema', oid, nspowner, nspacl, 'n' FROM pg_namespace WHERE nspacl IS NOT NULL
        UNION ALL SELECT 'type', oid, typowner, typacl, 'T' FROM pg_type WHERE typacl IS NOT NULL AND typtype IN ('c', 'r')
        UNION ALL SELECT 'foreign_server', oid, srvowner, srvacl, 'S' FROM pg_foreign_server WHERE srvacl IS NOT NULL
        UNION ALL SELECT 'foreign_data_wrapper', oid, fdwowner, fdwacl, 'F' FROM pg_foreign_data_wrapper
        WHERE fdwacl IS NOT NULL
    ) AS o
    CROSS JOIN LATERAL (
        SELECT privilege_type FROM aclexplode(acldefault(o.letter, o.owner)) WHERE grantee = o.owner
        EXCEPT SELECT privilege_type FROM aclexplode(o.acl) WHERE grantee = o.owner
    ) AS x
    GROUP BY o.kind, o.oid

    UNION ALL
    SELECT CASE WHEN p.oid IS NULL THEN 'relation' ELSE 'routine' END, coalesce(i.indrelid, t.tgrelid, d.objid),
        CASE WHEN i.indexrelid IS NOT NULL THEN 'has an index that is dropped with the extension '
            WHEN t.oid IS NOT NULL THEN 'has a trigger that is dropped with the extension '
            ELSE 'is dropped with the extension ' END,
        e.extname
    FROM pg_depend AS d
    INNER JOIN pg_extension AS e ON d.refclassid = 'pg_extension'::regclass AND e.oid = d.refobjid
    LEFT JOIN pg_index AS i ON d.classid = 'pg_class'::regclass AND i.indexrelid = d.objid
    LEFT JOIN pg_trigger AS t ON d.classid = 'pg_trigger'::regclass AND t.oid = d.objid
    LEFT JOIN pg_proc AS p ON d.classid = 'pg_proc'::regclass AND p.oid = d.objid
    WHERE d.deptype = 'x'
)
SELECT
    CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized_view' WHEN 'f' THEN 'foreign_table'
        WHEN 'S' THEN 'sequence' ELSE 'table' END,
    n.nspname, c.relname, NULL::text[], p.text || p.detail
FROM property AS p
INNER JOIN pg_class AS c ON p.kind = 'relation' AND c.oid = p.oid
INNER JOIN pg_namespace AS n ON n.oid = c.relnamespace
UNION
SELECT CASE t.typtype WHEN 'd' THEN 'domain' WHEN 'r' THEN 'range' ELSE 'composite_type' END, n.nspname, t.typname, NULL,
    p.text || p.detail
FROM property AS p
INNER JOIN pg_type AS t ON p.kind IN ('domain', 'type') AND t.oid = p.oid
INNER JOIN pg_namespace AS n ON n.oid = t.typnamespace
UNION
SELECT CASE f.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END, n.nspname, f.proname,
    ARRAY(SELECT format_type(a.kind, NULL) FROM unnest(f.proargtypes::oid[]) WITH ORDINALITY AS a (kind, place) ORDER BY a.place),
    p.text || p.detail
FROM property AS p
INNER JOIN pg_proc AS f ON p.kind = 'routine' AND f.oid = p.oid
INNER JOIN pg_namespace AS n ON n.oid = f.pronamespace
UNION
SELECT p.kind, n.nspname, x.stxname, NULL, p.text || p.detail
FROM property AS p
INNER JOIN pg_statistic_ext AS x ON p.kind = 'statistics' AND x.oid = p.oid
INNER JOIN pg_namespace AS n ON n.oid = x.stxnamespace
UNION
SELECT p.kind, '', coalesce(n.nspname, s.srvname, w.fdwname), NULL, p.text || p.detail
FROM property AS p
LEFT JOIN pg_namespace AS n ON p.kind = 'schema' AND n.oid = p.oid
LEFT JOIN pg_foreign_server AS s ON p.kind = 'foreign_server' AND s.oid = p.oid
LEFT JOIN pg_foreign_data_wrapper AS w ON p.kind = 'foreign_data_wrapper' AND w.oid = p.oid
WHERE p.kind IN ('schema', 'foreign_server', 'foreign_data_wrapper')
ORDER BY 1, 2, 3, 4, 5
