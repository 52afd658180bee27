"""The folder of graphile-migrate: the files in `committed`, and then the migration that is being written, `current`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from schema_dsl.migrations.file_name import FileName
from schema_dsl.migrations.layouts import is_sql_file
from schema_dsl.migrations.migration import Migration
from schema_dsl.migrations.numbered import read_numbered_name

_COMMITTED: Final = "committed"
_CURRENT: Final = "current"


def has_committed(folder: Path) -> bool:
    """Return whether a folder is one of graphile-migrate."""
    current = folder / _CURRENT
    return (folder / _COMMITTED).is_dir() and (current.is_dir() or current.with_suffix(".sql").is_file())


def read_committed(folder: Path) -> Iterator[Migration]:
    """Yield the committed migrations, and the files of the current one with the next number."""
    last = 0
    for file in sorted((folder / _COMMITTED).iterdir()):
        name = read_numbered_name(file.stem) if is_sql_file(file.name) else None
        if name is not None:
            last = max(last, name.version[0])
            yield Migration.of(file, name, f"{_COMMITTED}/{file.name}")
    current = folder / _CURRENT
    files = sorted(current.iterdir()) if current.is_dir() else [current.with_suffix(".sql")]
    for part, file in enumerate((each for each in files if is_sql_file(each.name)), 1):
        name = FileName("numbered", "", (last + 1, part), file.stem)
        yield Migration.of(file, name, file.relative_to(folder).as_posix())
