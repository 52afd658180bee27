"""Foreign tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, cast

import attrs

from schema_dsl.errors import DefinitionError
from schema_dsl.model.expression import DefaultValue, value_to_sql
from schema_dsl.model.foreign_options import ForeignOptions, to_foreign_options
from schema_dsl.model.foreign_server import ForeignServer
from schema_dsl.model.grant import Grant, to_grants, to_optional_grantees
from schema_dsl.model.identity import (
    Origin,
    find_origin,
    format_origin,
    to_collation,
    validate_comment,
    validate_flag,
    validate_name,
)
from schema_dsl.model.owner import to_owner
from schema_dsl.model.query import to_comments
from schema_dsl.model.schema_object import SchemaObject
from schema_dsl.model.type import Type, to_type
from schema_dsl.sql import Sql


def _validate_name(value: str) -> str:
    return validate_name(value, "foreign table")


def _validate_schema(value: str) -> str:
    return validate_name(value, "schema")


def _validate_column_name(value: str) -> str:
    return validate_name(value, "column")


def _to_server(value: str | ForeignServer) -> str:
    return validate_name(value.name if isinstance(value, ForeignServer) else value, "foreign server")


def _accept_default(value: DefaultValue | None) -> Sql | None:
    # The conversion depends on the type of the column, so __attrs_post_init__ completes it.
    return cast("Sql | None", value)


@attrs.frozen
class ForeignColumn:
    """A column of a foreign table.

    Attributes:
        name: The name.
        type: The type.
        not_null: Whether the wrapper promises a value. Postgres does not check it.
        default: The default of new rows that Postgres sends: a Python value, or SQL as `sql("...")`.
        collation: The collation, by default that of the type.
        options: The options, such as `{"column_name": "film"}`.
    """

    name: str = attrs.field(converter=_validate_column_name)
    type: Type = attrs.field(converter=to_type)
    not_null: bool = attrs.field(default=False, validator=validate_flag, kw_only=True)
    default: Sql | None = attrs.field(default=None, converter=_accept_default, kw_only=True)
    collation: Sql | None = attrs.field(default=None, converter=to_collation, kw_only=True)
    options: ForeignOptions = attrs.field(default=(), converter=to_foreign_options, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Convert the default to SQL."""
        if self.default is not None:
            object.__setattr__(self, "default", value_to_sql(self.default, self.type.sql))


def _to_foreign_columns(value: ForeignColumn | Sequence[ForeignColumn]) -> tuple[ForeignColumn, ...]:
    items: Any = value if isinstance(value, list | tuple) else (value,)
    for item in items:
        if not isinstance(item, ForeignColumn):
            raise DefinitionError(
                f"a foreign table cannot have the column {item!r}",
                instead='Write columns=[ForeignColumn("title", text)].',
            )
    return tuple(items)


@attrs.frozen
class ForeignTable(SchemaObject):
    """A foreign table, whose rows another server holds.

    Attributes:
        name: The name.
        server: The foreign server, by name or as object.
        columns: The columns. Another list of columns replaces the foreign table, with the views that read it.
        options: The options, such as `{"table_name": "films"}`.
        schema: The schema.
        select: The roles that may SELECT. With `select`, `insert`, `update` or `delete`, all other roles, PUBLIC
            included, have no privilege from its creation on. By default, the privileges are not managed.
        insert: The roles that may INSERT.
        update: The roles that may UPDATE.
        delete: The roles that may DELETE.
        grants: Further privileges, such as `Grant("select", to="admin", grant_option=True)`.
        owner: The role that owns the object; by default, the owner is not managed.
        comment: The comment.
        column_comments: The comments on columns, by the name of the column.
        origin: The line that declares the foreign table.

    Raises:
        DefinitionError: If two columns have one name, or an option is not text or contains a secret.
    """

    kind: ClassVar[str] = "foreign_table"
    privilege_fields: ClassVar[tuple[str, ...]] = ("select", "insert", "update", "delete")

    name: str = attrs.field(converter=_validate_name)
    server: str = attrs.field(converter=_to_server)
    columns: tuple[ForeignColumn, ...] = attrs.field(default=(), converter=_to_foreign_columns, kw_only=True)
    options: ForeignOptions = attrs.field(default=(), converter=to_foreign_options, kw_only=True)
    schema: str = attrs.field(default="public", converter=_validate_schema, kw_only=True)
    select: tuple[str, ...] | None = attrs.field(default=None, converter=to_optional_grantees, kw_only=True)
    insert: tuple[str, ...] | None = attrs.field(default=None, converter=to_optional_grantees, kw_only=True)
    update: tuple[str, ...] | None = attrs.field(default=None, converter=to_optional_grantees, kw_only=True)
    delete: tuple[str, ...] | None = attrs.field(default=None, converter=to_optional_grantees, kw_only=True)
    grants: tuple[Grant, ...] | None = attrs.field(default=None, converter=to_grants, kw_only=True)
    owner: str | None = attrs.field(default=None, converter=to_owner, kw_only=True)
    comment: str | None = attrs.field(default=None, converter=validate_comment, kw_only=True)
    column_comments: tuple[tuple[str, str], ...] = attrs.field(
        default=(), converter=to_comments, kw_only=True
    )
    origin: Origin | None = attrs.field(factory=find_origin, eq=False, repr=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Raise DefinitionError if two columns have one name."""
        names = [column.name for column in self.columns]
        for name in names:
            if names.count(name) > 1:
                raise DefinitionError(
                    f"foreign table {self.name} has column {name} twice",
                    where=format_origin(self),
                    instead="Rename or remove one of the two columns.",
                )
        self.record()
