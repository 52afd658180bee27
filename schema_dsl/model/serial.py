"""The serial types, which are no types: Postgres creates an integer column with a sequence that the column owns."""

from __future__ import annotations

from typing import Any, Final

from schema_dsl.model.identity import copy_with
from schema_dsl.model.type import Type

_BASES: Final = {
    "smallserial": "smallint",
    "serial2": "smallint",
    "serial": "integer",
    "serial4": "integer",
    "bigserial": "bigint",
    "serial8": "bigint",
}


def find_serial_base(spelling: str) -> str | None:
    """Return the type of the column that Postgres creates for a serial type; None for any other type."""
    return _BASES.get(spelling.strip().lower())


def without_serial(column: Any) -> Any:
    """Return a column with the type that Postgres gives a serial column. Its default stays as it is in the database."""
    base = find_serial_base(column.type.sql)
    return column if base is None else copy_with(column, type=Type(base))
