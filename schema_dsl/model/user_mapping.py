"""User mappings."""

from __future__ import annotations

from typing import ClassVar

import attrs

from schema_dsl.model.foreign_options import ForeignOptions, to_foreign_options
from schema_dsl.model.foreign_server import ForeignServer
from schema_dsl.model.identity import Origin, find_origin, validate_name
from schema_dsl.model.role import Role
from schema_dsl.model.schema_object import DatabaseObject
from schema_dsl.sql import identifier


def _to_role(value: str | Role) -> str:
    return value.name if isinstance(value, Role) else validate_name(value, "role")


def _to_server(value: str | ForeignServer) -> str:
    return validate_name(value.name if isinstance(value, ForeignServer) else value, "foreign server")


def name_mapping(role: str, server: str) -> str:
    """Return the role and the server, as the identity of a mapping has them."""
    return f"{identifier(role)} on {identifier(server)}"


@attrs.frozen
class UserMapping(DatabaseObject):
    """The user as which a role reads a foreign server: `UserMapping("app", films, options={"user": "reader"})`.

    A password is a secret, which the definitions do not contain: set it once by hand with ALTER USER MAPPING.

    Attributes:
        role: The role; "public" for all roles without a mapping of their own.
        server: The foreign server, by name or as object.
        options: The options, without those that contain secrets.
        origin: The line that declares the mapping.

    Raises:
        DefinitionError: If an option is not text, or contains a secret.
    """

    kind: ClassVar[str] = "user_mapping"

    role: str = attrs.field(converter=_to_role)
    server: str = attrs.field(converter=_to_server)
    options: ForeignOptions = attrs.field(default=(), converter=to_foreign_options, kw_only=True)
    origin: Origin | None = attrs.field(factory=find_origin, eq=False, repr=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Record the mapping."""
        self.record()

    @property
    def name(self) -> str:  # type: ignore[override] # other objects have a field
        """The role and the server, as the identity has them."""
        return name_mapping(self.role, self.server)
