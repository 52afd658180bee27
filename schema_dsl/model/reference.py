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


def as_reference(target: Any, schema: str) -> Reference:
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
    return Reference(target.name, key, schema=target.schema)
