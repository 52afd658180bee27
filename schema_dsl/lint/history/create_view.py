"""Apply CREATE VIEW, CREATE TABLE AS and SELECT INTO: relations with the columns of a query."""

from __future__ import annotations

from schema_dsl.analysis.effects.names import object_kind
from schema_dsl.analysis.queries import query_columns
from schema_dsl.analysis.trees import names, option_text, options
from schema_dsl.lint.history.create_table import add_relation, resolve_relation_key
from schema_dsl.lint.history.schema import (
    TEMPORARY_SCHEMA,
    HistoryColumn,
    HistoryPosition,
    HistoryRelation,
    HistorySchema,
)
from schema_dsl.parsing import Node


def create_view(schema: HistorySchema, tree: Node, position: HistoryPosition) -> None:
    """Add or replace a view."""
    relation = _build_relation_from_query(schema, tree.view, tree.query, names(tree.aliases), position)
    relation.kind = "view"
    relation.options = {name: option_text(value) for name, value in options(tree.options)}
    old = schema.relations.get(relation.key)
    if old is not None and old.kind == "view" and tree.replace:
        relation.grants, relation.column_grants, relation.owner = old.grants, old.column_grants, old.owner
        relation.triggers = old.triggers
    add_relation(schema, relation)


def create_table_as(schema: HistorySchema, tree: Node, position: HistoryPosition) -> None:
    """Add a table or materialized view with the result of a query."""
    relation = _build_relation_from_query(
        schema, tree.into.rel, tree.query, names(tree.into.col_names), position
    )
    if object_kind(tree.objtype) == "materialized_view":
        relation.kind = "materialized view"
    if not (tree.if_not_exists and relation.key in schema.relations):
        add_relation(schema, relation)


def select_into(schema: HistorySchema, tree: Node, position: HistoryPosition) -> None:
    """Add the table of a SELECT INTO."""
    columns = query_columns(schema, tree)
    add_relation(schema, _build_relation_from_columns(schema, tree.into_clause.rel, columns, [], position))


def _build_relation_from_query(
    schema: HistorySchema, node: Node, query: Node, aliases: list[str], position: HistoryPosition
) -> HistoryRelation:
    kind = query.WhichOneof("node")
    inner = getattr(query, kind) if kind else query
    columns = query_columns(schema, inner) if kind == "select_stmt" else None
    relation = _build_relation_from_columns(schema, node, columns, aliases, position)
    relation.query = query
    return relation


def _build_relation_from_columns(
    schema: HistorySchema,
    node: Node,
    columns: list[tuple[str, str | None]] | None,
    aliases: list[str],
    position: HistoryPosition,
) -> HistoryRelation:
    # An unqualified new relation goes into the creation schema, even if the search path finds the name elsewhere.
    temporary = node.relpersistence == "t" or node.schemaname == "pg_temp"
    if temporary:
        key = (TEMPORARY_SCHEMA, node.relname)
    elif node.schemaname:
        key = resolve_relation_key(schema, node)
    else:
        key = (schema.creation_schema(""), node.relname)
    relation = HistoryRelation(
        key[0],
        key[1],
        complete=columns is not None,
        fully_known=True,
        created_at=position,
        temporary=temporary,
    )
    relation.row_security = relation.force_row_security = False
    for number, (name, kind) in enumerate(columns or ()):
        column_name = aliases[number] if number < len(aliases) else name
        relation.columns[column_name] = HistoryColumn(column_name, kind, created_at=position)
    return relation
