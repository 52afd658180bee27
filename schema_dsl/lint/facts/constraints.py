"""Constraints that a statement drops from an existing table."""

from __future__ import annotations

from collections.abc import Iterator

from schema_dsl.lint.facts.alter_commands import AlterCommand, find_alter_commands
from schema_dsl.lint.facts.breaking import is_rollback_file
from schema_dsl.lint.facts.recreated import is_recreated
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.schema import HistoryConstraint


def find_dropped_constraints(step: HistoryStep) -> Iterator[tuple[AlterCommand, HistoryConstraint | None]]:
    """Yield the DROP CONSTRAINT commands whose constraint the file does not recreate, with the constraint if known."""
    if is_rollback_file(step):
        return
    for alteration in find_alter_commands(step, "AT_DropConstraint"):
        name = alteration.command.name
        constraint = None if alteration.relation is None else alteration.relation.constraints.get(name)
        absent = constraint is None and alteration.relation is not None and alteration.relation.fully_known
        if not absent and not is_recreated(step, "constraint", step.tree.relation.relname, name):
            yield alteration, constraint
