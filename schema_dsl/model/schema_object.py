"""The base class of declared objects that are not part of another object."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.construction import record_constructed
from schema_dsl.model.identity import Origin, copy_with

if TYPE_CHECKING:
    from schema_dsl.model.grant import Grant

ObjectT = TypeVar("ObjectT", bound="SchemaObject")


class SchemaObject:
    """A declared object that is not part of another object, such as a table or an enum.

    The field `owner` of a kind has the role that owns the object. The field `grants` has the declared privileges; each
    field of `privilege_fields` has the roles that hold the privilege of that name; the field `access` says which
    operations each role may do on which rows. The privileges are not managed if all of these fields but `owner` are
    None.
    """

    __slots__ = ()
    kind: ClassVar[str]
    privilege_fields: ClassVar[tuple[str, ...]] = ()
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

    @property
    def is_reference(self) -> bool:
        """Return whether the declaration only names an object that exists, without managing any part of it."""
        return False

    def list_grants(self) -> Sequence[Grant] | None:
        """Return everything that the declaration grants; None if it does not manage the privileges."""
        from schema_dsl.model.grant import Grant  # noqa: PLC0415 - a Grant names roles, which are declared objects

        grants = getattr(self, "grants", None)
        roles = {name: getattr(self, name) for name in self.privilege_fields}
        access = getattr(self, "access", None)
        if access is None and grants is None and all(names is None for names in roles.values()):
            return None
        privileges: Any = roles.items()
        of_roles = [Grant(name, to=names) for name, names in privileges if names]
        return [*(access.list_grants() if access is not None else ()), *(grants or ()), *of_roles]

    def without_grants(self, clients: Sequence[str]) -> Self:
        """Return the object without its privileges, access, changes and owner, which a catalog has apart from it.

        Args:
            clients: The client roles.
        """
        del clients
        fields = [
            name
            for name in ("grants", "access", "changes", "owner", *self.privilege_fields)
            if getattr(self, name, None) is not None
        ]
        return copy_with(self, **dict.fromkeys(fields)) if fields else self

    def list_parts(self) -> Iterable[Any]:
        """Return the parts that the catalog of a database holds as objects of their own."""
        return ()


class DatabaseObject(SchemaObject):
    """A declared object that is in no schema, such as an extension."""

    __slots__ = ()

    @property
    def identity(self) -> Identity:
        """The identity of the object."""
        return Identity(self.kind, "", self.name)
