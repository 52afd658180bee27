"""Schemas."""

from __future__ import annotations

from typing import ClassVar, Final

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.errors import DefinitionError
from schema_dsl.model.grant import Grant, to_grants, to_optional_grantees
from schema_dsl.model.identity import Origin, find_origin, format_origin, validate_comment, validate_name
from schema_dsl.model.owner import to_owner
from schema_dsl.model.schema_object import DatabaseObject

_RESERVED: Final = "pg_"
_PUBLIC: Final = "public"
_SYSTEM: Final = "information_schema"


def _validate_name(value: str) -> str:
    name = validate_name(value, "schema")
    reason = "it is a schema of Postgres itself" if name == _SYSTEM else None
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

    Postgres creates the schema public with every database. A declaration of public only says which roles may use it:
    `Schema("public", usage=["app_user"])`. The privileges of PUBLIC and of the named roles are managed; those of
    other roles, such as the roles of a platform, stay as they are.

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
        DefinitionError: If Postgres reserves the name, or the schema public declares more than its privileges.
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
        """Record the schema.

        Raises:
            DefinitionError: If the schema public declares more than its privileges.
        """
        if self.existing is not None and (self.owner is not None or self.comment is not None):
            name = "comment" if self.owner is None else "owner"
            raise DefinitionError(
                f"schema {self.name} has {name}=, but Postgres creates the schema with every database",
                where=format_origin(self),
                instead=f"Remove {name}=: only the privileges of the schema can be declared.",
            )
        self.record()

    @property
    def existing(self) -> tuple[()] | None:
        """Nothing but a mark of the schema public, which exists in every database; None for every other schema."""
        return () if self.name == _PUBLIC else None


PUBLIC_SCHEMA: Final = Identity(Schema.kind, "", _PUBLIC)
"""The identity of the schema that Postgres creates with every database."""
