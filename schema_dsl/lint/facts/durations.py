"""Which statements take the longer, the more rows there are, while they keep others out."""

from __future__ import annotations

from schema_dsl.lint.facts.alter_commands import AlterCommand, altered
from schema_dsl.lint.facts.locks import is_set
from schema_dsl.lint.facts.rewrites import (
    changes_bytes,
    may_keep_bytes,
    proven_not_null,
    read_again,
    rewriting_column,
)
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.trees import enumeration

_LONG = frozenset({"index_stmt", "cluster_stmt", "reindex_stmt", "refresh_mat_view_stmt"})
_WRITES = ("AT_SetLogged", "AT_SetUnLogged", "AT_SetTableSpace", "AT_SetAccessMethod")
_READS = ("AT_SetNotNull", "AT_AddConstraint", "AT_AlterColumnType", "AT_AddColumn")
_CHECKED = frozenset({"CONSTR_CHECK", "CONSTR_UNIQUE", "CONSTR_PRIMARY", "CONSTR_EXCLUSION"})


def takes_long(step: HistoryStep) -> bool:
    """Say whether a statement goes through a table that is in use."""
    if step.kind == "alter_table_stmt":
        return any(each.kind in _WRITES or _reads(each) for each in altered(step, *_WRITES, *_READS))
    return step.kind in _LONG or (step.kind == "vacuum_stmt" and is_set(step.tree.options, "full"))


def _reads(each: AlterCommand) -> bool:
    kinds = enumeration("ConstrType")
    if each.kind == "AT_SetNotNull":
        return not is_not_null(each, each.command.name)
    if each.kind == "AT_AddConstraint":
        constraint = each.definition.constraint
        return not constraint.skip_validation and not constraint.indexname
    if each.kind == "AT_AddColumn":
        node = each.definition.column_def
        return bool(rewriting_column(each.step.schema, node)) or any(
            kinds[wrapped.constraint.contype] in _CHECKED for wrapped in node.constraints
        )
    return rewrites(each) or bool(read_again(each))


def is_not_null(each: AlterCommand, name: str) -> bool:
    """Say whether Postgres knows that a column holds no NULL, and need not look."""
    relation = each.relation
    column = relation.columns.get(name) if relation is not None else None
    return (column is not None and column.not_null) or proven_not_null(relation, name)


def rewrites(each: AlterCommand) -> bool:
    """Say whether ALTER COLUMN TYPE rewrites the table, or, where the old type is not known, most likely does."""
    relation, name = each.relation, each.command.name
    column = relation.columns.get(name) if relation is not None else None
    surely = changes_bytes(each.step.schema, column, each)
    if surely is not None:
        return surely
    known = column is not None and column.type is not None
    return not known and not may_keep_bytes(each.definition.column_def.type_name)
