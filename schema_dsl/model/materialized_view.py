"""Materialized views."""

from __future__ import annotations

from typing import ClassVar

import attrs

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
from schema_dsl.model.index import Index
from schema_dsl.model.index_mark import to_index_name
from schema_dsl.model.owner import to_owner
from schema_dsl.model.parameters import Parameters, to_parameters
from schema_dsl.model.query import (
    ResultColumn,
    require_query,
    to_columns,
    to_comments,
    to_query,
    to_result,
)
from schema_dsl.model.schema_object import SchemaObject
from schema_dsl.model.table import to_indexes
from schema_dsl.sql import Sql


def _validate_name(value: str) -> str:
    return validate_name(value, "materialized view")


def _validate_schema(value: str) -> str:
    return validate_name(value, "schema")


@attrs.frozen
class MaterializedView(SchemaObject):
    """A materialized view: a query whose result is stored.

    Attributes:
        name: The name.
        query: The SELECT statement.
        schema: The schema.
        columns: The names of the columns; by default the names that the query gives them.
        indexes: The indexes. REFRESH MATERIALIZED VIEW CONCURRENTLY needs a unique one on columns.
        cluster_on: The index by which CLUSTER without an index sorts the rows.
        with_data: Whether the statement that creates the materialized view also fills it. If not, queries of it fail
            until the first REFRESH.
        parameters: The storage parameters, such as {"fillfactor": 70}.
        access: The intended access, in the words that tables use: `Access(admin=may("select", rows="all"))`. It takes
            the place of `select`.
        select: The roles that may SELECT. All other roles, PUBLIC included, have no privilege from its creation on. By
            default, the privileges are not managed.
        grants: Further privileges, such as `Grant("select", to="admin", grant_option=True)`.
        owner: The role that owns the object; by default, the owner is not managed.
        comment: The comment.
        column_comments: The comments on columns, by the name of the column.
        result: The names and types of the columns, as a database has them.
        renamed_from: The former name. It has an effect once: in the migration that renames the materialized view.
        origin: The line that declares the materialized view.

    Raises:
        DefinitionError: If an attribute is not as CREATE MATERIALIZED VIEW takes it.
    """

    kind: ClassVar[str] = "materialized_view"
    privilege_fields: ClassVar[tuple[str, ...]] = ("select",)

    name: str = attrs.field(converter=_validate_name)
    query: Sql = attrs.field(converter=to_query)
    schema: str = attrs.field(default="public", converter=_validate_schema, kw_only=True)
    columns: tuple[str, ...] = attrs.field(default=(), converter=to_columns, kw_only=True)
    indexes: tuple[Index, ...] = attrs.field(default=(), converter=to_indexes, kw_only=True)
    cluster_on: str | None = attrs.field(default=None, converter=to_index_name, kw_only=True)
    with_data: bool = attrs.field(default=True, validator=validate_flag, kw_only=True)
    parameters: Parameters = attrs.field(default=(), converter=to_parameters, kw_only=True)
    access: Access | None = attrs.field(default=None, kw_only=True)
    select: tuple[str, ...] | None = attrs.field(default=None, converter=to_optional_grantees, kw_only=True)
    grants: tuple[Grant, ...] | None = attrs.field(default=None, converter=to_grants, kw_only=True)
    owner: str | None = attrs.field(default=None, converter=to_owner, kw_only=True)
    comment: str | None = attrs.field(default=None, converter=validate_comment, kw_only=True)
    column_comments: tuple[tuple[str, str], ...] = attrs.field(
        default=(), converter=to_comments, kw_only=True
    )
    result: tuple[ResultColumn, ...] = attrs.field(default=(), converter=to_result, repr=False, kw_only=True)
    renamed_from: str | None = attrs.field(default=None, converter=to_former_name, eq=False, kw_only=True)
    origin: Origin | None = attrs.field(factory=find_origin, eq=False, repr=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Validate the query."""
        if self.origin is not None:
            require_query(self.query, f"materialized view {self.name}", format_origin(self))
        what = f"materialized view {self.name}"
        validate_view_access(self.access, self.select, what, format_origin(self))
        self.record()
