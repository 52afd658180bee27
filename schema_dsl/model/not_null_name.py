"""The names of NOT NULL constraints, which Postgres has since version 18."""

from __future__ import annotations

from typing import ClassVar

import attrs

from schema_dsl.model.identity import Origin, validate_name


@attrs.frozen
class NotNullName:
    """The name of the NOT NULL constraint of a column, declared by `not_null_name=`.

    Attributes:
        name: The name of the column.
        constraint: The name of the constraint.
        origin: The line that declares the column.
    """

    kind: ClassVar[str] = "not_null_name"

    name: str
    constraint: str
    origin: Origin | None = attrs.field(default=None, eq=False, repr=False, kw_only=True)


def to_constraint_name(value: str | None) -> str | None:
    """Convert the name of a constraint."""
    return None if value is None else validate_name(value, "constraint")
