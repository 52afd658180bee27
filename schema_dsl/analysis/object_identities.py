"""The identities of the objects that a `SchemaInfo` describes."""

from __future__ import annotations

from typing import Final, cast

from schema_dsl.analysis.identity import Identity
from schema_dsl.analysis.schema import OperatorInfo, QualifiedKey, RelationInfo, RoutineInfo, SchemaInfo

_RELATION_KINDS: Final = {
    "partitioned": "table",
    "foreign": "foreign_table",
    "materialized view": "materialized_view",
    "composite": "composite_type",
}
_ROUTINE_KINDS: Final = {"f": "function", "w": "function", "a": "aggregate", "p": "procedure"}


def relation_identity(relation: RelationInfo) -> Identity:
    """Return the identity of a relation."""
    return Identity(_RELATION_KINDS.get(relation.kind, relation.kind), relation.schema, relation.name)


def column_identity(relation: RelationInfo, name: str) -> Identity:
    """Return the identity of a column, or of an attribute of a composite type."""
    parent = relation_identity(relation)
    kind = "attribute" if parent.kind == "composite_type" else "column"
    return Identity(kind, relation.schema, name, parent=parent)


def routine_identity(schema: SchemaInfo, routine: RoutineInfo) -> Identity:
    """Return the identity of a routine; a constructor of a range belongs to the range type."""
    arguments = routine.signature.arguments
    if routine.tree is None and (routine.schema, routine.name) in schema.types:
        constructed = type_identity(schema, f"{routine.schema}.{routine.name}")
        if constructed is not None:
            return constructed
    return Identity(
        _ROUTINE_KINDS.get(routine.signature.kind, "function"),
        routine.schema,
        routine.name,
        None if None in arguments else cast("tuple[str, ...]", arguments),
    )


def operator_identity(operator: OperatorInfo) -> Identity:
    """Return the identity of an operator; a prefix operator has one argument."""
    arguments = operator.signature.arguments
    return Identity("operator", operator.schema, operator.name, cast("tuple[str, ...]", arguments))


def type_identity(schema: SchemaInfo, name: str | None) -> Identity | None:
    """Return the identity of a user-defined type by its full name; None for a built-in type.

    An array belongs to the type of its elements, a multirange to its range, and a row type to its relation.
    """
    while name is not None and name.endswith("[]"):
        name = name[:-2]
    if name is None or "." not in name:
        return None
    user_type = schema.find_user_type(name)
    if user_type is not None:
        if user_type.kind == "multirange" and user_type.base is not None:
            return type_identity(schema, user_type.base)
        kind = "base_type" if user_type.kind == "base" else user_type.kind
        return Identity(kind, user_type.schema, user_type.name)
    relation = schema.find_row_relation(name)
    return None if relation is None else relation_identity(relation)


def owned_sequence_identity(schema: SchemaInfo, key: QualifiedKey) -> Identity | None:
    """Return the identity of the sequence of a serial or identity column by the name that Postgres gives it."""
    home, name = key
    for (relation_home, relation_name), relation in schema.relations.items():
        before = f"{relation_name}_"
        if relation_home != home or not name.startswith(before) or not name.endswith("_seq"):
            continue
        column = relation.columns.get(name[len(before) : -len("_seq")])
        if column is not None and column.owns_sequence:
            return Identity("sequence", home, name)
    return None
