"""The layout of a file by its name."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from pathlib import PurePath
from typing import Final

import attrs

from schema_dsl.migrations.directions import Direction, read_direction
from schema_dsl.migrations.file_name import FileName
from schema_dsl.migrations.flyway import read_flyway_name
from schema_dsl.migrations.folders import read_folder_name
from schema_dsl.migrations.numbered import read_numbered_name

# Sqitch has the folder revert, and Umzug and Slonik have the folder down.
_UNDOING: Final = frozenset({"down", "undo", "revert", "rollback", "rollbacks"})
_SUFFIX: Final = re.compile(r"\.sql\Z", re.IGNORECASE)


def is_sql_file(name: str) -> bool:
    """Return whether a file name is that of SQL; hidden files, which editors and macOS create, are not."""
    return _SUFFIX.search(name) is not None and not name.startswith(".")


def read_file_name(path: PurePath) -> FileName | None:
    """Parse the path of a migration; return None if the file is no migration.

    The folder counts only for the file names of tools with a folder for each migration, and of files that undo one.
    """
    name = read_folder_name(path.parent.name, path.name) or read_name(path.name)
    return mark_undoing(name, path.name) if has_undoing_files(path.parent.name) else name


def has_undoing_files(folder: str) -> bool:
    """Return whether the files in a folder of this name undo the migrations beside the folder."""
    return folder.lower() in _UNDOING


def mark_undoing(name: FileName | None, file: str) -> FileName | None:
    """Return a file name as one that undoes a migration; None if the file is not SQL."""
    if name is None:
        return FileName("numbered", "", (), _SUFFIX.sub("", file), "down") if is_sql_file(file) else None
    return name if name.undoes else attrs.evolve(name, role="down")


def _has_versions(files: Iterable[str]) -> bool:
    """Return whether a folder has a versioned migration of Flyway, which an undo file may undo."""
    return any(file[:1] in {"V", "v", "B", "b"} and read_flyway_name(_SUFFIX.sub("", file)) for file in files)


def read_name(name: str, beside: Collection[str] | None = None) -> FileName | None:
    """Parse the file name of a migration in any folder.

    Args:
        name: The file name.
        beside: The names of the files in the folder, if known.

    Returns:
        None if the file is no migration. A file that undoes a migration needs no number.
    """
    if not is_sql_file(name):
        return None
    stem = _SUFFIX.sub("", name)
    direction = read_direction(stem)
    if beside is not None and direction.partners and not any(file in beside for file in direction.partners):
        direction = Direction(stem)
    # V1__scale_down is a migration: Flyway's undo files start with U.
    flyway = read_flyway_name(direction.stem if direction.role == "rollback" else stem)
    if flyway is not None and flyway.role == "down" and beside is not None and not _has_versions(beside):
        # refinery also runs files that start with U.
        flyway = attrs.evolve(flyway, role="forward")
    if flyway is not None:
        return attrs.evolve(flyway, role="rollback") if direction.role == "rollback" else flyway
    numbered = read_numbered_name(direction.stem)
    if numbered is None:
        undoing = FileName("numbered", "", (), direction.stem, direction.role)
        return undoing if undoing.undoes else None
    layout = "up-down" if direction.is_pair else numbered.layout
    return attrs.evolve(numbered, layout=layout, role=direction.role)
