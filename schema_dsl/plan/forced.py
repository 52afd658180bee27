"""Pass the tables that hide rows from their owner to the steps that read or write rows."""

from __future__ import annotations

from collections.abc import Collection

import attrs

from schema_dsl.plan.step import Group, Hazard, Plan, Step

FORCED = "force_row_security"


def mark_forced(plan: Plan, relations: Collection[tuple[str, str]]) -> Plan:
    """Return the plan with the losses and the queries of forced relations marked.

    FORCE ROW LEVEL SECURITY applies policies to the owner as well, so a count, an update or the validation of a
    foreign key would miss rows.

    Args:
        plan: The plan.
        relations: The relations with FORCE ROW LEVEL SECURITY before or after the plan.
    """
    if not relations:
        return plan
    forced = set(relations)
    groups = []
    for group in plan.groups:
        steps = []
        for step in group.steps:
            steps.append(_mark(step, forced))
            if step.values.get(FORCED) is False:
                # A later step that restores FORCE would undo this step.
                forced.discard(step.subject.relation)
        groups.append(Group(group.root, tuple(steps)))
    return Plan(tuple(groups))


def _mark(step: Step, relations: Collection[tuple[str, str]]) -> Step:
    parts = tuple(_mark(part, relations) for part in step.parts)
    online = tuple(_mark(part, relations) for part in step.online)
    unforced = tuple(relation for relation in step.row_sources if relation in relations)
    effect = "blocks reads and writes while FORCE ROW LEVEL SECURITY is off"
    of_parts = (relation for part in parts for relation in part.unforced)
    is_forced = step.subject.relation in relations
    counted = (step.subject.relation,) if step.loss and is_forced else ()
    locks = [
        Hazard(each, "AccessExclusiveLock", effect, scans=True) for each in (*unforced, *of_parts, *counted)
    ]
    return attrs.evolve(
        step,
        hazards=tuple(dict.fromkeys((*step.hazards, *locks))),
        loss=attrs.evolve(step.loss, force_row_security=True) if step.loss and is_forced else step.loss,
        unforced=unforced,
        parts=parts,
        online=online,
    )
