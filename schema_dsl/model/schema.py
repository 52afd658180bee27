"""Schemas."""

from __future__ import annotations

from typing import ClassVar, Final

import attrs

from schema_dsl.errors import DefinitionError
from schema_dsl.model.grant import Grant, to_grants, to_optional_grantees
from schema_dsl.model.identity import Origin, find_origin, validate_comment, validate_name
from schema_dsl.model.owner import to_owner
from schema_dsl.model.schema_object import DatabaseObject

_RESERVED: Final = "pg_"
_BUILT_IN: Final = {
    "public": "Postgres creates it with every database",
    "information_schema": "it is a schema of Postgres itself",
}


def _validate_name(value: str) -> str:
    name = validate_name(value, "schema")
    reason = _BUILT_IN.get(name)
    if name.startswith(_RESERVED):
        reason = "Postgres reserves the prefix pg_"
    if reason is not None:
        raise DefinitionError(
            f"schema {name} cannot be declared, because {reason}", instead="Remove the declaration."
        )
    return name


@attrs.frozen
class Schema(DatabaseObject):
    """A schema. Objects with this schema are created after it: `Table("orders", schema="shop", columns=[...])`.

    Attributes:
        name: The name.
        usage: The roles that may use the objects of the schema, if they also hold a privilege on the object. Others,
            PUBLIC included, may not. By default, the privileges are not managed.
        create: The roles that may create objects in the schema.
        grants: Further privileges, such as `Grant("usage", to="admin", grant_option=True)`.
        owner: The role that owns the object; by default, the owner is not managed.
        comment: The comment.
        origin: The line that declares the schema.

    Raises:
        DefinitionError: If Postgres has the schema already, or reserves the name.
    """

    kind: ClassVar[str] = "schema"
    privilege_fields: ClassVar[tuple[str, ...]] = ("usage", "create")

    name: str = attrs.field(converter=_validate_name)
    usage: tuple[str, ...] | None = attrs.field(default=None, converter=to_optional_grantees, kw_only=True)
    create: tuple[str, ...] | None = attrs.field(default=None, converter=to_optional_grantees, kw_only=True)
    grants: tuple[Grant, ...] | None = attrs.field(default=None, converter=to_grants, kw_only=True)
    owner: str | None = attrs.field(default=None, converter=to_owner, kw_only=True)
    comment: str | None = attrs.field(default=None, converter=validate_comment, kw_only=True)
    origin: Origin | None = attrs.field(factory=find_origin, eq=False, repr=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Record the schema."""
        self.record()
