"""What views and CREATE TABLE AS make: relations with the columns of a query."""

from __future__ import annotations

from schema_dsl.lint.history.create_objects import add_relation
from schema_dsl.lint.history.create_table import key_of
from schema_dsl.lint.history.schema import HistoryColumn, HistoryPosition, HistoryRelation, Schema
from schema_dsl.lint.history.trees import enumeration, names, option_text, options
from schema_dsl.lint.semantics.queries import output_of
from schema_dsl.parsing import Node


def create_view(schema: Schema, tree: Node, moment: HistoryPosition) -> None:
    """Add a view, or replace it."""
    relation = _from_query(schema, tree.view, tree.query, names(tree.aliases), moment)
    relation.kind = "view"
    relation.options = {name: option_text(value) for name, value in options(tree.options)}
    old = schema.relations.get(relation.key)
    if old is not None and old.kind == "view" and tree.replace:
        relation.grants, relation.column_grants, relation.owner = old.grants, old.column_grants, old.owner
        relation.triggers = old.triggers
    add_relation(schema, relation)


def create_table_as(schema: Schema, tree: Node, moment: HistoryPosition) -> None:
    """Add a table or materialized view with the result of a query."""
    relation = _from_query(schema, tree.into.rel, tree.query, names(tree.into.col_names), moment)
    if enumeration("ObjectType")[tree.objtype] == "OBJECT_MATVIEW":
        relation.kind = "materialized view"
    if not (tree.if_not_exists and relation.key in schema.relations):
        add_relation(schema, relation)


def select_into(schema: Schema, tree: Node, moment: HistoryPosition) -> None:
    """Add the table that SELECT INTO makes."""
    columns = output_of(schema, tree)
    add_relation(schema, _relation(schema, tree.into_clause.rel, columns, [], moment))


def _from_query(
    schema: Schema, node: Node, query: Node, aliases: list[str], moment: HistoryPosition
) -> HistoryRelation:
    kind = query.WhichOneof("node")
    inner = getattr(query, kind) if kind else query
    columns = output_of(schema, inner) if kind == "select_stmt" else None
    relation = _relation(schema, node, columns, aliases, moment)
    relation.query = query
    return relation


def _relation(
    schema: Schema,
    node: Node,
    columns: list[tuple[str, str | None]] | None,
    aliases: list[str],
    moment: HistoryPosition,
) -> HistoryRelation:
    # A new one does not take over the place of one that the search path finds elsewhere.
    key = key_of(schema, node) if node.schemaname else (schema.creation_schema(""), node.relname)
    made = HistoryRelation(key[0], key[1], complete=columns is not None, settled=True, made=moment)
    made.row_security = made.force_row_security = False
    for number, (name, kind) in enumerate(columns or ()):
        shown = aliases[number] if number < len(aliases) else name
        made.columns[shown] = HistoryColumn(shown, kind, made=moment)
    return made
