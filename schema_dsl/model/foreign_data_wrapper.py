"""Foreign-data wrappers."""

from __future__ import annotations

from typing import ClassVar

import attrs

from schema_dsl.model.foreign_options import ForeignOptions, to_foreign_options
from schema_dsl.model.function import Function
from schema_dsl.model.grant import Grant, to_grants, to_optional_grantees
from schema_dsl.model.identity import Origin, find_origin, validate_comment, validate_name
from schema_dsl.model.owner import to_owner
from schema_dsl.model.schema_object import DatabaseObject
from schema_dsl.sql import Sql, qualified


def _validate_name(value: str) -> str:
    return validate_name(value, "foreign-data wrapper")


def _to_function(value: str | Function | None) -> Sql | None:
    if isinstance(value, Function):
        return qualified(value.schema, value.name)
    return None if value is None else Sql(value)


@attrs.frozen
class ForeignDataWrapper(DatabaseObject):
    """A foreign-data wrapper that no extension creates. Only a superuser can create a foreign-data wrapper.

    The wrapper of an extension, such as `postgres_fdw`, is not declared: it belongs to the extension.

    Attributes:
        name: The name.
        handler: The function that Postgres calls to read foreign tables, as Function object or as SQL.
        validator: The function that checks options.
        options: The options.
        usage: The roles that may create servers. All others have no privilege. By default, not managed.
        grants: Further privileges, such as `Grant("usage", to="admin", grant_option=True)`.
        owner: The role that owns the object; by default, the owner is not managed.
        comment: The comment.
        origin: The line that declares the wrapper.

    Raises:
        DefinitionError: If an option is not text, or contains a secret.
    """

    kind: ClassVar[str] = "foreign_data_wrapper"
    privilege_fields: ClassVar[tuple[str, ...]] = ("usage",)

    name: str = attrs.field(converter=_validate_name)
    handler: Sql | None = attrs.field(default=None, converter=_to_function, kw_only=True)
    validator: Sql | None = attrs.field(default=None, converter=_to_function, kw_only=True)
    options: ForeignOptions = attrs.field(default=(), converter=to_foreign_options, kw_only=True)
    usage: tuple[str, ...] | None = attrs.field(default=None, converter=to_optional_grantees, kw_only=True)
    grants: tuple[Grant, ...] | None = attrs.field(default=None, converter=to_grants, kw_only=True)
    owner: str | None = attrs.field(default=None, converter=to_owner, kw_only=True)
    comment: str | None = attrs.field(default=None, converter=validate_comment, kw_only=True)
    origin: Origin | None = attrs.field(factory=find_origin, eq=False, repr=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Record the wrapper."""
        self.record()
