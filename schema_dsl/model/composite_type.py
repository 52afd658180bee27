"""Composite types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import attrs

from schema_dsl.errors import DefinitionError
from schema_dsl.model.grant import Grant, to_grants, to_optional_grantees
from schema_dsl.model.identity import Origin, find_origin, validate_comment, validate_name
from schema_dsl.model.owner import to_owner
from schema_dsl.model.type import DeclaredType, Type, require_type, to_type


def _validate_name(value: str) -> str:
    return validate_name(value, "composite type")


def _validate_schema(value: str) -> str:
    return validate_name(value, "schema")


@attrs.frozen
class TypeAttribute:
    """An attribute of a composite type.

    Attributes:
        name: The name.
        type: The type.
    """

    name: str
    type: Type


def _to_attributes(value: Mapping[str, Type | DeclaredType]) -> tuple[TypeAttribute, ...]:
    attributes: Any = value
    if not isinstance(attributes, Mapping):
        raise DefinitionError(
            f"the attributes of a composite type must be a dict, not {attributes!r}",
            instead='Write {"street": text, "number": integer}.',
        )
    found = []
    for name, kind in attributes.items():
        attribute_type = to_type(kind)
        require_type(attribute_type, f"the type of attribute {name}")
        found.append(TypeAttribute(validate_name(name, "attribute"), attribute_type))
    return tuple(found)


@attrs.frozen
class CompositeType(DeclaredType):
    """A composite type: a row with named attributes. A column has it as its type: `Column("home", address)`.

    Attributes:
        name: The name.
        attributes: The types of the attributes by name, in their order: `{"street": text, "number": integer}`.
        schema: The schema.
        usage: The roles that may name the type, such as in CREATE TABLE. All others, PUBLIC included, may not. By
            default, the privileges are not managed.
        grants: Further privileges, such as `Grant("usage", to="admin", grant_option=True)`.
        owner: The role that owns the object; by default, the owner is not managed.
        comment: The comment.
        origin: The line that declares the type.

    Raises:
        DefinitionError: If Postgres rejects a name, or the type of an attribute is no type.
    """

    kind: ClassVar[str] = "composite_type"

    name: str = attrs.field(converter=_validate_name)
    attributes: tuple[TypeAttribute, ...] = attrs.field(converter=_to_attributes)
    schema: str = attrs.field(default="public", converter=_validate_schema, kw_only=True)
    usage: tuple[str, ...] | None = attrs.field(default=None, converter=to_optional_grantees, kw_only=True)
    grants: tuple[Grant, ...] | None = attrs.field(default=None, converter=to_grants, kw_only=True)
    owner: str | None = attrs.field(default=None, converter=to_owner, kw_only=True)
    comment: str | None = attrs.field(default=None, converter=validate_comment, kw_only=True)
    origin: Origin | None = attrs.field(factory=find_origin, eq=False, repr=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Record the type."""
        self.record()
