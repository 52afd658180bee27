"""Enums."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, ClassVar

import attrs

from schema_dsl.errors import DefinitionError
from schema_dsl.model.grant import Grant, to_grants, to_optional_grantees
from schema_dsl.model.identity import Origin, find_origin, format_origin, validate_comment, validate_name
from schema_dsl.model.owner import to_owner
from schema_dsl.model.type import DeclaredType
from schema_dsl.sql import MAX_NAME_BYTES, Sql, require_storable


def _validate_name(value: str) -> str:
    return validate_name(value, "enum")


def _validate_schema(value: str) -> str:
    return validate_name(value, "schema")


def _to_labels(value: Iterable[str]) -> tuple[str, ...]:
    labels: tuple[Any, ...] = (value,) if isinstance(value, str) else tuple(value)
    for label in labels:
        if not isinstance(label, str) or isinstance(label, Sql):
            raise DefinitionError(
                f"a label of an enum must be a plain str, not {label!r}",
                instead='Write the label as "label".',
            )
        try:
            size = len(require_storable(label).encode())
        except ValueError as error:
            raise DefinitionError(f"label {label!r}: {error}", instead="Remove the character.") from error
        if size > MAX_NAME_BYTES:
            raise DefinitionError(
                f"label {label!r} has {size} bytes",
                instead=f"Postgres accepts labels of at most {MAX_NAME_BYTES} bytes: choose a shorter label.",
            )
    return tuple(str(label) for label in labels)


@attrs.frozen
class Enum(DeclaredType):
    """An enum: a type with a list of labels. A column has it as its type: `Column("role", role)`.

    Attributes:
        name: The name.
        labels: The labels, in the order in which Postgres sorts them.
        schema: The schema.
        usage: The roles that may name the type, such as in CREATE TABLE. All others, PUBLIC included, may not. By
            default, the privileges are not managed.
        grants: Further privileges, such as `Grant("usage", to="admin", grant_option=True)`.
        owner: The role that owns the object; by default, the owner is not managed.
        comment: The comment.
        origin: The line that declares the enum.

    Raises:
        DefinitionError: If Postgres rejects a label, or a label is declared twice.
    """

    kind: ClassVar[str] = "enum"

    name: str = attrs.field(converter=_validate_name)
    labels: tuple[str, ...] = attrs.field(converter=_to_labels)
    schema: str = attrs.field(default="public", converter=_validate_schema, kw_only=True)
    usage: tuple[str, ...] | None = attrs.field(default=None, converter=to_optional_grantees, kw_only=True)
    grants: tuple[Grant, ...] | None = attrs.field(default=None, converter=to_grants, kw_only=True)
    owner: str | None = attrs.field(default=None, converter=to_owner, kw_only=True)
    comment: str | None = attrs.field(default=None, converter=validate_comment, kw_only=True)
    origin: Origin | None = attrs.field(factory=find_origin, eq=False, repr=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Raise DefinitionError if a label is declared twice."""
        for label, count in Counter(self.labels).items():
            if count > 1:
                raise DefinitionError(
                    f"enum {self.name} has label {label!r} twice",
                    where=format_origin(self),
                    instead="Remove one of the two.",
                )
        self.record()
