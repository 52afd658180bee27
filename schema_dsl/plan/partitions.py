"""The partitions of tables, which the definitions do not name, because an index is built on each of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import attrs


@attrs.frozen
class Partition:
    """A partition of a table.

    Attributes:
        relation: The schema and name of the partition.
        parent: The schema and name of the table that it is a partition of.
        is_leaf: Whether the partition holds rows, and is not partitioned itself.
    """

    relation: tuple[str, str]
    parent: tuple[str, str]
    is_leaf: bool


Partitions: TypeAlias = Mapping[tuple[str, str], tuple[Partition, ...]]
"""The partitions of each partitioned table, also those of its partitions, each after its parent."""
