"""Apply CREATE VIEW, CREATE TABLE AS and SELECT INTO: relations with the columns of a query."""

from __future__ import annotations

from schema_dsl.analysis.effects.names import object_kind
from schema_dsl.analysis.identity import Identity
from schema_dsl.analysis.queries import query_columns, rename_columns
from schema_dsl.analysis.scope import ColumnTypes
from schema_dsl.analysis.trees import enumeration, names, option_text, options
from schema_dsl.lint.history.create_table import add_relation
from schema_dsl.lint.history.schema import (
    TEMPORARY_SCHEMA,
    HistoryPosition,
    HistoryRelation,
    HistorySchema,
)
from schema_dsl.parsing import Node


def create_view(schema: HistorySchema, tree: Node, position: HistoryPosition) -> None:
    """Add or replace a view."""
    relation = _build_relation(schema, _target(schema, "view", tree.view), tree.query, position, tree.aliases)
    relation.options = {name: option_text(value) for name, value in options(tree.options)}
    if enumeration("ViewCheckOption")[tree.with_check_option] in {
        "LOCAL_CHECK_OPTION",
        "CASCADED_CHECK_OPTION",
    }:
        relation.options.setdefault("check_option", "cascaded")
    old = schema.relations.get(relation.key)
    if old is not None and old.kind == "view" and tree.replace:
        relation.grants, relation.column_grants, relation.owner = old.grants, old.column_grants, old.owner
        relation.triggers, relation.rules = old.triggers, old.rules
    add_relation(schema, relation)


def create_table_as(schema: HistorySchema, tree: Node, position: HistoryPosition) -> None:
    """Add a table or materialized view with the result of a query."""
    target = _target(schema, object_kind(tree.objtype), tree.into.rel)
    relation = _build_relation(schema, target, tree.query, position, tree.into.col_names)
    if not (tree.if_not_exists and relation.key in schema.relations):
        add_relation(schema, relation)


def select_into(schema: HistorySchema, tree: Node, position: HistoryPosition) -> None:
    """Add the table of a SELECT INTO."""
    target = _target(schema, "table", tree.into_clause.rel)
    add_relation(schema, _build_result(target, query_columns(schema, tree), position))


def _target(schema: HistorySchema, kind: str, node: Node) -> Identity:
    """Return the identity of the relation that a statement creates from a query."""
    if node.relpersistence == "t" or node.schemaname == "pg_temp":
        return Identity(kind, TEMPORARY_SCHEMA, node.relname)
    # An unqualified new relation goes into the creation schema, even if the search path finds the name elsewhere.
    return Identity(kind, schema.creation_schema(node.schemaname), node.relname)


def _build_relation(
    schema: HistorySchema, target: Identity, query: Node, position: HistoryPosition, aliases: Node
) -> HistoryRelation:
    is_select = query.WhichOneof("node") == "select_stmt"
    columns = query_columns(schema, query.select_stmt) if is_select else None
    relation = _build_result(target, rename_columns(columns, names(aliases)), position)
    relation.query = query
    return relation


def _build_result(
    target: Identity, columns: ColumnTypes | None, position: HistoryPosition
) -> HistoryRelation:
    relation = HistoryRelation(
        target,
        complete=columns is not None,
        fully_known=True,
        created_at=position,
        temporary=target.schema == TEMPORARY_SCHEMA,
        row_security=False,
        force_row_security=False,
    )
    relation.add_columns(columns or ())
    return relation
