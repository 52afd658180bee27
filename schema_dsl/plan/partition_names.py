"""The names that Postgres chooses for the indexes of partitions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from schema_dsl.analysis.identity import Identity
from schema_dsl.errors import PlanError
from schema_dsl.model.flatten import suggest_name
from schema_dsl.model.identity import format_origin
from schema_dsl.plan.partitions import PresentPartition
from schema_dsl.plan.step import RelationName

if TYPE_CHECKING:
    from schema_dsl.plan.rule import Object
    from schema_dsl.plan.state import State

NameOn: TypeAlias = Callable[[RelationName, Identity], str]
"""Returns the name of an index or key on its table, or on a partition of that."""

_NAMESPACE: Final = "relation"


def build_name_on(
    relation: RelationName,
    partitions: Sequence[PresentPartition],
    list_objects: Callable[[], Mapping[Identity, Any]],
) -> NameOn:
    """Build the function that names the indexes of a partitioned table on its partitions, as DefineIndex does.

    A database that a migration has changed then equals one that was created at once.

    Args:
        relation: The schema and name of the table.
        partitions: The partitions of the table.
        list_objects: Returns the objects before and after, those before first.
    """
    if not partitions:
        return lambda _, index: index.name
    parents = {partition.relation: partition.parent for partition in partitions}

    @cache
    def list_indexes() -> Sequence[tuple[Identity, Any]]:
        return [each for each in list_objects().items() if _has_index(each[0])]

    @cache
    def list_used(schema: str) -> frozenset[str]:
        return frozenset(
            namespace[2]
            for identity in list_objects()
            for namespace in identity.namespaces
            if namespace[:2] == (_NAMESPACE, schema)
        )

    def list_above(place: RelationName) -> Iterator[tuple[Identity, Any]]:
        """Yield the indexes of the tables above a partition, from the top."""
        if place in parents:
            yield from list_above(parents[place])
            yield from (each for each in list_indexes() if each[0].relation == parents[place])

    @cache
    def name_all(place: RelationName) -> Mapping[Identity, str]:
        names: dict[Identity, str] = {}
        for identity, item in list_above(place):
            used = list_used(place[0]) | frozenset(names.values())
            names[identity] = suggest_name(item, place[1], used=used)
        return names

    def name_on(place: RelationName, index: Identity) -> str:
        return index.name if place == relation else name_all(place)[index]

    return name_on


def list_named_like_copies(index: Object, state: State) -> Iterator[Identity]:
    """Yield the indexes of partitions that have the names that Postgres would give to the copies of an index."""
    identity, item = index
    is_partitioned = getattr(state.objects.get(identity.root), "partition_by", None) is not None
    for partition in state.list_children(identity.root) if is_partitioned else ():
        name = suggest_name(item, partition.name)
        own = Identity(identity.kind, partition.schema, name, parent=partition)
        if own in state.objects:
            yield own


def require_free_name(identity: Identity, before: Mapping[Identity, Any], after: State | None) -> None:
    """Raise PlanError if a new index of a partition has the name of the copy of an index that its table has already.

    Args:
        identity: The index.
        before: The objects before.
        after: The state after; None if it is not known.

    Raises:
        PlanError: If it has.
    """
    if identity in before or after is None:
        return
    table: Any = identity.root
    while table := getattr(after.objects.get(table), "partition_of", None):
        for other in after.parts(table):
            if (
                other in before
                and _has_index(other)
                and suggest_name(before[other], identity.root.name) == identity.name
            ):
                raise PlanError(
                    f"{identity} has the name of the copy that the partition has of {other}",
                    where=format_origin(after.objects[identity]),
                    instead=f'Give it another name, such as name="{identity.name}_own".',
                )


def require_no_equal(
    index: Object,
    before: Mapping[Identity, Any],
    after: State | None,
    supersedes: Callable[[Any, Any], bool],
) -> None:
    """Raise PlanError if Postgres would take an index of a partition for the copy of a new index of its table.

    Args:
        index: The index of the table.
        before: The objects before.
        after: The state after; None if it is not known.
        supersedes: Returns whether an index does all that another one does.

    Raises:
        PlanError: If a partition has an index that differs in nothing but the name.
    """
    identity, item = index
    if identity in before or after is None:
        return
    is_partitioned = getattr(after.objects.get(identity.root), "partition_by", None) is not None
    for partition in after.list_children(identity.root) if is_partitioned else ():
        for own in after.parts(partition):
            other = after.objects[own]
            is_present = own.kind == identity.kind and own in before
            if is_present and supersedes(other, item) and supersedes(item, other):
                raise PlanError(
                    f"{own} equals {identity}, so Postgres would attach the first index to the second one",
                    where=format_origin(other),
                    instead="Remove the index of the partition, which gets a copy.",
                )


def _has_index(identity: Identity) -> bool:
    """Return whether a part of a table is an index, or has an index with its name."""
    namespaces = [] if identity.parent is None else identity.namespaces
    return any(namespace[0] == _NAMESPACE for namespace in namespaces)
