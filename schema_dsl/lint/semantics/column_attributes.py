"""Check commands of ALTER TABLE against the default, identity, expression and NOT NULL of their column."""

from __future__ import annotations

import functools

import attrs

from schema_dsl.analysis import builtins
from schema_dsl.analysis.builtins import format_type
from schema_dsl.analysis.effects import Effect, TableCommand, effects
from schema_dsl.analysis.effects.names import allows_null, constraint_kind
from schema_dsl.analysis.scope import SYSTEM_COLUMNS
from schema_dsl.analysis.trees import is_serial, node_definition, qualified_name
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.schema import HistoryColumn, HistoryRelation
from schema_dsl.lint.semantics import collations, virtual_columns
from schema_dsl.lint.semantics.analyzer import HistoryAnalyzer
from schema_dsl.lint.semantics.sequence_options import check_options
from schema_dsl.parsing import Node, list_columns_in

NEW_ATTRIBUTES = frozenset({"expression", "identity"})
"""The attributes in a column definition that `check_new_attribute` checks."""
_IDENTITY_TYPES = frozenset({"int2", "int4", "int8"})


def check_attribute(
    analyzer: HistoryAnalyzer, step: HistoryStep, relation: HistoryRelation, effect: Effect
) -> None:
    """Check a command about an attribute of a column."""
    parent, command = effect.identity.parent, effect.command
    if parent is None or command is None:
        return
    named = effect.identity if command.kind == "AT_AlterColumnType" else parent
    column = relation.columns.get(named.name) if named.kind == "column" else None
    if column is None or column.uncertain or relation.uncertain or "columns" in relation.unknown_kinds:
        return
    column = _apply_other_commands(step, column, effect)
    message, remedy = _find_contradiction(relation, column, command)
    if command.kind == "AT_SetIdentity" and column.as_identity and column.type is not None:
        check_options(analyzer, node_definition(command.node).list.items, column.type, -1, is_new=False)
    if message:
        analyzer.report("column-attribute", message, remedy, -1, column.name)


def _apply_other_commands(step: HistoryStep, column: HistoryColumn, effect: Effect) -> HistoryColumn:
    """Return the column after the commands of the statement that Postgres applies before all others."""
    for other in effects(step.statement):
        command = other.command
        is_about = other.identity.parent == effect.identity.parent
        if command is None or other is effect or not is_about:
            continue
        if other.verb == "drop" and other.identity.kind == "default":
            column = attrs.evolve(column, default=None, serial=False)
        elif other.verb == "drop" and other.identity.kind == "expression":
            column = attrs.evolve(column, generated="", default=None)
        elif other.verb == "drop" and other.identity.kind == "identity":
            column = attrs.evolve(column, as_identity="")
        elif command.kind == "AT_SetNotNull":
            column = attrs.evolve(column, not_null=True)
    return column


def _find_contradiction(
    relation: HistoryRelation, column: HistoryColumn, table_command: TableCommand
) -> tuple[str, str]:
    """Return the contradiction between a command and a column, and the remedy; "" if there is none."""
    kind, command = table_command.kind, table_command.node
    named = f'column "{column.name}" of relation "{relation}"'
    # A default and a NOT NULL from before the history are not known.
    is_own = column.created_at is not None
    found = ("", "")
    if kind == "AT_ColumnDefault":
        found = _contradict_default(named, column)
    elif kind == "AT_AddIdentity":
        found = _contradict_new_identity(named, column) if is_own else found
    elif kind in {"AT_SetIdentity", "AT_DropIdentity"}:
        if is_own and not column.as_identity and not command.missing_ok:
            found = (
                f"{named} is not an identity column",
                "Use ADD GENERATED ... AS IDENTITY to make it one.",
            )
    elif kind == "AT_DropExpression" and is_own and column.generated == "virtual":
        found = (
            f"ALTER TABLE / DROP EXPRESSION is not supported for virtual generated columns: {named} is one",
            "Drop the column, and add one without an expression.",
        )
    elif kind in {"AT_SetExpression", "AT_DropExpression"}:
        if is_own and not column.generated and not command.missing_ok:
            found = (f"{named} is not a generated column", "Use SET DEFAULT for a value that can be changed.")
    elif kind == "AT_AlterColumnType" and column.as_identity:
        found = _contradict_identity_type(named, command)
    elif kind == "AT_DropNotNull":
        found = _contradict_drop_not_null(named, relation, column)
    return found


def _contradict_default(named: str, column: HistoryColumn) -> tuple[str, str]:
    if column.as_identity:
        return f"{named} is an identity column", "Drop the identity first: ALTER COLUMN ... DROP IDENTITY."
    if column.generated:
        return (
            f"{named} is a generated column",
            "Drop the expression first: ALTER COLUMN ... DROP EXPRESSION.",
        )
    return "", ""


def _contradict_new_identity(named: str, column: HistoryColumn) -> tuple[str, str]:
    if column.as_identity:
        return f"{named} is already an identity column", "Use SET GENERATED to change it."
    if column.default is not None or column.serial:
        return f"{named} already has a default value", "Drop the default first."
    if not column.not_null:
        return (
            f"{named} must be declared NOT NULL before identity can be added",
            "Add SET NOT NULL before it.",
        )
    if column.type is not None and "." not in column.type and column.type not in _IDENTITY_TYPES:
        what = format_type(column.type)
        return f"identity column type must be smallint, integer, or bigint, but {named} is {what}", ""
    return "", ""


def _contradict_identity_type(named: str, command: Node) -> tuple[str, str]:
    node = node_definition(command).column_def.type_name
    schema_name, name = qualified_name(node.names)
    is_other = schema_name in {"", "pg_catalog"} and builtins.find_type(name) and name not in _IDENTITY_TYPES
    if not (is_other or node.array_bounds):
        return "", ""
    message = f"identity column type must be smallint, integer, or bigint, but {named} would get another type"
    return message, "Drop the identity first: ALTER COLUMN ... DROP IDENTITY."


def _contradict_drop_not_null(
    named: str, relation: HistoryRelation, column: HistoryColumn
) -> tuple[str, str]:
    if column.as_identity:
        return f"{named} is an identity column, which is never NULL", "Drop the identity first."
    keys = [each for each in relation.constraints.values() if each.kind == "primary_key"]
    if any(column.name in key.columns for key in keys) and "constraints" not in relation.unknown_kinds:
        return f"{named} is in a primary key", f"Drop the constraint {keys[0].name} first."
    return "", ""


def check_new_column(analyzer: HistoryAnalyzer, column: HistoryColumn, node: Node) -> None:
    """Check that a new serial column has no other default, and the COLLATE of a new column."""
    attributes = tuple([wrapped.constraint.contype for wrapped in node.constraints[:]])
    if column.serial or len(attributes) > 1:
        message = _find_conflict(attributes, is_of_sequence=is_serial(node.type_name))
        if message:
            message = message.format(f'column "{node.colname}"')
            analyzer.report("column-attribute", message, "", node.location, node.colname)
    collations.check_clause(analyzer, node, column.type)


# Tables have many combinations of attributes in common.
@functools.cache
def _find_conflict(attributes: tuple[int, ...], *, is_of_sequence: bool) -> str:
    """Return the conflict between the attributes of a new column, with {} for the column; "" if there is none."""
    kinds = set(map(constraint_kind, attributes))
    if is_of_sequence and "default" in kinds:
        return "multiple default values specified for {}: serial has one"
    if is_of_sequence and "identity" in kinds:
        return "both default and identity specified for {}: serial has a default"
    if {"default", "expression"} <= kinds:
        return "both default and generation expression specified for {}"
    if {"identity", "expression"} <= kinds:
        return "both identity and generation expression specified for {}"
    is_required = is_of_sequence or not kinds.isdisjoint({"not_null", "identity", "primary_key"})
    if is_required and any(map(allows_null, attributes)):
        return "conflicting NULL/NOT NULL declarations for {}"
    return ""


def check_new_attribute(
    analyzer: HistoryAnalyzer, relation: HistoryRelation, node: Node, constraint: Node
) -> None:
    """Check an attribute of a new column: the type of an identity, or the columns that a generated column reads."""
    column, location = relation.columns.get(node.colname), constraint.location
    if constraint_kind(constraint.contype) == "expression":
        check_expression(analyzer, relation, constraint.raw_expr, location)
        virtual_columns.check_domain(analyzer, column, location)
    elif column is not None and column.type is not None:
        check_options(analyzer, constraint.options, column.type, location)
        if any(constraint_kind(other.constraint.contype) == "default" for other in node.constraints):
            message = f'both default and identity specified for column "{node.colname}"'
            analyzer.report("column-attribute", message, "Remove the default.", location, node.colname)
        if "." not in column.type and column.type not in _IDENTITY_TYPES:
            message = "identity column type must be smallint, integer, or bigint"
            analyzer.report("column-attribute", message, "", location, node.colname)


def check_expression(
    analyzer: HistoryAnalyzer, relation: HistoryRelation, expression: Node, location: int
) -> None:
    """Check that the expression of a generated column reads neither generated columns nor system columns."""
    for parts in list_columns_in(expression):
        used = relation.columns.get(parts[-1])
        message = ""
        if used is not None and used.generated and not used.uncertain:
            message = f'cannot use generated column "{used.name}" in column generation expression'
        elif used is None and parts[-1] in SYSTEM_COLUMNS.keys() - {"tableoid"}:
            message = f'cannot use system column "{parts[-1]}" in column generation expression'
        if message:
            remedy = "Write the expression of that column instead." if used is not None else ""
            analyzer.report("column-attribute", message, remedy, location, parts[-1])
