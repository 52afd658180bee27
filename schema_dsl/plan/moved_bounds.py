"""The step that changes the bound of a partition: the partition is detached from its table, and attached again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.column import IDENTITY_KINDS
from schema_dsl.plan.rule import Object
from schema_dsl.plan.step import Hazard, LockReach, Step
from schema_dsl.sql import literal, qualified

if TYPE_CHECKING:
    from schema_dsl.model.partition import PartitionKey
    from schema_dsl.plan.state import State


@attrs.frozen
class PlacedPartition:
    """A partition with what its step needs of the tables above; it has all attributes of the partition.

    Attributes:
        table: The partition.
        parent_key: The key of the table that it is a partition of; None if that is not declared.
        has_identity: Whether the tables above have identity columns.
    """

    table: Any
    parent_key: PartitionKey | None
    has_identity: bool

    def __getattr__(self, name: str) -> Any:
        """Return an attribute of the partition."""
        return getattr(self.table, name)


def place_partition(_: Identity, table: Any, state: State) -> Any:
    """Return a partition with what a state knows of the tables above; any other table as it is."""
    if table.partition_of is None:
        return table
    parent = state.objects.get(table.partition_of)
    return PlacedPartition(table, getattr(parent, "partition_by", None), _has_identity(table, state))


def _has_identity(table: Any, state: State) -> bool:
    parent = table.partition_of
    while parent is not None:
        if any(
            getattr(state.objects[part], "identity", None) in IDENTITY_KINDS for part in state.parts(parent)
        ):
            return True
        parent = getattr(state.objects.get(parent), "partition_of", None)
    return False


def move_bound(wanted: Object, before: Any) -> Iterable[Step]:
    """Change the bound of a partition. All partitions of a table are detached before any partition is attached again.

    The objects are those of `place_partition`.
    """
    identity, table = wanted
    parent, relation = table.partition_of, qualified(*identity.relation)
    regclass = literal(str(relation))
    loses_identity = table.partition_by is not None and (table.has_identity or before.has_identity)
    values = {
        "parent": qualified(*parent.relation),
        "regclass": literal(str(qualified(*parent.relation))),
        "key": None if table.parent_key is None else table.parent_key.sql,
        "detached": [relation],
        "attached": [(relation, regclass, table.bound)],
        "nested": [regclass] if loses_identity else [],
    }
    brief = Hazard(parent.relation, "AccessExclusiveLock", "detaches and attaches partitions")
    effect = "scans the partition for rows that do not fit its bound"
    scan = Hazard(identity.relation, "AccessExclusiveLock", effect, scans=True, reach=LockReach.PARTITIONS)
    # The subject is the partitioned table, so that one step moves all bounds.
    yield Step(parent, "table/move_bounds", values, (brief, scan), foldable=True)
