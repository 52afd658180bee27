"""The parts of partitioned tables, and the references to them, of which each partition has a copy of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs

from schema_dsl.plan.rule import Object, load_kind_rules
from schema_dsl.plan.step import Hazard, Step

if TYPE_CHECKING:
    from schema_dsl.analysis.identity import Identity

_EFFECT = "drops the triggers of the foreign key, and scans the table for rows that refer to the partition"


def list_copied(
    parent: Identity, objects: Mapping[Identity, Any], tables: Mapping[Identity, Any]
) -> Iterator[Object]:
    """Yield the objects of which a partition has copies: parts of its parents, and references to them.

    Args:
        parent: The table that it is a partition of.
        objects: The objects to look through.
        tables: The objects with that table and its parents.
    """
    rules, parents = load_kind_rules(), _list_ancestors(parent, tables)
    for identity, declared in objects.items():
        rule = rules[identity.kind]
        if rule.list_copy_hazards is None:
            continue
        targets = () if rule.targets is None else rule.targets(declared)
        if identity.root in parents or not parents.isdisjoint(targets):
            yield identity, declared


def list_copy_hazards(copied: Iterable[Object], *, is_new: bool) -> Iterator[Hazard]:
    """Yield the hazards of what a new or moved partition has copies of."""
    for identity, declared in copied:
        list_hazards = load_kind_rules()[identity.kind].list_copy_hazards
        if list_hazards is not None:
            yield from list_hazards(identity, declared, is_new=is_new)


def detach_before_drop(
    steps: Sequence[Step], parent: Identity, objects: Mapping[Identity, Any]
) -> Sequence[Step]:
    """Return the steps that drop a partition, which detach it first if foreign keys refer to the partitioned table.

    A partition has its own copy of each reference to the partitioned table, and Postgres drops no table to which a
    foreign key refers.

    Args:
        steps: The steps.
        parent: The table that it is a partition of.
        objects: The objects before.
    """
    copied, parents = [*list_copied(parent, objects, objects)], _list_ancestors(parent, objects)
    references = [
        Hazard(identity.relation, "AccessExclusiveLock", _EFFECT, scans=True)
        for identity, _ in copied
        if identity.root not in parents
    ]
    if not references:
        return steps
    hazards = (*references, *list_copy_hazards(copied, is_new=False))
    return [
        attrs.evolve(step, values={**step.values, "detaches": True}, hazards=(*step.hazards, *hazards))
        for step in steps
    ]


def _list_ancestors(parent: Identity, tables: Mapping[Identity, Any]) -> set[Identity]:
    """Return a partitioned table with the tables of which it is a partition."""
    parents = {parent}
    while above := getattr(tables.get(parent), "partition_of", None):
        parent = above
        parents.add(parent)
    return parents
