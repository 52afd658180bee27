"""The serial types, which are no types: Postgres creates an integer column with a sequence that the column owns."""

from __future__ import annotations

from typing import Final

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
