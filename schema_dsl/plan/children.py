"""The tables that have the columns of another table: its partitions, and the tables that inherit from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs

from schema_dsl.plan.rule import load_kind_rules
from schema_dsl.plan.step import Hazard, Plan, Step

if TYPE_CHECKING:
    from schema_dsl.analysis.identity import Identity
    from schema_dsl.plan.partitions import Partitions


def find_children(objects: Mapping[Identity, Any]) -> Mapping[Identity, Sequence[Identity]]:
    """Return the declared children of each table that has some, with the children of these."""
    direct: dict[Identity, list[Identity]] = {}
    for identity, item in objects.items():
        for parent in getattr(item, "parents", ()):
            direct.setdefault(parent, []).append(identity)

    def descend(parent: Identity) -> Iterator[Identity]:
        for child in direct.get(parent, ()):
            yield child
            yield from descend(child)

    return {parent: list(dict.fromkeys(descend(parent))) for parent in direct}


def mark_children(plan: Plan, objects: Mapping[Identity, Any], partitions: Partitions) -> Plan:
    """Return the plan, with what a change of a table does to its children among the hazards.

    Args:
        plan: The plan.
        objects: The objects before.
        partitions: The partitions of the partitioned tables, also those that are not declared.
    """
    children = {
        parent.relation: [each.relation for each in below] for parent, below in find_children(objects).items()
    }
    for relation, below in partitions.items():
        children.setdefault(relation, []).extend(each.relation for each in below)
    if not children:
        return plan

    def mark(step: Step) -> Step:
        parts, online = tuple(map(mark, step.parts)), tuple(map(mark, step.online))
        below = list_hazards(step) if load_kind_rules()[step.subject.kind].reaches_children else ()
        hazards = tuple(dict.fromkeys((*step.hazards, *below)))
        return attrs.evolve(step, hazards=hazards, parts=parts, online=online)

    def list_hazards(step: Step) -> Iterator[Hazard]:
        relation = step.subject.relation
        for hazard in step.hazards:
            for child in children.get(relation, ()) if hazard.relation == relation else ():
                yield attrs.evolve(hazard, relation=child)

    return Plan(tuple(attrs.evolve(group, steps=tuple(map(mark, group.steps))) for group in plan.groups))
