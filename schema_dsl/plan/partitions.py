"""The partitions of tables, on each of which an index is built."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs

if TYPE_CHECKING:
    from schema_dsl.analysis.identity import Identity
    from schema_dsl.plan.diff import Difference


@attrs.frozen
class PresentPartition:
    """A partition of a table.

    Attributes:
        relation: The schema and name of the partition.
        parent: The schema and name of the table that it is a partition of.
        is_leaf: Whether the partition holds rows, and is not partitioned itself.
    """

    relation: tuple[str, str]
    parent: tuple[str, str]
    is_leaf: bool


Partitions: TypeAlias = Mapping[tuple[str, str], tuple[PresentPartition, ...]]
"""The partitions of each partitioned table, also those of its partitions, each after its parent."""


def update_partitions(
    present: Partitions, objects: Mapping[Identity, Any], changes: Iterable[Difference]
) -> Partitions:
    """Return the partitions after the changes.

    Args:
        present: The partitions before, as they were read.
        objects: The objects before, which show the partitions of tables that were not read.
        changes: The differences, with new partitions after their tables.
    """
    found = dict(present)
    below: dict[tuple[str, str], list[PresentPartition]] = {}
    for identity, item in objects.items():
        parent = getattr(item, "partition_of", None)
        if parent is not None:
            partition = PresentPartition(identity.relation, parent.relation, item.partition_by is None)
            below.setdefault(parent.relation, []).append(partition)
    for identity, item in objects.items():
        if getattr(item, "partition_by", None) is not None:
            found.setdefault(identity.relation, tuple(_list_below(identity.relation, below)))
    # The table of a dropped partition may be dropped as well.
    moves = [change for change in changes if None in (change.before, change.after)]
    dropped = {
        change.identity.relation
        for change in moves
        if getattr(change.before, "partition_of", None) is not None
    }
    listed = {
        root: [each for each in partitions if each.relation not in dropped]
        for root, partitions in found.items()
    }
    above: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for root, partitions in listed.items():
        above.setdefault(root, []).append(root)
        for each in partitions:
            above.setdefault(each.relation, []).append(root)
    for change in moves:
        parent = getattr(change.after, "partition_of", None)
        if parent is None:
            continue
        relation = change.identity.relation
        for root in above.get(parent.relation, ()):
            listed[root].append(
                PresentPartition(relation, parent.relation, change.after.partition_by is None)
            )
            above.setdefault(relation, []).append(root)
    return {root: tuple(partitions) for root, partitions in listed.items()}


def _list_below(
    relation: tuple[str, str], below: Mapping[tuple[str, str], Iterable[PresentPartition]]
) -> Iterator[PresentPartition]:
    for partition in below.get(relation, ()):
        yield partition
        yield from _list_below(partition.relation, below)
