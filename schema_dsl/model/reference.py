"""What a foreign key points to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import attrs

from schema_dsl.errors import DefinitionError
from schema_dsl.model.identity import names, valid_name

if TYPE_CHECKING:
    from schema_dsl.model.table import Table


def _name(value: Any) -> str:
    return valid_name(value, "referenced table")


@attrs.frozen
class Reference:
    """A table, and the columns of it that a foreign key points to, by name.

    Use it where the table object is not at hand, as for a table that references itself. Without columns
    the primary key is meant; without a schema, the schema of the table that references.
    """

    table: str = attrs.field(converter=_name)
    columns: tuple[str, ...] = attrs.field(default=(), converter=names)
    schema: str | None = attrs.field(default=None, kw_only=True)


Target: TypeAlias = "Table | Reference"


def hold_target(target: Any) -> None:
    """Refuse what names no table.

    Raises:
        DefinitionError: With the ways to name one.
    """
    # A table is known by its primary key: to import the class would be a circle.
    if not isinstance(target, Reference) and not hasattr(type(target), "primary_key_columns"):
        raise DefinitionError(
            f"references must be a table or Reference(...), not {target!r}",
            instead='Write references=Reference("table"), or give the table object.',
        )


def as_reference(target: Any, schema: str) -> Reference:
    """Turn any way to name a target into names."""
    if isinstance(target, Reference):
        return target if target.schema is not None else attrs.evolve(target, schema=schema)
    return Reference(target.name, target.primary_key_columns, schema=target.schema)
