"""Default privileges: the privileges of roles on the objects that another role will create."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final, Literal, TypeAlias

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.errors import DefinitionError
from schema_dsl.model.grant import PUBLIC_ROLE, Grant, Grantee, to_grantees, to_grants
from schema_dsl.model.identity import Origin, copy_with, find_origin, format_origin, validate_name
from schema_dsl.model.privilege import Privilege, build_privileges, find_built_in, privilege_identity
from schema_dsl.model.schema_object import SchemaObject

ObjectClass: TypeAlias = Literal["tables", "sequences", "functions", "types", "schemas"]

# The kinds of objects of each class. The first one has the privileges of the class.
_KINDS_OF_CLASS: Final[dict[str, tuple[str, ...]]] = {
    "tables": ("table", "view", "materialized_view", "foreign_table"),
    "sequences": ("sequence",),
    "functions": ("function", "procedure", "aggregate"),
    "types": ("enum", "domain", "composite_type", "range"),
    "schemas": ("schema",),
}


def _to_role(value: Grantee) -> str:
    names = to_grantees(value, "role")
    if PUBLIC_ROLE in names:
        raise DefinitionError(
            "default privileges: PUBLIC creates no objects", instead="Name the role that creates the objects."
        )
    return names[0]


def _to_schema(value: str | None) -> str:
    return "" if value is None else validate_name(value, "schema")


def _to_required_grants(value: Grant | Sequence[Grant | Sequence[Grant]]) -> tuple[Grant, ...]:
    return to_grants(value) or ()


@attrs.frozen
class DefaultPrivileges(SchemaObject):
    """The privileges on the objects that a role will create: `DefaultPrivileges("tables", role="app", grants=[...])`.

    The default privileges of one schema add to those of all schemas. Postgres lets PUBLIC use new types and execute new
    functions; default privileges of all schemas without such a grant revoke that.

    Attributes:
        on: The objects: "tables" (views too), "sequences", "functions" (procedures too), "types" or "schemas".
        role: The role that creates the objects. The role that runs the migration must be a member of it.
        schema: The schema in which the role creates the objects; None for all schemas.
        grants: The granted privileges; all other default privileges are revoked.
        privileges: The privileges of each role that differ from the built-in ones. They follow from the grants.
        withheld: PUBLIC and the client roles, unless `privileges` has them: a migration sets theirs as well, because
            the database that it runs on may have other default privileges.
        name: The name in messages: Postgres gives none.
        origin: The line that declares the default privileges.

    Raises:
        DefinitionError: If such objects have no such privilege.
    """

    kind: ClassVar[str] = "default_privileges"

    on: ObjectClass
    role: str = attrs.field(converter=_to_role, kw_only=True)
    schema: str = attrs.field(default=None, converter=_to_schema, kw_only=True)
    grants: tuple[Grant, ...] = attrs.field(default=(), converter=_to_required_grants, kw_only=True, eq=False)
    privileges: tuple[Privilege, ...] = attrs.field(init=False, default=())
    withheld: tuple[str, ...] = attrs.field(init=False, default=(), eq=False, repr=False)
    name: str = attrs.field(init=False, default="", repr=False)
    origin: Origin | None = attrs.field(factory=find_origin, eq=False, repr=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Validate the class of objects, and list the privileges that differ from the built-in ones."""
        classes = [name for name in _KINDS_OF_CLASS if not (self.schema and name == "schemas")]
        if self.on not in classes:
            raise DefinitionError(
                f"default privileges{f' in schema {self.schema}' if self.schema else ''} cannot be on {self.on!r}",
                where=format_origin(self),
                instead=f"Use one of: {', '.join(classes)}.",
            )
        built_in = self.list_built_in()
        listed = build_privileges(Identity(_KINDS_OF_CLASS[self.on][0]), self.grants, (), self.origin)
        privileges = [item for _, item in listed if item != built_in.get(item.name, Privilege(item.name))]
        object.__setattr__(self, "name", f"{self.on} of {self.role}")
        object.__setattr__(self, "privileges", tuple(sorted(privileges, key=lambda item: item.name)))
        self.record()

    def list_built_in(self) -> dict[str, Privilege]:
        """Return the built-in privileges of PUBLIC. The default privileges of one schema only add privileges."""
        parent = Identity(_KINDS_OF_CLASS[self.on][0])
        built_in = find_built_in(privilege_identity(parent, PUBLIC_ROLE))
        return {} if self.schema else {PUBLIC_ROLE: built_in}

    def concerns(self, identity: Identity) -> bool:
        """Return whether a new object gets these default privileges, if the role creates it."""
        return identity.kind in _KINDS_OF_CLASS[self.on] and self.schema in {"", identity.schema}

    @property
    def is_built_in(self) -> bool:
        """Return whether the catalog has no entry, because all privileges are the built-in ones."""
        return not self.privileges

    def list_grants(self) -> None:
        """Return None: the grants are about objects that do not exist yet."""

    def without_grants(self, clients: Sequence[str]) -> DefaultPrivileges:
        """Return the default privileges with the roles from which they are withheld."""
        held = {item.name for item in self.privileges}
        return copy_with(self, withheld=tuple(role for role in (PUBLIC_ROLE, *clients) if role not in held))
