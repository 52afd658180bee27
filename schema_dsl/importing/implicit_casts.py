"""Leave out the casts of columns that Postgres adds by itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias

from schema_dsl.analysis.identity import Identity
from schema_dsl.analysis.trees import names
from schema_dsl.model.column import Column
from schema_dsl.model.domain import Domain
from schema_dsl.model.type import named_type
from schema_dsl.parsing import Node

DeclaredTypes: TypeAlias = frozenset[tuple[str, str]]
"""The names of columns with the names of their types in parse trees, of a domain that of its base type."""

# The names in parse trees of types that SQL spells otherwise.
_SPELLINGS: Final = {
    "bigint": "int8",
    "integer": "int4",
    "smallint": "int2",
    "boolean": "bool",
    "character varying": "varchar",
    "double precision": "float8",
    "real": "float4",
    "timestamp with time zone": "timestamptz",
    "timestamp without time zone": "timestamp",
}
_INTEGERS: Final = frozenset({"int2", "int4", "int8"})
_LENGTH: Final = re.compile(r"\([\d, -]+\)")


def list_column_types(objects: Mapping[Identity, Any]) -> dict[Identity, DeclaredTypes]:
    """Return the types of the columns of each table, whose parts have them."""
    domains = {
        str(named_type(identity.name, schema=identity.schema).sql): str(item.base.sql)
        for identity, item in objects.items()
        if isinstance(item, Domain)
    }
    found: dict[Identity, set[tuple[str, str]]] = {}
    for identity, item in objects.items():
        if isinstance(item, Column):
            spelling = str(item.type.sql)
            while spelling in domains:
                spelling = domains[spelling]
            base = _LENGTH.sub("", spelling)
            found.setdefault(identity.root, set()).add((item.name, _SPELLINGS.get(base, base)))
    return {identity: frozenset(types) for identity, types in found.items()}


def join_column_types(types: Iterable[DeclaredTypes]) -> DeclaredTypes:
    """Return the columns of several tables, without those that have the same name and different types."""
    joined = frozenset().union(*types)
    counts: dict[str, int] = {}
    for name, _ in joined:
        counts[name] = counts.get(name, 0) + 1
    return frozenset(pair for pair in joined if counts[pair[0]] == 1)


def strip_implicit_cast(node: Node, types: DeclaredTypes, beside: Node | None = None) -> None:
    """Leave out the cast of a column to the type by which Postgres chooses the function or operator.

    The type is the base type of a domain, text for varchar, and numeric for an integer beside a column of numeric.

    Args:
        node: An argument or operand.
        types: The types of the columns.
        beside: The other operand; None for an argument.
    """
    if node.WhichOneof("node") != "type_cast" or node.type_cast.type_name.typmods:
        return
    column, target = _read_column(node.type_cast.arg), names(node.type_cast.type_name.names)[-1]
    if node.type_cast.type_name.array_bounds or not column:
        return
    is_added = (column, target) in types or (target == "text" and (column, "varchar") in types)
    if target == "numeric" and beside is not None and (_read_column(beside), target) in types:
        is_added = is_added or any((column, integer) in types for integer in _INTEGERS)
    if is_added:
        inner = type(node)()
        inner.CopyFrom(node.type_cast.arg)
        node.CopyFrom(inner)


def _read_column(node: Node) -> str:
    """Return the name of a column, without its table; empty for another expression."""
    if node.WhichOneof("node") != "column_ref":
        return ""
    return str(node.column_ref.fields[-1].string.sval)
