"""Free the names of declared objects that objects of other kinds have in a scratch database."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from schema_dsl.analysis.identity import Identity
from schema_dsl.plan.routine import format_target
from schema_dsl.postgres import Connection

# The letters of each kind in pg_class.relkind, pg_type.typtype and pg_proc.prokind. A relation has a row type.
_RELATIONS: Final = {
    "table": "rp",
    "view": "v",
    "materialized_view": "m",
    "foreign_table": "f",
    "sequence": "S",
    "composite_type": "c",
}
_TYPES: Final = {"enum": "e", "domain": "d", "range": "r"}
_ROUTINES: Final = {"function": "fw", "procedure": "p", "aggregate": "a"}

# Each row is a statement that renames an object, of which the name belongs to a declared object of another kind.
_FIND_RELATIONS: Final = """
SELECT pg_catalog.format('ALTER %%s %%I.%%I RENAME TO %%I',
    CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE'
        WHEN 'c' THEN 'TYPE' WHEN 'f' THEN 'FOREIGN TABLE' WHEN 'i' THEN 'INDEX' WHEN 'I' THEN 'INDEX' ELSE 'TABLE' END,
    n.nspname, c.relname, 'schema_dsl_' || c.oid)
FROM unnest(%s::text[], %s::text[], %s::text[]) AS declared (schema, name, letters)
INNER JOIN pg_catalog.pg_namespace AS n ON n.nspname = declared.schema
INNER JOIN pg_catalog.pg_class AS c ON c.relnamespace = n.oid AND c.relname = declared.name
WHERE pg_catalog.strpos(declared.letters, c.relkind::text) = 0
    -- A type may have the name of an index or sequence.
    AND (declared.letters <> '' OR c.relkind NOT IN ('i', 'I', 'S'))
"""
_FIND_TYPES: Final = """
SELECT pg_catalog.format('ALTER %%s %%I.%%I RENAME TO %%I',
    CASE t.typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END, n.nspname, t.typname, 'schema_dsl_' || t.oid)
FROM unnest(%s::text[], %s::text[], %s::text[]) AS declared (schema, name, letters)
INNER JOIN pg_catalog.pg_namespace AS n ON n.nspname = declared.schema
INNER JOIN pg_catalog.pg_type AS t ON t.typnamespace = n.oid AND t.typname = declared.name
WHERE t.typtype IN ('e', 'd', 'r') AND pg_catalog.strpos(declared.letters, t.typtype::text) = 0
"""
_FIND_ROUTINE_NAMES: Final = """
SELECT n.nspname::text, p.proname::text
FROM unnest(%s::text[], %s::text[], %s::text[]) AS declared (schema, name, letters)
INNER JOIN pg_catalog.pg_namespace AS n ON n.nspname = declared.schema
INNER JOIN pg_catalog.pg_proc AS p ON p.pronamespace = n.oid AND p.proname = declared.name
WHERE pg_catalog.strpos(declared.letters, p.prokind::text) = 0
"""
_FIND_ROUTINES: Final = """
SELECT pg_catalog.format('ALTER ROUTINE %%s RENAME TO %%I', p.oid::pg_catalog.regprocedure, 'schema_dsl_' || p.oid)
FROM unnest(%s::text[], %s::text[]) AS declared (target, letters)
INNER JOIN pg_catalog.pg_proc AS p ON p.oid = pg_catalog.to_regprocedure(declared.target)
WHERE pg_catalog.strpos(declared.letters, p.prokind::text) = 0
"""
_FIND_OVERLOADS: Final = """
SELECT DISTINCT pg_catalog.format(
    'ALTER ROUTINE %%s RENAME TO %%I', p.oid::pg_catalog.regprocedure, 'schema_dsl_' || p.oid
)
FROM unnest(%s::text[], %s::text[]) AS declared (schema, name)
INNER JOIN pg_catalog.pg_namespace AS n ON n.nspname = declared.schema
INNER JOIN pg_catalog.pg_proc AS p ON p.pronamespace = n.oid AND p.proname = declared.name
WHERE p.oid <> ALL (
    SELECT pg_catalog.to_regprocedure(t.target) FROM unnest(%s::text[]) AS t (target)
    WHERE pg_catalog.to_regprocedure(t.target) IS NOT NULL
) AND p.prokind <> 'a' AND pg_catalog.pg_has_role(p.proowner, 'USAGE')
"""


def free_taken_names(connection: Connection, declared: Iterable[Identity]) -> None:
    """Rename the objects of other kinds whose names declared objects have, in a transaction that is rolled back."""
    roots = [identity for identity in declared if identity.parent is None]
    relations = [each for each in roots if each.kind in _RELATIONS or each.kind in _TYPES]
    names = [each.schema for each in relations], [each.name for each in relations]
    _rename(connection, _FIND_RELATIONS, *names, [_RELATIONS.get(each.kind, "") for each in relations])
    _rename(connection, _FIND_TYPES, *names, [_TYPES.get(each.kind, "") for each in relations])
    routines = [each for each in roots if each.kind in _ROUTINES]
    # Before Postgres 16, to_regprocedure raises an error for an argument of a type that does not exist yet.
    letters = [_ROUTINES[each.kind] for each in routines]
    parts = [each.schema for each in routines], [each.name for each in routines], letters
    taken = set(connection.execute(_FIND_ROUTINE_NAMES.encode(), parts).fetchall())
    routines = [each for each in routines if (each.schema, each.name) in taken]
    targets = [str(format_target(each)) for each in routines]
    _rename(connection, _FIND_ROUTINES, targets, [_ROUTINES[each.kind] for each in routines])


def free_overloads(connection: Connection, declared: Iterable[Identity]) -> None:
    """Rename the undeclared routines that have the names of declared ones, in a transaction that is rolled back."""
    routines = [identity for identity in declared if identity.parent is None and identity.kind in _ROUTINES]
    names = [each.schema for each in routines], [each.name for each in routines]
    _rename(connection, _FIND_OVERLOADS, *names, [str(format_target(each)) for each in routines])


def _rename(connection: Connection, query: str, *values: list[str]) -> None:
    for (statement,) in connection.execute(query.encode(), values).fetchall() if values[0] else ():
        connection.execute(statement.encode())
