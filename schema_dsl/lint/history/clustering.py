"""Record the index by which CLUSTER orders a table."""

from __future__ import annotations

from schema_dsl.lint.history.schema import HistoryPosition, HistoryRelation, HistorySchema
from schema_dsl.parsing import Node


def cluster(schema: HistorySchema, tree: Node, _: HistoryPosition) -> None:
    """Apply CLUSTER ... USING, which marks the index."""
    relation = schema.find_relation(tree.relation.schemaname, tree.relation.relname)
    if relation is not None and tree.indexname:
        _mark(relation, tree.indexname)


def set_clustered(_: HistorySchema, relation: HistoryRelation, command: Node, __: HistoryPosition) -> None:
    """Apply ALTER TABLE ... CLUSTER ON, or SET WITHOUT CLUSTER."""
    _mark(relation, command.name)


def _mark(relation: HistoryRelation, name: str) -> None:
    for index in relation.indexes.values():
        index.clustered = index.name == name
