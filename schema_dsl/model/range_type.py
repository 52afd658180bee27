"""Range types."""

from __future__ import annotations

from typing import Any, ClassVar

import attrs

from schema_dsl.model.grant import Grant, to_grants, to_optional_grantees
from schema_dsl.model.identity import Origin, find_origin, validate_comment, validate_name
from schema_dsl.model.owner import to_owner
from schema_dsl.model.type import DeclaredType, Type, require_type, to_type
from schema_dsl.sql import MAX_NAME_BYTES, Sql


def _validate_name(value: str) -> str:
    return validate_name(value, "range type")


def _validate_schema(value: str) -> str:
    return validate_name(value, "schema")


def _validate_subtype(_: Any, __: Any, value: Any) -> None:
    require_type(value, "the subtype of a range")


def _to_sql(value: str | None) -> Sql | None:
    return None if value is None else Sql(value)


def _validate_multirange(value: str | None) -> str:
    return validate_name(value, "multirange type") if value else ""


@attrs.frozen
class RangeType(DeclaredType):
    """A range type. A column has it as its type: `Column("during", time_range)`.

    Attributes:
        name: The name.
        subtype: The type of the bounds.
        operator_class: The B-tree operator class that sorts the bounds, as SQL; by default that of the subtype.
        collation: The collation that sorts the bounds, as SQL; by default that of the subtype.
        subtype_diff: The function that computes the distance of two bounds, for GiST indexes, as SQL: `float8mi`.
        multirange: The name of the multirange type, by default the one that Postgres would choose.
        schema: The schema.
        usage: The roles that may name the type, such as in CREATE TABLE. All others, PUBLIC included, may not. By
            default, the privileges are not managed.
        grants: Further privileges, such as `Grant("usage", to="admin", grant_option=True)`.
        owner: The role that owns the object; by default, the owner is not managed.
        comment: The comment.
        origin: The line that declares the type.

    Raises:
        DefinitionError: If Postgres rejects a name, or the subtype is no type.
    """

    kind: ClassVar[str] = "range"

    name: str = attrs.field(converter=_validate_name)
    subtype: Type = attrs.field(converter=to_type, validator=_validate_subtype)
    operator_class: Sql | None = attrs.field(default=None, converter=_to_sql, kw_only=True)
    collation: Sql | None = attrs.field(default=None, converter=_to_sql, kw_only=True)
    subtype_diff: Sql | None = attrs.field(default=None, converter=_to_sql, kw_only=True)
    multirange: str = attrs.field(default="", converter=_validate_multirange, kw_only=True)
    schema: str = attrs.field(default="public", converter=_validate_schema, kw_only=True)
    usage: tuple[str, ...] | None = attrs.field(default=None, converter=to_optional_grantees, kw_only=True)
    grants: tuple[Grant, ...] | None = attrs.field(default=None, converter=to_grants, kw_only=True)
    owner: str | None = attrs.field(default=None, converter=to_owner, kw_only=True)
    comment: str | None = attrs.field(default=None, converter=validate_comment, kw_only=True)
    origin: Origin | None = attrs.field(factory=find_origin, eq=False, repr=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Choose the name of the multirange type as Postgres does."""
        if not self.multirange:
            object.__setattr__(self, "multirange", _choose_multirange(self.name))
        self.record()


def _choose_multirange(name: str) -> str:
    """Return the name that Postgres chooses for the multirange of a range."""
    before, found, after = name.partition("range")
    if found:
        return _truncate(f"{before}multirange{after}", MAX_NAME_BYTES)
    suffix = "_multirange"
    return _truncate(name, MAX_NAME_BYTES - len(suffix)) + suffix


def _truncate(name: str, size: int) -> str:
    return name.encode()[:size].decode(errors="ignore")
