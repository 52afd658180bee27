"""The marks on indexes: which one CLUSTER uses, and which one identifies old rows in logical replication."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any, ClassVar, Final, Literal, TypeAlias

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.errors import DefinitionError, suggest_similar
from schema_dsl.model.identity import Origin, format_origin, validate_name

MarkName: TypeAlias = Literal["cluster", "replica identity"]
MARK_FIELDS: Final[dict[MarkName, str]] = {
    "cluster": "cluster_on",
    "replica identity": "replica_identity_index",
}
"""The field of a table or materialized view that declares a mark."""


@attrs.frozen
class IndexMark:
    """A mark of a relation on one of its indexes, declared by `cluster_on=` or `replica_identity_index=`.

    Attributes:
        name: The purpose.
        index: The name of the index, or of the constraint that has the index.
        origin: The line that declares the relation.
    """

    kind: ClassVar[str] = "index_mark"

    name: MarkName
    index: str
    origin: Origin | None = attrs.field(default=None, eq=False, repr=False, kw_only=True)


def to_index_name(value: str | None) -> str | None:
    """Convert the name of a marked index."""
    return None if value is None else validate_name(value, "index")


def build_marks(relation: Any, indexes: Collection[str]) -> Iterator[tuple[Identity, IndexMark]]:
    """Yield the marks that a relation declares.

    Args:
        relation: The table or materialized view.
        indexes: The names of its indexes and of its constraints with an index.

    Raises:
        DefinitionError: If the relation does not declare the index.
    """
    for mark, field in MARK_FIELDS.items():
        index = getattr(relation, field, None)
        if index is None:
            continue
        # An existing table may have more indexes than are known, and a partition has those of the partitioned table.
        is_known = (
            getattr(relation, "existing", None) is None and getattr(relation, "partition_of", None) is None
        )
        if is_known and index not in indexes:
            raise DefinitionError(
                f"{field} of {relation.identity} is {index!r}, but {relation.identity.name} has no index of that name",
                where=format_origin(relation),
                instead=suggest_similar(index, indexes, "Declare the index with name=.", repr),
            )
        identity = Identity(IndexMark.kind, relation.schema, mark, parent=relation.identity)
        yield identity, IndexMark(mark, index, origin=relation.origin)
