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
    for change in changes:
        item = change.after or change.before
        parent = getattr(item, "partition_of", None)
        if parent is None or (change.before is not None and change.after is not None):
            continue
        relation = change.identity.relation
        if change.after is None:
            # The partition that it is a partition of may be dropped before.
            found = {
                root: tuple(each for each in below if each.relation != relation)
                for root, below in found.items()
            }
            continue
        new = PresentPartition(relation, parent.relation, item.partition_by is None)
        for root in [root for root, below in found.items() if _is_under(parent.relation, root, below)]:
            found[root] = (*found[root], new)
    return found


def _list_below(
    relation: tuple[str, str], below: Mapping[tuple[str, str], Iterable[PresentPartition]]
) -> Iterator[PresentPartition]:
    for partition in below.get(relation, ()):
        yield partition
        yield from _list_below(partition.relation, below)


def _is_under(parent: tuple[str, str], root: tuple[str, str], partitions: Iterable[PresentPartition]) -> bool:
    return parent == root or any(parent == each.relation for each in partitions)
