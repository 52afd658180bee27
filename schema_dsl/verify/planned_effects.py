"""What the plan said of each statement of a migration, found again by the statement's text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import attrs

from schema_dsl.model.identity import Identity
from schema_dsl.parsing import split
from schema_dsl.plan import Plan, plan
from schema_dsl.plan.step import Hazard, Step
from schema_dsl.render import render_step
from schema_dsl.verify.locks import TableUse, strength
from schema_dsl.verify.replay import found_before
from schema_dsl.verify.scratch import Scratch

# Up to here others go on reading and writing.
_HARMLESS: Final = "ShareUpdateExclusiveLock"


@attrs.frozen
class PlannedEffects:
    """What a plan says of its statements, by their texts: the object that each is about, and what it does."""

    steps: Mapping[str, Sequence[Step]]

    def of(self, text: str, relation: tuple[str, str]) -> Sequence[Hazard] | None:
        """Give what was said of a statement's locks on a table; None where nobody planned the statement."""
        if text not in self.steps:
            return None
        hazards = (each for step in self.steps[text] for each in step.hazards)
        return [each for each in hazards if each.relation == relation and each.lock]

    def subject(self, text: str) -> Identity | None:
        """Give the object that a statement is about."""
        return self.steps[text][0].subject if text in self.steps else None


def declared(plan: Plan) -> PlannedEffects:
    """Take down what each statement is said to do; of a step with several, each may do what the step may."""
    steps: dict[str, list[Step]] = {}
    for step in plan.steps:
        for statement in split(render_step(step)).statements:
            steps.setdefault(statement.text, []).append(step)
    return PlannedEffects(steps)


def planned(scratch: Scratch) -> Plan:
    """Plan a subject's migration once more.

    Raises:
        SchemaDslError: If what is there before it cannot be compared with the definitions.
    """
    wanted = scratch.subject.wanted
    if not scratch.subject.earlier:
        return plan(wanted.existing(), wanted)
    found = found_before(scratch)
    # Nobody says here whether it was generated to drop what is no longer declared.
    return Plan(found.plan(drop=False).groups + found.plan(drop=True).groups)


def covers(hazards: Sequence[Hazard], use: TableUse) -> bool:
    """Say whether a statement that was said to do this may do that.

    A scan counts where somebody waits for it. What is locked so that nobody waits need not be said.
    """
    if strength(use.lock) <= strength(_HARMLESS) and not hazards and not use.rewrites:
        return True
    waits = strength(use.lock) > strength(_HARMLESS)
    return any(
        strength(each.lock or "") >= strength(use.lock)
        and (each.rewrites or not use.rewrites)
        and (each.scans or each.rewrites or not (use.scans and waits))
        for each in hazards
    )
