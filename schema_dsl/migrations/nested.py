"""Folders below a migrations folder with SQL that the reader of the migrations does not read."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path
from typing import Final

from schema_dsl.migrations.folders import read_folder_name
from schema_dsl.migrations.layouts import is_sql_file
from schema_dsl.migrations.sqitch import FOLDERS, find_plan

# src/main/resources/db/migration/later has this depth.
_DEEPEST: Final = 6
# Folders of packages and of build tools, which may have thousands of folders.
_SKIPPED: Final = frozenset({"node_modules", "vendor", "venv", "target", "build", "dist", "__pycache__"})


def find_unread_folders(folder: Path, read: Collection[Path]) -> list[str]:
    """Return the folders below a folder that have files of SQL, with a slash at the end.

    If each migration has a folder, the folder above these is returned, which is the one to name.

    Args:
        folder: The folder.
        read: The files below the folder that are read.
    """
    found: set[str] = set()
    skipped = _SKIPPED | FOLDERS if find_plan(folder) is not None else _SKIPPED
    top = os.fspath(folder)
    for current, folders, files in os.walk(top):
        here = Path(current)
        label = here.relative_to(folder).as_posix()
        depth = 0 if label == "." else label.count("/") + 1
        folders[:] = [
            each
            for each in sorted(folders)
            if depth < _DEEPEST and not each.startswith(".") and each not in skipped
        ]
        unread = [each for each in files if is_sql_file(each) and here / each not in read] if depth else []
        if unread:
            is_migration = all(read_folder_name(here.name, each) is not None for each in unread)
            home = here.parent if is_migration and depth > 1 else here
            found.add(f"{home.relative_to(folder).as_posix()}/")
    return sorted(found)
