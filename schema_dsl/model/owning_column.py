"""The column that owns a sequence."""

from __future__ import annotations

from typing import ClassVar

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.identity import Origin
from schema_dsl.model.reference import Reference
from schema_dsl.model.schema_object import SchemaObject


@attrs.frozen
class OwningColumn(SchemaObject):
    """The column that owns a sequence: a part of the sequence, declared by `Sequence(owned_by=...)`.

    Attributes:
        name: The name of the sequence.
        column: The column, with the schema of its table.
        schema: The schema of the sequence.
        origin: The line that declares the sequence.
    """

    kind: ClassVar[str] = "owning_column"

    name: str
    column: Reference
    schema: str = attrs.field(kw_only=True)
    origin: Origin | None = attrs.field(eq=False, repr=False, kw_only=True)

    @property
    def identity(self) -> Identity:
        """The identity of the part. A sequence has one owner, so that the part needs no name."""
        return Identity(self.kind, self.schema, parent=Identity("sequence", self.schema, self.name))
