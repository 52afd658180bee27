"""Replay a history once for several settings of default privileges, if it leaves the same database under each.

The history runs under default privileges WITH GRANT OPTION, which mark what they give. GRANT keeps such a mark, and
only REVOKE removes it. A privilege without a mark at the end was thus revoked after the object was created, and what
followed was the same under each setting. The settings then differ in nothing but pg_default_acl.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, TypeAlias

from schema_dsl.postgres import Connection, Database

_DefaultGrants: TypeAlias = frozenset[tuple[Any, ...]]
"""The role, schema and class of objects of default privileges, with the grantee, the privilege and its grant option."""

_GRANTS: Final = """
    SELECT d.defaclrole::regrole::text, coalesce(d.defaclnamespace::regnamespace::text, ''), d.defaclobjtype::text,
        CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END, a.privilege_type, a.is_grantable
    FROM pg_catalog.pg_default_acl AS d
    CROSS JOIN LATERAL pg_catalog.aclexplode(d.defaclacl) AS a
"""
_ROWS: Final = """
    SELECT defaclrole::regrole::text, coalesce(defaclnamespace::regnamespace::text, ''), defaclobjtype::text,
        defaclacl::text
    FROM pg_catalog.pg_default_acl ORDER BY 1, 2, 3
"""
_MARKED: Final = """
    SELECT 'relation', c.oid::bigint, a.grantee::bigint, a.privilege_type
    FROM pg_catalog.pg_class AS c CROSS JOIN LATERAL pg_catalog.aclexplode(c.relacl) AS a
    WHERE c.oid >= 16384 AND a.is_grantable AND a.grantee <> c.relowner
    UNION ALL
    SELECT 'routine', p.oid::bigint, a.grantee::bigint, a.privilege_type
    FROM pg_catalog.pg_proc AS p CROSS JOIN LATERAL pg_catalog.aclexplode(p.proacl) AS a
    WHERE p.oid >= 16384 AND a.is_grantable AND a.grantee <> p.proowner
"""
_CLASSES: Final = {"r": "TABLES", "S": "SEQUENCES", "f": "FUNCTIONS"}
_PUBLIC: Final = "PUBLIC"

# Statements that set or read roles, owners and privileges may have another effect under other default privileges.
_HAZARDS: Final = (
    *(f"set {word}" for word in ("role", "local role", "session")),
    *(f"{verb} {kind}" for verb in ("create", "alter", "drop") for kind in ("role", "user ", "group")),
    *("authorization", "set_config", "owner to", "owned by", "event trigger", "extension"),
    *("acl", "_privilege", "_grants", "row_security_active", "default privileges", "grant option"),
)
_COMMENTS: Final = ("--", "/*")
_COMMENT_LINES: Final = re.compile(r"^[ \t]*--.*$", re.MULTILINE)
_CREATED: Final = re.compile(
    r"create (?:or replace )?(?:unlogged |foreign |recursive )?"
    r"(?:table|view|materialized|sequence|function|procedure|aggregate)\b|\bas identity\b|serial\d?\b",
)


def may_be_independent(scripts: Iterable[str]) -> bool:
    """Return whether scripts may leave the same database under each setting of default privileges."""
    created = revoked = 0
    for script in scripts:
        if has_hazard(script):
            return False
        text = _normalize(script)
        created += len(_CREATED.findall(text))
        revoked += text.count("revoke all")
    # An object whose privileges are not revoked has those of the setting. The marks decide; this saves an attempt.
    return 0 < created <= revoked


def has_hazard(script: str) -> bool:
    """Return whether a script sets or reads roles, owners or privileges in a way that may tell settings apart."""
    text = _normalize(script)
    # A comment may stand between the words of a command.
    return any(word in text for word in (*_HAZARDS, *_COMMENTS))


def _normalize(script: str) -> str:
    return " ".join(_COMMENT_LINES.sub("", script).lower().split())


def fill_marked(database: Database, platforms: Sequence[Database], fill: Callable[[], None]) -> bool:
    """Replay a history with marks, and return whether the database is then the same under each of two settings.

    Args:
        database: A copy of the database of the platform with the first setting. Without success it is of no use.
        platforms: The databases of the platform with each setting.
        fill: Replays the history in the database.
    """
    marks = _write_marks(*map(_read_default_grants, platforms))
    if marks is None:
        return False
    add, remove = marks
    with database.connect() as connection:
        known = _list_marked(connection)
        connection.execute(add.encode())
    fill()
    with database.connect() as connection:
        connection.execute(remove.encode())
        return _list_marked(connection) <= known


def give_defaults(database: Database, script: str, platform: Database) -> bool:
    """Give a database other default privileges, and return whether they are those of a database of the platform.

    Args:
        database: The database.
        script: The script of the platform for its default privileges.
        platform: The database of the platform.
    """
    with database.connect() as connection, platform.connect() as other:
        connection.execute(script.encode())
        return connection.execute(_ROWS).fetchall() == other.execute(_ROWS).fetchall()


def _read_default_grants(database: Database) -> _DefaultGrants:
    with database.connect() as connection:
        return frozenset(connection.execute(_GRANTS).fetchall())


def _write_marks(one: _DefaultGrants, other: _DefaultGrants) -> tuple[str, str] | None:
    """Return the scripts that add and remove the marks; None if settings differ in what no mark shows."""
    added, removed = [], []
    for role, schema, objects, grantee in sorted({row[:4] for row in one ^ other}):
        # Without a schema, the privileges replace the built-in ones. PUBLIC cannot have grant options.
        if not schema or objects not in _CLASSES or grantee in {_PUBLIC, role}:
            return None
        prefix = f"ALTER DEFAULT PRIVILEGES FOR ROLE {role} IN SCHEMA {schema}"
        added.append(f"{prefix} GRANT ALL ON {_CLASSES[objects]} TO {grantee} WITH GRANT OPTION;")
        removed.append(f"{prefix} REVOKE ALL ON {_CLASSES[objects]} FROM {grantee};")
    return "\n".join(added), "\n".join(removed)


def _list_marked(connection: Connection) -> frozenset[tuple[Any, ...]]:
    """Return the privileges with a grant option."""
    return frozenset(connection.execute(_MARKED).fetchall())
