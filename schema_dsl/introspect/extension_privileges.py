"""Find extensions whose objects have other privileges than the extension gives them."""

from __future__ import annotations

from typing import Final

from schema_dsl.introspect.reading import Cursor
from schema_dsl.platforms import Platform

# An object has no privileges of its own until something grants or revokes them.
_CHANGED: Final = """
    WITH present (classid, objid, kind, owner, acl) AS (
        SELECT 'pg_class'::regclass, oid, CASE relkind WHEN 'S' THEN 's' ELSE 'r' END, relowner, relacl FROM pg_class
        WHERE relkind IN ('r', 'v', 'm', 'S', 'f', 'p')
        UNION ALL SELECT 'pg_proc'::regclass, oid, 'f', proowner, proacl FROM pg_proc
        UNION ALL SELECT 'pg_type'::regclass, oid, 'T', typowner, typacl FROM pg_type
        UNION ALL SELECT 'pg_namespace'::regclass, oid, 'n', nspowner, nspacl FROM pg_namespace
    )
    SELECT e.extname::text, count(*)
    FROM pg_extension AS e
    INNER JOIN pg_depend AS d
        ON d.refclassid = 'pg_extension'::regclass AND d.refobjid = e.oid AND d.deptype = 'e'
    INNER JOIN present AS p ON p.classid = d.classid AND p.objid = d.objid
    LEFT JOIN pg_init_privs AS i ON i.classoid = p.classid AND i.objoid = p.objid AND i.objsubid = 0
    CROSS JOIN LATERAL (
        SELECT coalesce(p.acl, b.built_in), coalesce(i.initprivs, b.built_in)
        FROM (SELECT acldefault(p.kind::"char", p.owner)) AS b (built_in)
    ) AS a (now, given)
    WHERE NOT (a.now @> a.given AND a.given @> a.now)
    GROUP BY e.extname
    ORDER BY e.extname
"""


def read_changed_extensions(cursor: Cursor, platform: Platform) -> dict[str, int]:
    """Return the number of objects with other privileges for each extension that is not the platform's.

    Args:
        cursor: A cursor from `open_catalog_cursor`.
        platform: The platform.
    """
    cursor.execute(_CHANGED)
    owned = platform.owned.get("extension", frozenset())
    return {name: count for name, count in cursor.fetchall() if name not in owned}
