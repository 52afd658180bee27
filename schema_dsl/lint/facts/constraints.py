"""Constraints that a statement takes away from a table that is in use."""

from __future__ import annotations

from collections.abc import Iterator

from schema_dsl.lint.facts.alter_commands import AlterCommand, altered
from schema_dsl.lint.facts.breaking import undoes
from schema_dsl.lint.facts.recreated import comes_back
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.schema import HistoryConstraint


def dropped_constraints(step: HistoryStep) -> Iterator[tuple[AlterCommand, HistoryConstraint | None]]:
    """Yield each DROP CONSTRAINT whose constraint the file does not put back, and the constraint if it is known."""
    if undoes(step):
        return
    for each in altered(step, "AT_DropConstraint"):
        name = each.command.name
        found = None if each.relation is None else each.relation.constraints.get(name)
        absent = found is None and each.relation is not None and each.relation.settled
        if not absent and not comes_back(step, "constraint", step.tree.relation.relname, name):
            yield each, found
