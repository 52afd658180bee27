"""Views."""

from __future__ import annotations

from typing import ClassVar, Final, Literal, TypeAlias

import attrs

from schema_dsl.errors import DefinitionError
from schema_dsl.model.access import Access, validate_view_access
from schema_dsl.model.grant import Grant, to_grants, to_optional_grantees
from schema_dsl.model.identity import (
    Origin,
    find_origin,
    format_origin,
    to_former_name,
    validate_comment,
    validate_flag,
    validate_name,
)
from schema_dsl.model.owner import to_owner
from schema_dsl.model.query import (
    ResultColumn,
    expand_recursive,
    require_query,
    to_columns,
    to_comments,
    to_query,
    to_result,
)
from schema_dsl.model.rule import RewriteRule
from schema_dsl.model.schema_object import SchemaObject
from schema_dsl.model.table import to_rules, to_triggers
from schema_dsl.model.trigger import Trigger
from schema_dsl.sql import Sql

CheckOption: TypeAlias = Literal["local", "cascaded"]

_CHECK_OPTIONS: Final = ("local", "cascaded")


def _validate_name(value: str) -> str:
    return validate_name(value, "view")


def _validate_schema(value: str) -> str:
    return validate_name(value, "schema")


def _validate_check_option(_: object, __: object, value: object) -> None:
    if value is not None and value not in _CHECK_OPTIONS:
        raise DefinitionError(
            f"check_option cannot be {value!r}", instead=f"Use one of: {', '.join(_CHECK_OPTIONS)}."
        )


@attrs.frozen
class View(SchemaObject):
    """A view.

    Attributes:
        name: The name.
        query: The SELECT statement.
        schema: The schema.
        columns: The names of the columns; by default the names that the query gives them.
        recursive: Whether the query may refer to the view itself, as in CREATE RECURSIVE VIEW; `columns` is required.
        security_invoker: Whether the view reads tables with the privileges and policies of the role that queries the
            view (Postgres 15). Otherwise it reads them as its owner, past their policies.
        security_barrier: Whether no condition of a query sees rows that the view hides.
        check_option: Whether new rows must be visible through the view: "local" or "cascaded".
        access: The intended access, in the words that tables use, for a view that shows rows with the privileges of its
            owner: `Access(own="user_id", app=may("select", rows="own"))`. It takes the place of `select`.
        select: The roles that may SELECT. With `select`, `insert`, `update` or `delete`, all other roles, PUBLIC
            included, have no privilege from the creation of the view on. By default, the privileges are not managed.
        insert: The roles that may INSERT.
        update: The roles that may UPDATE.
        delete: The roles that may DELETE.
        grants: Further privileges, such as `Grant("select", to="admin", grant_option=True)`.
        owner: The role that owns the object; by default, the owner is not managed.
        triggers: The triggers: those of rows are INSTEAD OF triggers.
        rules: The rules.
        comment: The comment.
        column_comments: The comments on columns, by the name of the column.
        result: The names and types of the columns, as a database has them.
        renamed_from: The former name. It has an effect once: in the migration that renames the view.
        origin: The line that declares the view.

    Raises:
        DefinitionError: If an attribute is not as CREATE VIEW takes it.
    """

    kind: ClassVar[str] = "view"
    privilege_fields: ClassVar[tuple[str, ...]] = ("select", "insert", "update", "delete")

    name: str = attrs.field(converter=_validate_name)
    query: Sql = attrs.field(converter=to_query)
    schema: str = attrs.field(default="public", converter=_validate_schema, kw_only=True)
    columns: tuple[str, ...] = attrs.field(default=(), converter=to_columns, kw_only=True)
    recursive: bool = attrs.field(default=False, validator=validate_flag, kw_only=True)
    security_invoker: bool = attrs.field(default=False, validator=validate_flag, kw_only=True)
    security_barrier: bool = attrs.field(default=False, validator=validate_flag, kw_only=True)
    check_option: CheckOption | None = attrs.field(
        default=None, validator=_validate_check_option, kw_only=True
    )
    access: Access | None = attrs.field(default=None, kw_only=True)
    select: tuple[str, ...] | None = attrs.field(default=None, converter=to_optional_grantees, kw_only=True)
    insert: tuple[str, ...] | None = attrs.field(default=None, converter=to_optional_grantees, kw_only=True)
    update: tuple[str, ...] | None = attrs.field(default=None, converter=to_optional_grantees, kw_only=True)
    delete: tuple[str, ...] | None = attrs.field(default=None, converter=to_optional_grantees, kw_only=True)
    grants: tuple[Grant, ...] | None = attrs.field(default=None, converter=to_grants, kw_only=True)
    owner: str | None = attrs.field(default=None, converter=to_owner, kw_only=True)
    triggers: tuple[Trigger, ...] = attrs.field(default=(), converter=to_triggers, kw_only=True)
    rules: tuple[RewriteRule, ...] = attrs.field(default=(), converter=to_rules, kw_only=True)
    comment: str | None = attrs.field(default=None, converter=validate_comment, kw_only=True)
    column_comments: tuple[tuple[str, str], ...] = attrs.field(
        default=(), converter=to_comments, kw_only=True
    )
    result: tuple[ResultColumn, ...] = attrs.field(default=(), converter=to_result, repr=False, kw_only=True)
    renamed_from: str | None = attrs.field(default=None, converter=to_former_name, eq=False, kw_only=True)
    origin: Origin | None = attrs.field(factory=find_origin, eq=False, repr=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Validate the query, and write a recursive one in full, as Postgres stores it."""
        if self.origin is not None:
            require_query(self.query, f"view {self.name}", format_origin(self))
        validate_view_access(self.access, self.select, f"view {self.name}", format_origin(self))
        if self.access is not None and self.security_invoker:
            raise DefinitionError(
                f"view {self.name} has access= and security_invoker=True",
                where=format_origin(self),
                instead="Remove access=: the view shows a role what the access of its tables shows it.",
            )
        for trigger in self.triggers:
            if trigger.for_each_row and trigger.timing != "instead of":
                raise DefinitionError(
                    f"trigger {trigger.name} of view {self.name} fires {trigger.timing} each row",
                    where=format_origin(trigger),
                    instead='Write timing="instead of", or for_each_row=False.',
                )
        if self.recursive:
            query = expand_recursive(self.name, self.columns, self.query)
            object.__setattr__(self, "query", query)
            object.__setattr__(self, "recursive", False)
        self.record()
