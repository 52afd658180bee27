"""The target of a foreign key."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import attrs

from schema_dsl.errors import DefinitionError
from schema_dsl.model.construction import record_passed
from schema_dsl.model.identity import to_names, validate_name

if TYPE_CHECKING:
    from schema_dsl.model.table import Table


def _validate_name(value: str) -> str:
    return validate_name(value, "referenced table")


@attrs.frozen
class Reference:
    """The target of a foreign key by name, such as the table that declares the foreign key itself.

    Attributes:
        table: The name of the referenced table.
        columns: The referenced columns: one name or several, by default the primary key.
        schema: The schema of the referenced table, by default the schema of the referencing table.
    """

    table: str = attrs.field(converter=_validate_name)
    columns: tuple[str, ...] = attrs.field(default=(), converter=to_names)
    schema: str | None = attrs.field(default=None, kw_only=True)


ReferenceTarget: TypeAlias = "Table | Reference"


def validate_target(target: object) -> None:
    """Raise DefinitionError if the value is neither a Table nor a Reference."""
    # An attribute identifies a Table, because importing the class would be a circular import.
    if not isinstance(target, Reference) and not hasattr(type(target), "primary_key_columns"):
        raise DefinitionError(
            f"references must be a table or Reference(...), not {target!r}",
            instead='Write references=Reference("table"), or pass the Table object.',
        )
    record_passed(target)


def to_reference(target: ReferenceTarget, schema: str) -> Reference:
    """Convert a target to a Reference with a schema.

    Args:
        target: The target.
        schema: The schema of the referencing table.
    """
    if isinstance(target, Reference):
        return target if target.schema is not None else attrs.evolve(target, schema=schema)
    return Reference(target.name, target.primary_key_columns, schema=target.schema)
