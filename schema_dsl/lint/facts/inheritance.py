"""Partitions and children of tables, and the policies above them."""

from __future__ import annotations

from schema_dsl.lint.history.schema import Relation, Schema


def guarded_ancestor(schema: Schema, relation: Relation) -> Relation | None:
    """Give the nearest table above one that has row level security on."""
    waiting, seen = list(relation.parents), set()
    while waiting:
        key = waiting.pop(0)
        parent = schema.relations.get(key)
        if parent is None or key in seen:
            continue
        if parent.row_security:
            return parent
        seen.add(key)
        waiting += parent.parents
    return None
