"""Tell the steps that read or write rows which tables hide rows from their owner."""

from __future__ import annotations

from collections.abc import Collection

import attrs

from schema_dsl.plan.step import Hazard, Plan, Step

FORCED = "force_row_security"
_VALUE = "is_forced"


def mark_forced(plan: Plan, relations: Collection[tuple[str, str]]) -> Plan:
    """Return the plan with the losses and updates of forced relations marked.

    FORCE ROW LEVEL SECURITY applies policies to the owner as well, so a count or an update would miss rows.

    Args:
        plan: The plan.
        relations: The relations with FORCE ROW LEVEL SECURITY before or after the plan.
    """
    if not relations:
        return plan
    return Plan(
        tuple(
            attrs.evolve(group, steps=tuple(_mark(step, relations) for step in group.steps))
            for group in plan.groups
        )
    )


def _mark(step: Step, relations: Collection[tuple[str, str]]) -> Step:
    parts = tuple(_mark(part, relations) for part in step.parts)
    online = tuple(_mark(part, relations) for part in step.online)
    if step.subject.relation not in relations:
        return attrs.evolve(step, parts=parts, online=online) if parts or online else step
    values, hazards = step.values, step.hazards
    if _VALUE in values:
        values = {**values, _VALUE: True}
        effect = "while FORCE ROW LEVEL SECURITY is off"
        hazards = (*hazards, Hazard(step.subject.relation, "AccessExclusiveLock", effect))
    loss = None if step.loss is None else attrs.evolve(step.loss, force_row_security=True)
    return attrs.evolve(step, values=values, hazards=hazards, loss=loss, parts=parts, online=online)
