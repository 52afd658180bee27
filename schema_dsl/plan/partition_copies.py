"""The parts of partitioned tables, and the references to them, of which each partition has a copy of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs

from schema_dsl.plan.rule import Object, load_kind_rules
from schema_dsl.plan.step import Hazard, Step

if TYPE_CHECKING:
    from schema_dsl.analysis.identity import Identity
    from schema_dsl.plan.state import State

_EFFECT = "drops the triggers of the foreign key, and scans the table for rows that refer to the partition"


def list_copied(parent: Identity, state: State, tables: Mapping[Identity, Any]) -> Iterator[Object]:
    """Yield the objects of which a partition has copies: parts of its parents, and references to them.

    Args:
        parent: The table that it is a partition of.
        state: The objects to look through.
        tables: The objects with that table and its parents.
    """
    rules = load_kind_rules()
    parents = _list_ancestors(parent, tables)
    found = (each for table in parents for each in (*state.parts(table), *state.referrers(table)))
    for identity in dict.fromkeys(found):
        if rules[identity.kind].list_copy_hazards is not None:
            yield identity, state.objects[identity]


def list_copy_hazards(copied: Iterable[Object], *, is_new: bool) -> Iterator[Hazard]:
    """Yield the hazards of the parts that are copied to a new or moved partition."""
    for identity, declared in copied:
        list_hazards = load_kind_rules()[identity.kind].list_copy_hazards
        if list_hazards is not None:
            yield from list_hazards(identity, declared, is_new=is_new)


def detach_before_drop(steps: Sequence[Step], parent: Identity, state: State) -> Sequence[Step]:
    """Return the steps that drop a partition, which detach it first if foreign keys refer to the partitioned table.

    A partition has its own copy of each reference to the partitioned table, and Postgres drops no table to which a
    foreign key refers.

    Args:
        steps: The steps.
        parent: The table that it is a partition of.
        state: The state before.
    """
    copied, parents = [*list_copied(parent, state, state.objects)], _list_ancestors(parent, state.objects)
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


def _list_ancestors(parent: Identity, tables: Mapping[Identity, Any]) -> Sequence[Identity]:
    """Return a partitioned table with the tables of which it is a partition."""
    parents = [parent]
    while above := getattr(tables.get(parent), "partition_of", None):
        parent = above
        parents.append(parent)
    return parents
