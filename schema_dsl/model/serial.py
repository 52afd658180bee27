"""The serial types, which are no types: Postgres creates an integer column with a sequence that the column owns."""

from __future__ import annotations

from typing import Any, Final

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.identity import copy_with
from schema_dsl.model.names import choose_default_name
from schema_dsl.model.type import Type
from schema_dsl.sql import Sql, qualified

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


def build_serial_default(identity: Identity) -> Sql:
    """Build the default that Postgres gives a new serial column."""
    name = choose_default_name(identity.parent_name, [identity.name], "seq", lambda _: False)
    sequence = str(qualified(identity.schema, name)).replace("'", "''")
    return Sql(f"nextval('{sequence}'::regclass)")


def without_serial(identity: Identity, column: Any) -> Any:
    """Return a column with the type and the default that Postgres gives a serial column; a known default stays."""
    base = find_serial_base(column.type.sql)
    if base is None:
        return column
    return copy_with(column, type=Type(base), default=column.default or build_serial_default(identity))
