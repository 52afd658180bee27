"""Constraints that a statement takes away from a table that is in use."""

from __future__ import annotations

from collections.abc import Iterator

from schema_dsl.lint.facts.altered import Altered, altered
from schema_dsl.lint.facts.losses import undoes
from schema_dsl.lint.facts.remade import comes_back
from schema_dsl.lint.history.replay import Step
from schema_dsl.lint.history.schema import Constraint


def dropped_constraints(step: Step) -> Iterator[tuple[Altered, Constraint | None]]:
    """Yield each DROP CONSTRAINT whose constraint the file does not put back, and the constraint if it is known."""
    if undoes(step):
        return
    for each in altered(step, "AT_DropConstraint"):
        name = each.command.name
        found = None if each.relation is None else each.relation.constraints.get(name)
        absent = found is None and each.relation is not None and each.relation.settled
        if not absent and not comes_back(step, "constraint", step.tree.relation.relname, name):
            yield each, found
