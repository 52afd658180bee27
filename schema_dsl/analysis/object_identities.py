"""The identities of the objects that a `SchemaInfo` describes."""

from __future__ import annotations

from schema_dsl.analysis.identity import Identity
from schema_dsl.analysis.schema import QualifiedKey, RelationInfo, RoutineInfo, SchemaInfo


def column_identity(relation: RelationInfo, name: str) -> Identity:
    """Return the identity of a column, or of an attribute of a composite type."""
    kind = "attribute" if relation.kind == "composite_type" else "column"
    return Identity(kind, relation.schema, name, parent=relation.identity)


def routine_identity(schema: SchemaInfo, routine: RoutineInfo) -> Identity:
    """Return the identity of a routine; a constructor of a range belongs to the range type."""
    if routine.tree is None and (routine.schema, routine.name) in schema.types:
        constructed = type_identity(schema, f"{routine.schema}.{routine.name}")
        if constructed is not None:
            return constructed
    return routine.identity


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
        return user_type.identity
    relation = schema.find_row_relation(name)
    return None if relation is None else relation.identity


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
