"""Statements that scan or rewrite a table while they hold a lock on it."""

from __future__ import annotations

from schema_dsl.analysis.trees import enumeration
from schema_dsl.lint.facts.alter_commands import AlterCommand, find_alter_commands
from schema_dsl.lint.facts.locks import is_option_on
from schema_dsl.lint.facts.rewrites import (
    changes_stored_bytes,
    find_rewrite_reason,
    find_scan_reason,
    is_proven_not_null,
    may_keep_stored_bytes,
)
from schema_dsl.lint.history.replay import HistoryStep

_LONG = frozenset({"index_stmt", "cluster_stmt", "reindex_stmt", "refresh_mat_view_stmt"})
_WRITES = ("AT_SetLogged", "AT_SetUnLogged", "AT_SetTableSpace", "AT_SetAccessMethod")
_READS = ("AT_SetNotNull", "AT_AddConstraint", "AT_AlterColumnType", "AT_AddColumn")
_CHECKED = frozenset({"CONSTR_CHECK", "CONSTR_UNIQUE", "CONSTR_PRIMARY", "CONSTR_EXCLUSION"})


def scans_or_rewrites_table(step: HistoryStep) -> bool:
    """Return whether a statement scans or rewrites an existing table."""
    if step.kind == "alter_table_stmt":
        return any(
            alteration.kind in _WRITES or _scans_table(alteration)
            for alteration in find_alter_commands(step, *_WRITES, *_READS)
        )
    return step.kind in _LONG or (step.kind == "vacuum_stmt" and is_option_on(step.tree.options, "full"))


def _scans_table(alteration: AlterCommand) -> bool:
    kinds = enumeration("ConstrType")
    if alteration.kind == "AT_SetNotNull":
        return not is_known_not_null(alteration, alteration.command.name)
    if alteration.kind == "AT_AddConstraint":
        constraint = alteration.definition.constraint
        return not constraint.skip_validation and not constraint.indexname
    if alteration.kind == "AT_AddColumn":
        node = alteration.definition.column_def
        return bool(find_rewrite_reason(alteration.step.schema, node)) or any(
            kinds[wrapped.constraint.contype] in _CHECKED for wrapped in node.constraints
        )
    return rewrites_table(alteration) or bool(find_scan_reason(alteration))


def is_known_not_null(alteration: AlterCommand, name: str) -> bool:
    """Return whether Postgres knows that a column holds no NULL, and skips the scan."""
    relation = alteration.relation
    column = relation.columns.get(name) if relation is not None else None
    return (column is not None and column.not_null) or is_proven_not_null(relation, name)


def rewrites_table(alteration: AlterCommand) -> bool:
    """Return whether ALTER COLUMN TYPE rewrites the table; if the old type is unknown, whether it probably does."""
    relation, name = alteration.relation, alteration.command.name
    column = relation.columns.get(name) if relation is not None else None
    changes = changes_stored_bytes(alteration.step.schema, column, alteration)
    if changes is not None:
        return changes
    is_type_known = column is not None and column.type is not None
    return not is_type_known and not may_keep_stored_bytes(alteration.definition.column_def.type_name)
