"""The parts of partitioned tables, and the references to them, of which each partition has a copy of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs

from schema_dsl.analysis.identity import table_identity
from schema_dsl.plan.rule import Object, load_kind_rules
from schema_dsl.plan.step import Hazard, Step

if TYPE_CHECKING:
    from schema_dsl.analysis.identity import Identity
    from schema_dsl.plan.state import State

_EFFECT = "drops the triggers of the foreign key, and scans the table for rows that refer to the partition"


class PartitionCopies:
    """The objects of which the partitions of each table have copies, with the hazards of a change."""

    def __init__(self, before: State, after: State, tables: Mapping[Identity, Any]) -> None:
        """Look for copies.

        Args:
            before: The state before, whose objects a new or moved partition gets copies of.
            after: The state after, whose objects the partitions of a new table get copies of.
            tables: The objects with the partitioned tables and their parents.
        """
        self._before = before
        self._after = after
        self._tables = tables
        # A table may have many partitions.
        self._hazards: dict[tuple[Identity, bool], tuple[Hazard, ...]] = {}
        self._detaching: dict[Identity, tuple[Hazard, ...]] = {}

    def list_hazards(self, parent: Identity, *, is_new: bool) -> tuple[Hazard, ...]:
        """Return the hazards of what a new or moved partition of a table has copies of."""
        key = (parent, is_new)
        if key not in self._hazards:
            copied = _list_copied(_list_ancestors(parent, self._tables), self._before)
            found = _list_copy_hazards(copied, is_new=is_new)
            if parent not in self._before.objects:
                # The partitions of a new table have copies of its foreign keys, which lock the tables that exist.
                new = _list_copied(_list_ancestors(parent, self._tables), self._after)
                locked = _list_copy_hazards(new, is_new=is_new)
                found = (each for each in locked if table_identity(*each.relation) in self._before.objects)
            self._hazards[key] = tuple(found)
        return self._hazards[key]

    def detach_before_drop(self, steps: Sequence[Step], parent: Identity) -> Sequence[Step]:
        """Return the steps that drop a partition of a table, which detach it first if foreign keys refer to the table.

        A partition has its own copy of each reference to the partitioned table, and Postgres drops no table to which a
        foreign key refers.
        """
        if parent not in self._detaching:
            self._detaching[parent] = tuple(self._list_detach_hazards(parent))
        hazards = self._detaching[parent]
        if not hazards:
            return steps
        return [
            attrs.evolve(step, values={**step.values, "detaches": True}, hazards=(*step.hazards, *hazards))
            for step in steps
        ]

    def _list_detach_hazards(self, parent: Identity) -> Iterator[Hazard]:
        parents = _list_ancestors(parent, self._before.objects)
        copied = [*_list_copied(parents, self._before)]
        references = [identity for identity, _ in copied if identity.root not in parents]
        for identity in references:
            yield Hazard(identity.relation, "AccessExclusiveLock", _EFFECT, scans=True)
        if references:
            yield from _list_copy_hazards(copied, is_new=False)


def _list_copied(parents: Iterable[Identity], state: State) -> Iterator[Object]:
    """Yield the objects of which a partition has copies: parts of its parents, and references to them."""
    rules = load_kind_rules()
    found = (each for table in parents for each in (*state.parts(table), *state.referrers(table)))
    for identity in dict.fromkeys(found):
        if rules[identity.kind].list_copy_hazards is not None:
            yield identity, state.objects[identity]


def _list_copy_hazards(copied: Iterable[Object], *, is_new: bool) -> Iterator[Hazard]:
    for identity, declared in copied:
        list_hazards = load_kind_rules()[identity.kind].list_copy_hazards
        if list_hazards is not None:
            yield from list_hazards(identity, declared, is_new=is_new)


def _list_ancestors(parent: Identity, tables: Mapping[Identity, Any]) -> Sequence[Identity]:
    """Return a partitioned table with the tables of which it is a partition."""
    parents = [parent]
    while above := getattr(tables.get(parent), "partition_of", None):
        parent = above
        parents.append(parent)
    return parents
