"""The tables that have the parts of another table: its partitions, and the tables that inherit from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs

from schema_dsl.plan.hazards import merge_hazards
from schema_dsl.plan.rule import load_kind_rules
from schema_dsl.plan.step import Hazard, LockReach, Plan, Step

if TYPE_CHECKING:
    from schema_dsl.analysis.identity import Identity
    from schema_dsl.plan.partitions import Partitions

_Below: TypeAlias = Mapping[LockReach, Mapping[tuple[str, str], Iterable[tuple[str, str]]]]


def find_children(objects: Mapping[Identity, Any]) -> Mapping[Identity, Sequence[Identity]]:
    """Return the declared children of each table that has some, with the children of these."""
    return _find_below(objects, lambda item: getattr(item, "parents", ()))


def _find_below(
    objects: Mapping[Identity, Any], list_parents: Callable[[Any], Iterable[Identity]]
) -> Mapping[Identity, Sequence[Identity]]:
    direct: dict[Identity, list[Identity]] = {}
    for identity, item in objects.items():
        for parent in list_parents(item):
            direct.setdefault(parent, []).append(identity)

    def descend(parent: Identity) -> Iterator[Identity]:
        for child in direct.get(parent, ()):
            yield child
            yield from descend(child)

    return {parent: list(dict.fromkeys(descend(parent))) for parent in direct}


def mark_children(plan: Plan, objects: Mapping[Identity, Any], partitions: Partitions) -> Plan:
    """Return the plan with hazards for the effects of changes of a table on its children.

    Args:
        plan: The plan.
        objects: The objects before.
        partitions: The partitions of the partitioned tables, also those that are not declared.
    """
    below = _list_below(objects, partitions)
    if not below[LockReach.CHILDREN]:
        return plan

    def mark(step: Step) -> Step:
        parts, online = tuple(map(mark, step.parts)), tuple(map(mark, step.online))
        of_parts = [
            hazard
            for marked, part in zip(parts, step.parts, strict=True)
            for hazard in marked.hazards
            if hazard not in part.hazards
        ]
        hazards = tuple(merge_hazards((*step.hazards, *of_parts))) if of_parts else step.hazards
        known = {hazard.relation for hazard in of_parts}
        own = (hazard for hazard in list_hazards(step) if hazard.relation not in known)
        return attrs.evolve(step, hazards=tuple(dict.fromkeys((*hazards, *own))), parts=parts, online=online)

    def list_hazards(step: Step) -> Iterator[Hazard]:
        for hazard in step.hazards:
            reach = hazard.reach or load_kind_rules()[step.subject.kind].reach
            for child in below[reach].get(hazard.relation, ()):
                yield attrs.evolve(hazard, relation=child, reach=LockReach.TABLE)

    return Plan(tuple(attrs.evolve(group, steps=tuple(map(mark, group.steps))) for group in plan.groups))


def _list_below(objects: Mapping[Identity, Any], partitions: Partitions) -> _Below:
    """Return the tables that a lock reaches, for each reach by the table that the statement names."""
    inherited = {
        parent.relation: [each.relation for each in children]
        for parent, children in find_children(objects).items()
    }
    declared = _find_below(objects, lambda item: filter(None, [getattr(item, "partition_of", None)]))
    copies = {parent.relation: [each.relation for each in children] for parent, children in declared.items()}
    for relation, present in partitions.items():
        for known in (inherited, copies):
            more = [each.relation for each in present]
            known[relation] = list(dict.fromkeys([*known.get(relation, ()), *more]))
    return {LockReach.TABLE: {}, LockReach.PARTITIONS: copies, LockReach.CHILDREN: inherited}
