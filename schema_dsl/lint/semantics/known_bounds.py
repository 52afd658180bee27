"""The bounds of the partitions of a table, indexed to find the partition that overlaps a bound or takes a row."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator, Sequence
from operator import itemgetter

import attrs

from schema_dsl.lint.facts.cache import HistoryCache
from schema_dsl.lint.history.dependent import Dependent
from schema_dsl.lint.history.schema import HistoryRelation, HistorySchema, RelationKey
from schema_dsl.lint.semantics.bound_values import BoundRow, BoundValue, read_range, read_value
from schema_dsl.parsing import Node

_LOWER = itemgetter(0)


@attrs.frozen(eq=False)
class _BoundedPartition:
    """A partition with its bound; a partition that is dropped or detached later stays in the order."""

    key: RelationKey
    bound: Node


@attrs.define(eq=False)
class KnownBounds:
    """The bounds of the partitions of one table.

    Attributes:
        schema: The schema.
        parent: The table.
        types: The types of the columns of its partition key.
    """

    schema: HistorySchema
    parent: HistoryRelation
    types: list[str]
    _children: list[RelationKey] = attrs.field(factory=list, init=False)
    # The children of a statement that is not yet applied.
    _awaited: list[RelationKey] = attrs.field(factory=list, init=False)
    # The lower and upper bound of each range.
    _ranges: list[tuple[BoundRow, BoundRow, _BoundedPartition]] = attrs.field(factory=list, init=False)
    _lists: dict[BoundValue, list[_BoundedPartition]] = attrs.field(factory=dict, init=False)
    # The partitions by HASH, by modulus and remainder.
    _hashes: dict[int, dict[int, list[_BoundedPartition]]] = attrs.field(factory=dict, init=False)
    _defaults: list[_BoundedPartition] = attrs.field(factory=list, init=False)

    def fits(self, parent: HistoryRelation, types: list[str]) -> bool:
        """Return whether the bounds are those of a table, of which only children were added since."""
        is_same = parent is self.parent and types == self.types
        return is_same and parent.children[: len(self._children)] == self._children

    def read_children(self) -> None:
        """Read the bounds of new children."""
        children = self.parent.children
        awaited, self._awaited = [*self._awaited, *children[len(self._children) :]], []
        self._children = list(children)
        for key in awaited:
            child = self.schema.relations.get(key)
            if child is None:
                self._awaited.append(key)
            elif child.partition_bound is not None:
                self._add(_BoundedPartition(key, child.partition_bound))

    def _add(self, partition: _BoundedPartition) -> None:
        bound = partition.bound
        if bound.is_default:
            self._defaults.append(partition)
        elif bound.strategy == "h":
            self._add_hash(partition)
        elif bound.strategy == "l":
            for value in self._list_values(bound):
                self._lists.setdefault(value, []).append(partition)
        else:
            limits = read_range(self.types, bound)
            if limits is not None:
                insort(self._ranges, (*limits, partition), key=_LOWER)

    def _add_hash(self, partition: _BoundedPartition) -> None:
        modulus = partition.bound.modulus
        # Postgres refuses the modulus 0.
        if modulus:
            remainder = partition.bound.remainder % modulus
            self._hashes.setdefault(modulus, {}).setdefault(remainder, []).append(partition)

    def _list_values(self, bound: Node) -> set[BoundValue]:
        values = (read_value(self.types[0], node) for node in bound.listdatums)
        return {value for value in values if value is not None}

    def find_overlapping(self, bound: Node, child: HistoryRelation | None) -> HistoryRelation | None:
        """Return a partition that certainly exists and overlaps the bound of another one, which `child` gets."""
        found = (self._find(partition) for partition in self._find_candidates(bound))
        return next((each for each in found if each is not None and each is not child), None)

    def list_moduli(self, child: HistoryRelation | None) -> set[int]:
        """Return the moduli of the partitions by HASH, except that of `child`."""
        return {
            modulus
            for modulus, by_remainder in self._hashes.items()
            if any(
                (found := self._find(each)) is not None and found is not child
                for partitions in by_remainder.values()
                for each in partitions
            )
        }

    @property
    def has_default(self) -> bool:
        """Return whether a default partition certainly exists."""
        return any(self._find(partition) is not None for partition in self._defaults)

    def contain(self, row: Sequence[BoundValue]) -> bool:
        """Return whether the bound of a partition that certainly exists contains a row."""
        candidates = [*self._lists.get(row[0], ())]
        at = bisect_right(self._ranges, tuple(row), key=_LOWER)
        candidates += [partition for _, upper, partition in self._ranges[at - 1 : at] if tuple(row) < upper]
        return any(self._find(partition) is not None for partition in candidates)

    def _find_candidates(self, bound: Node) -> Iterator[_BoundedPartition]:
        if bound.is_default:
            yield from self._defaults
        elif bound.strategy == "h":
            yield from self._find_hashes(bound)
        elif bound.strategy == "l":
            for value in self._list_values(bound):
                yield from self._lists.get(value, ())
        else:
            yield from self._find_ranges(read_range(self.types, bound))

    def _find_hashes(self, bound: Node) -> Iterator[_BoundedPartition]:
        """Yield the partitions whose bound some hash value fits that also fits another bound."""
        for modulus, by_remainder in self._hashes.items():
            if modulus <= bound.modulus:
                yield from by_remainder.get(bound.remainder % modulus, ())
            else:
                for remainder, partitions in by_remainder.items():
                    yield from partitions if remainder % bound.modulus == bound.remainder else ()

    def _find_ranges(self, limits: tuple[BoundRow, BoundRow] | None) -> Iterator[_BoundedPartition]:
        if limits is None:
            return
        lower, upper = limits
        for at in range(bisect_left(self._ranges, upper, key=_LOWER) - 1, -1, -1):
            _, end, partition = self._ranges[at]
            if end > lower:
                yield partition
            elif self._find(partition) is not None:
                # Partitions do not overlap each other: none that starts earlier ends later.
                return

    def _find(self, partition: _BoundedPartition) -> HistoryRelation | None:
        """Return a partition if it certainly exists, with this bound."""
        child = self.schema.relations.get(partition.key)
        if child is None or child.partition_bound is not partition.bound:
            return None
        is_partition = child.partition_of == self.parent.key
        return child if is_partition and Dependent("table", child).is_certain(self.schema) else None


_KNOWN: HistoryCache[dict[RelationKey, KnownBounds]] = HistoryCache(dict)


def list_bounds(schema: HistorySchema, parent: HistoryRelation, types: list[str]) -> KnownBounds:
    """Return the bounds of the partitions of a table at this statement."""
    by_table = _KNOWN.get(schema)
    known = by_table.get(parent.key)
    if known is None or not known.fits(parent, types):
        known = by_table[parent.key] = KnownBounds(schema, parent, types)
    known.read_children()
    return known
