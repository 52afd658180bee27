"""The target of a foreign key."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeAlias, TypeGuard, cast

import attrs

from schema_dsl.errors import DefinitionError
from schema_dsl.model.construction import record_passed
from schema_dsl.model.identity import to_names, validate_name

if TYPE_CHECKING:
    from schema_dsl.model.table import Table


def _validate_name(value: str) -> str:
    return validate_name(value, "referenced table")


@attrs.frozen(init=False)
class Reference:
    """The target of a foreign key: a table by name, such as the one that declares the key, or a table with columns.

    Attributes:
        table: The name of the referenced table.
        columns: The referenced columns.
        schema: The schema of the referenced table.
    """

    table: str = attrs.field(converter=_validate_name)
    columns: tuple[str, ...] = attrs.field(converter=to_names)
    schema: str | None

    def __init__(
        self, table: str | Table, columns: str | Iterable[str] = (), *, schema: str | None = None
    ) -> None:
        """Refer to a table.

        Args:
            table: The referenced table: its name, or the Table object.
            columns: The referenced columns: one name or several, by default the primary key.
            schema: The schema of the referenced table, by default that of the Table object, or that of the
                referencing table.
        """
        if _is_table(table):
            record_passed(table)
            self.__attrs_init__(table.name, columns, schema or table.schema)
        else:
            self.__attrs_init__(cast("str", table), columns, schema)


ReferenceTarget: TypeAlias = "Table | Reference"


def _is_table(target: object) -> TypeGuard[Table]:
    # An attribute identifies a Table, because importing the class would be a circular import.
    return hasattr(type(target), "primary_key_columns")


def validate_target(target: object, argument: str = "references") -> None:
    """Raise DefinitionError if the value of an argument is neither a Table nor a Reference."""
    if not isinstance(target, Reference) and not _is_table(target):
        raise DefinitionError(
            f"{argument} must be a table or Reference(...), not {target!r}",
            instead=f'Write {argument}=Reference("table"), or pass the Table object.',
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
