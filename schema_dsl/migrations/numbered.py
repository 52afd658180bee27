"""Files with a number or a timestamp: `001_name.sql`, `20260101120000_name.sql`, `2026-01-01_name.sql`."""

from __future__ import annotations

from schema_dsl.migrations.file_name import FileName, Layout
from schema_dsl.migrations.numbers import read_number


def read_numbered_name(stem: str) -> FileName | None:
    """Read a file name without its suffix; None if it does not start with a number."""
    number = read_number(stem)
    if number is None:
        return None
    layout: Layout = "timestamped" if number.is_timestamp else "numbered"
    return FileName(layout, number.text, number.version, number.rest)
