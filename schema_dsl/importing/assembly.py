"""Put the parts of a table together again, in the short forms that people write."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final

import attrs

from schema_dsl.analysis.identity import CONSTRAINT_KINDS, Identity
from schema_dsl.errors import DefinitionError
from schema_dsl.importing.expressions import ColumnCondition, recognize_condition
from schema_dsl.importing.implicit_casts import DeclaredTypes, join_column_types, list_column_types
from schema_dsl.importing.readable_sql import simplify_condition, simplify_query
from schema_dsl.model.column import Column
from schema_dsl.model.constraint import Check, ForeignKey, PrimaryKey, Unique
from schema_dsl.model.flatten import suggest_name
from schema_dsl.model.identity import copy_with
from schema_dsl.model.index import Index, IndexElement
from schema_dsl.model.not_null_name import NotNullName
from schema_dsl.model.policy import Policy
from schema_dsl.model.publication import Publication
from schema_dsl.model.published_table import PublishedTable
from schema_dsl.model.reference import Reference
from schema_dsl.parsing import list_columns
from schema_dsl.sql import Sql

_QUOTED: Final = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|::[\w .]+")

PARTS: Final = {
    "column": "columns",
    **dict.fromkeys(CONSTRAINT_KINDS, "constraints"),
    "index": "indexes",
    "trigger": "triggers",
    "policy": "policies",
    "rule": "rules",
    PublishedTable.kind: "tables",
}
"""The attribute of a table, or of another object, that holds the parts of a kind."""


# The order in which people write the constraints and the policies of a table.
_ORDER: Final = ("primary_key", "unique", "exclusion", "foreign_key", "check")
_COMMANDS: Final = ("select", "insert", "update", "delete", "all")


@attrs.frozen
class AssembledRoot:
    """An object with its parts.

    Attributes:
        identity: The identity.
        item: The object, without its parts.
        parts: The parts by the attribute that holds them, in short forms.
        conditions: The helpers of the checks of columns, by the name of the column.
    """

    identity: Identity
    item: Any
    parts: Mapping[str, list[Any]] = attrs.Factory(dict)
    conditions: Mapping[str, list[ColumnCondition]] = attrs.Factory(dict)


def assemble(objects: Mapping[Identity, Any], plain: Collection[Identity] = ()) -> list[AssembledRoot]:
    """Return the objects that are no parts of others, with their parts.

    Args:
        objects: The objects, as they were read from a database.
        plain: The parts that keep their names and the text of Postgres, and the tables of which all parts do.
    """
    parts: dict[Identity, list[tuple[Identity, Any]]] = {}
    for identity, item in objects.items():
        if identity.parent is not None:
            parts.setdefault(getattr(item, "declared_in", identity.root), []).append((identity, item))
    roots = {identity: item for identity, item in objects.items() if identity.parent is None}
    for identity in parts:
        if identity not in roots and identity.kind == Publication.kind:
            # The platform's: the tables are ours.
            roots[identity] = Publication(identity.name, existing=True, origin=None)
    types = list_column_types(objects)
    all_types = join_column_types(types.values())
    return _nest_partitions(
        _assemble(
            identity, item, parts.get(identity, []), plain, (types.get(identity, frozenset()), all_types)
        )
        for identity, item in roots.items()
    )


def _nest_partitions(roots: Iterable[AssembledRoot]) -> list[AssembledRoot]:
    """Return the objects, with the partitions of each table among its parts."""
    found = {root.identity: root for root in roots}
    below: dict[Identity, list[AssembledRoot]] = {}
    for root in found.values():
        parent = getattr(root.item, "partition_of", None)
        if parent in found:
            below.setdefault(parent, []).append(root)

    def nest(root: AssembledRoot) -> AssembledRoot:
        partitions = below.get(root.identity)
        if partitions is None:
            return root
        return attrs.evolve(root, parts={**root.parts, "partitions": list(map(nest, partitions))})

    nested = {each.identity for partitions in below.values() for each in partitions}
    return [nest(root) for root in found.values() if root.identity not in nested]


def _assemble(
    identity: Identity,
    item: Any,
    own: Iterable[tuple[Identity, Any]],
    plain: Collection[Identity],
    types: tuple[DeclaredTypes, DeclaredTypes],
) -> AssembledRoot:
    """Return an object with its parts.

    Args:
        identity: The identity.
        item: The object.
        own: The parts.
        plain: The objects that keep the text of Postgres.
        types: The types of the columns of the table, and those of all tables.
    """
    columns: dict[str, Column] = {}
    grouped: dict[str, list[Any]] = {}
    kept: list[Any] = []
    for part_identity, part in own:
        is_plain = part_identity in plain or identity in plain
        if isinstance(part, Column):
            columns[part.name] = part if is_plain else _simplify(part, types[0], *_list_expressions(part))
        else:
            holder = PARTS.get(part_identity.kind, part_identity.kind)
            # A policy may read other tables.
            used = types[isinstance(part, Policy)]
            shortened = part if is_plain else _shorten(identity.name, part, used)
            grouped.setdefault(holder, []).append(shortened)
            if is_plain:
                kept.append(shortened)
    conditions: dict[str, list[ColumnCondition]] = {}
    constraints = [
        constraint if constraint in kept else _simplify(constraint, types[0], "expression")
        for constraint in grouped.pop("constraints", [])
        if constraint in kept or not _move_to_column(identity.name, constraint, columns, conditions, types[0])
    ]
    if identity not in plain:
        _leave_out_not_null(columns)
        if isinstance(getattr(item, "query", None), Sql):
            item = copy_with(item, query=simplify_query(item.query, types[1]))
        if isinstance(getattr(item, "body", None), Sql):
            item = copy_with(item, body=_simplify_body(item.body))
    for name in grouped.pop(NotNullName.kind, []):
        columns[name.name] = copy_with(columns[name.name], not_null=True, not_null_name=name.constraint)
    constraints.sort(key=lambda each: _ORDER.index(each.kind) if each.kind in _ORDER else len(_ORDER))
    grouped.get("policies", []).sort(key=lambda policy: _COMMANDS.index(policy.command))
    if columns:
        grouped.get("indexes", []).sort(key=lambda index: _find_places(index, columns))
    found = {"columns": list(columns.values()), "constraints": constraints, **grouped}
    return AssembledRoot(identity, item, {name: items for name, items in found.items() if items}, conditions)


def _simplify_body(body: Sql) -> Sql:
    """Return a body; RETURN of the SQL standard has the expression as people write it."""
    match = re.fullmatch(r"RETURN (.+)", body)
    simple = body if match is None else Sql(f"RETURN {simplify_condition(match[1])}")
    return body if "\n" in simple else simple


def _list_expressions(column: Column) -> tuple[str, ...]:
    """Return the attributes of a column with an expression that is more than a constant or a call."""
    is_computed = " " in _QUOTED.sub("", column.default or "")
    return ("generated", "default") if is_computed else ("generated",)


def _leave_out_not_null(columns: dict[str, Column]) -> None:
    """Leave out NOT NULL where an identity implies it."""
    for name, column in columns.items():
        if column.identity is not None:
            columns[name] = copy_with(column, not_null=False)


def _find_places(index: Index, columns: Collection[str]) -> list[int]:
    """Return the places of the keys of an index in the table; expressions come last."""
    places = {name: place for place, name in enumerate(columns)}
    return [
        len(places) if isinstance(element.on, Sql) else places.get(element.on, len(places))
        for element in index.elements
    ]


def _shorten(table: str, part: Any, types: DeclaredTypes) -> Any:
    """Return a part without the defaults of Postgres: its name, outer parentheses, all columns of a published table."""
    if isinstance(part, PublishedTable) and not part.columns and part.where is None:
        return part.table
    shortened = _simplify(part, types, "where", "using", "check", "when")
    if isinstance(part, Index):
        elements = [_simplify_element(each, types) for each in part.elements]
        shortened = copy_with(shortened, elements=tuple(elements))
    if hasattr(part, "name") and part.kind in {*CONSTRAINT_KINDS, "index"}:
        try:
            has_default_name = suggest_name(copy_with(shortened, name=""), table) == part.name
        except DefinitionError:
            has_default_name = False
        if has_default_name:
            return copy_with(shortened, name="")
    return shortened


def _simplify_element(element: IndexElement, types: DeclaredTypes) -> IndexElement:
    """Return an element of an index, with an expression as people write it."""
    simple = simplify_condition(element.on, types) if isinstance(element.on, Sql) else ""
    return element if not simple or "\n" in simple else copy_with(element, on=simple)


def _simplify(item: Any, types: DeclaredTypes, *names: str) -> Any:
    """Return an object with the conditions in these attributes as people write them."""
    values = {name: getattr(item, name, None) for name in names}
    changes = {
        name: simplify_condition(value, types) for name, value in values.items() if isinstance(value, Sql)
    }
    return copy_with(item, **changes) if changes else item


def _move_to_column(
    table: str,
    constraint: Any,
    columns: dict[str, Column],
    conditions: dict[str, list[ColumnCondition]],
    types: DeclaredTypes,
) -> bool:
    """Declare a constraint on its column where the column can declare it, and return whether it can."""
    if isinstance(constraint, Check):
        condition = recognize_condition(constraint.expression)
        named = {parts[-1] for parts in list_columns(constraint.expression)} & columns.keys()
        name = condition.column if condition is not None else next(iter(named), None)
        if (
            name not in columns
            or (condition is None and len(named) != 1)
            or constraint != Check(constraint.expression, name=constraint.name, origin=None)
            or constraint.name not in ("", suggest_name(constraint, table, [name]))
        ):
            return False
        if condition is not None:
            conditions.setdefault(name, []).append(condition)
        column = columns[name]
        check = simplify_condition(constraint.expression, types) if condition is None else condition.build()
        columns[name] = copy_with(column, check=(*column.check, check))
        return True
    # The parent declares a column that is inherited.
    on: tuple[str, ...] = getattr(constraint, "columns", None) or ()
    if len(on) != 1 or on[0] not in columns or constraint.name:
        return False
    column = columns[on[0]]
    match constraint:
        case PrimaryKey() if constraint == PrimaryKey(constraint.columns, origin=None):
            changes: dict[str, Any] = {"primary_key": True, "not_null": False}
        case Unique() if constraint == Unique(constraint.columns, origin=None):
            changes = {"unique": True}
        case ForeignKey() if constraint == ForeignKey(
            constraint.columns,
            constraint.references,
            on_delete=constraint.on_delete,
            on_update=constraint.on_update,
            origin=None,
        ):
            changes = {
                "references": constraint.references,
                "on_delete": constraint.on_delete,
                "on_update": constraint.on_update,
            }
        case _:
            return False
    if isinstance(constraint, ForeignKey) and column.references is not None:
        return False
    columns[column.name] = copy_with(column, **changes)
    return True


def find_key(root: AssembledRoot) -> tuple[str, ...]:
    """Return the columns of the primary key of a table; empty if it has no primary key."""
    for constraint in root.parts.get("constraints", ()):
        if isinstance(constraint, PrimaryKey):
            return constraint.columns
    return tuple(column.name for column in root.parts.get("columns", ()) if column.primary_key)


def list_references(root: AssembledRoot) -> Iterator[Any]:
    """Yield the targets of the foreign keys of a table, and the tables that it inherits from."""
    for parent in getattr(root.item, "inherits", ()):
        yield Reference(parent.name, schema=parent.schema)
    for column in root.parts.get("columns", ()):
        if column.references is not None:
            yield column.references
    for constraint in root.parts.get("constraints", ()):
        if isinstance(constraint, ForeignKey):
            yield constraint.references


def simplify_references(
    root: AssembledRoot, keys: Mapping[tuple[str, str], tuple[str, ...]]
) -> AssembledRoot:
    """Return a table whose foreign keys name no columns where they refer to a primary key.

    Args:
        root: The table.
        keys: The columns of the primary keys, by schema and table.
    """

    def shorten(part: Any) -> Any:
        reference: Any = part.references if isinstance(part, Column | ForeignKey) else None
        if reference is None or keys.get((reference.schema, reference.table)) != reference.columns:
            return part
        return copy_with(part, references=copy_with(reference, columns=()))

    parts = dict(root.parts)
    for holder in ("columns", "constraints"):
        if holder in parts:
            parts[holder] = [shorten(part) for part in parts[holder]]
    return attrs.evolve(root, parts=parts)
