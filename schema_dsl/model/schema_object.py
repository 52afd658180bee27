"""The base class of declared objects that are not part of another object."""

from __future__ import annotations

from typing import ClassVar

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.construction import record_constructed
from schema_dsl.model.identity import Origin


class SchemaObject:
    """A declared object that is no part of another one, such as a table or an enum."""

    __slots__ = ()
    kind: ClassVar[str]
    name: str
    schema: str
    origin: Origin | None

    def record(self) -> None:
        """Record that the object was constructed; every class calls this at the end of its construction."""
        record_constructed(self)

    @property
    def identity(self) -> Identity:
        """The identity of the object."""
        return Identity(self.kind, self.schema, self.name)


class DatabaseObject(SchemaObject):
    """A declared object that is in no schema, such as an extension."""

    __slots__ = ()

    @property
    def identity(self) -> Identity:
        """The identity of the object."""
        return Identity(self.kind, "", self.name)
