"""Foreign servers."""

from __future__ import annotations

from typing import ClassVar

import attrs

from schema_dsl.model.foreign_data_wrapper import ForeignDataWrapper
from schema_dsl.model.foreign_options import ForeignOptions, to_foreign_options
from schema_dsl.model.grant import Grant, to_grants, to_optional_grantees
from schema_dsl.model.identity import Origin, find_origin, validate_comment, validate_name
from schema_dsl.model.owner import to_owner
from schema_dsl.model.schema_object import DatabaseObject
from schema_dsl.sql import require_storable


def _validate_name(value: str) -> str:
    return validate_name(value, "foreign server")


def _to_wrapper(value: str | ForeignDataWrapper) -> str:
    return validate_name(value.name if isinstance(value, ForeignDataWrapper) else value, "wrapper")


def _to_text(value: str | None) -> str | None:
    return None if value is None else require_storable(value)


@attrs.frozen
class ForeignServer(DatabaseObject):
    """A foreign server: `ForeignServer("films", "postgres_fdw", options={"host": "films.example.com"})`.

    Attributes:
        name: The name.
        wrapper: The foreign-data wrapper, by name or as object.
        type: The type of the server, which some wrappers require.
        version: The version of the server, which some wrappers require.
        options: The options, without those that contain secrets.
        usage: The roles that may create foreign tables. All others have no privilege. By default, not managed.
        grants: Further privileges, such as `Grant("usage", to="admin", grant_option=True)`.
        owner: The role that owns the object; by default, the owner is not managed.
        comment: The comment.
        origin: The line that declares the server.

    Raises:
        DefinitionError: If an option is not text, or contains a secret.
    """

    kind: ClassVar[str] = "foreign_server"
    privilege_fields: ClassVar[tuple[str, ...]] = ("usage",)

    name: str = attrs.field(converter=_validate_name)
    wrapper: str = attrs.field(converter=_to_wrapper)
    type: str | None = attrs.field(default=None, converter=_to_text, kw_only=True)
    version: str | None = attrs.field(default=None, converter=_to_text, kw_only=True)
    options: ForeignOptions = attrs.field(default=(), converter=to_foreign_options, kw_only=True)
    usage: tuple[str, ...] | None = attrs.field(default=None, converter=to_optional_grantees, kw_only=True)
    grants: tuple[Grant, ...] | None = attrs.field(default=None, converter=to_grants, kw_only=True)
    owner: str | None = attrs.field(default=None, converter=to_owner, kw_only=True)
    comment: str | None = attrs.field(default=None, converter=validate_comment, kw_only=True)
    origin: Origin | None = attrs.field(factory=find_origin, eq=False, repr=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Record the server."""
        self.record()
