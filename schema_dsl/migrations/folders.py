"""A folder for each migration: `name/migration.sql` of Prisma, `name/up.sql` and `name/down.sql` of diesel."""

from __future__ import annotations

from typing import Final

from schema_dsl.migrations.file_name import FileName, FileRole, Layout
from schema_dsl.migrations.numbers import read_number

_FILES: Final[dict[str, tuple[Layout, FileRole]]] = {
    "migration.sql": ("prisma", "forward"),
    "up.sql": ("diesel", "forward"),
    "down.sql": ("diesel", "down"),
}


def read_folder_name(folder: str, file: str) -> FileName | None:
    """Read the name of a folder with one migration; None if the file in it is not a migration.

    The name of such a folder needs no number.
    """
    if file not in _FILES:
        return None
    layout, role = _FILES[file]
    number = read_number(folder)
    if number is None:
        return FileName(layout, "", (), folder, role)
    return FileName(layout, number.text, number.version, number.rest, role)
