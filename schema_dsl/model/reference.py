"""What a foreign key points to."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import attrs

from schema_dsl.errors import DefinitionError

if TYPE_CHECKING:
    from schema_dsl.model.table import Table


@attrs.frozen
class Reference:
    """A table, and the columns of it that a foreign key points to, by name.

    Use it where the table object is not at hand, as for a table that references itself. Without columns
    the primary key is meant; without a schema, the schema of the table that references.
    """

    table: str
    columns: tuple[str, ...] = attrs.field(default=(), converter=tuple)
    schema: str | None = attrs.field(default=None, kw_only=True)


Target: TypeAlias = "Table | Reference"


def as_reference(target: Target, schema: str) -> Reference:
    """Turn any way to name a target into names.

    Raises:
        DefinitionError: If it is none of them.
    """
    if isinstance(target, Reference):
        return target if target.schema is not None else attrs.evolve(target, schema=schema)
    # A table's primary key is known by its columns; the class itself would be a circular import.
    key = getattr(target, "primary_key_columns", None)
    if key is None:
        raise DefinitionError(
            f"references must be a table or Reference(...), not {target!r}",
            instead='Write references=Reference("table"), or give the table object.',
        )
    return Reference(target.name, key, schema=target.schema)  # type: ignore[union-attr]
