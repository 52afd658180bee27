"""The migrations folder: names and numbers, what is ours in it, and whether somebody has edited that."""

from __future__ import annotations

import errno
import os
import re
import stat
import tempfile
from functools import cached_property
from pathlib import Path
from typing import Final

import attrs

from schema_dsl.errors import MigrationError
from schema_dsl.render import seal_of, sealed

_NAMINGS: Final = {
    "numbered": re.compile(r"(?P<number>\d+)_(?P<name>.+)\.sql\Z"),
    "supabase": re.compile(r"(?P<number>\d{14})_(?P<name>.+)\.sql\Z"),
    "flyway": re.compile(r"V(?P<number>\d+)__(?P<name>.+)\.sql\Z"),
}
_ROLLBACK: Final = "_rollback"
_DATE: Final = re.compile(r"^-- Date: (\d{4}-\d{2}-\d{2})$", re.MULTILINE)


@attrs.frozen(slots=False)
class Migration:
    """A file of the migrations folder."""

    path: Path
    number: int
    name: str

    @cached_property
    def text(self) -> str:
        """Read the file.

        Raises:
            MigrationError: If it cannot be read as UTF-8.
        """
        try:
            return self.path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise MigrationError(f"cannot be read: {error}", where=str(self.path)) from error

    @property
    def is_ours(self) -> bool:
        """Say whether this tool wrote the file."""
        return seal_of(self.text) is not None

    @property
    def definitions(self) -> str | None:
        """Give the fingerprint of the definitions that the file brings about."""
        seal = seal_of(self.text)
        return seal[0] if seal else None

    @property
    def edited(self) -> bool:
        """Say whether the file is ours and has been changed since it was written."""
        return self.is_ours and sealed(self.text) != self.text

    @property
    def date(self) -> str | None:
        """Give the date in the header."""
        return date_of(self.text)


@attrs.frozen
class History:
    """The migrations of a folder, in the order in which they are run."""

    folder: Path
    naming: str
    migrations: tuple[Migration, ...] = ()

    @property
    def ours(self) -> tuple[Migration, ...]:
        """Give those that this tool wrote."""
        return tuple(each for each in self.migrations if each.is_ours)

    def since_baseline(self) -> tuple[Migration, ...]:
        """Give what is to be replayed upon the baseline: our first migration, and all that follow it.

        What stands before our first one was there when the project took up this tool, and is what the
        baseline stands for.
        """
        first = next((number for number, each in enumerate(self.migrations) if each.is_ours), None)
        return () if first is None else self.migrations[first:]

    def next_number(self, first_number: int, date: str) -> int:
        """Give the number after the highest, and at least the project's first."""
        highest = max((each.number for each in self.migrations), default=-1)
        if self.naming == "supabase":
            return max(highest + 1, int(date.replace("-", "") + "000000"))
        return max(highest + 1, first_number)

    def path_for(self, number: int, name: str) -> Path:
        """Give the file that a migration belongs in, with as many digits as its neighbours have."""
        if self.naming == "flyway":
            return self.folder / f"V{number}__{name}.sql"
        width = 14 if self.naming == "supabase" else 3
        if self.migrations and self.naming == "numbered":
            digits = re.match(r"\d+", self.migrations[-1].path.name)
            width = len(digits.group()) if digits else width
        return self.folder / f"{number:0{width}d}_{name}.sql"


def read_history(folder: Path, naming: str) -> History:
    """List a folder's migrations; files that are no migrations, and rollbacks, are passed over."""
    pattern = _NAMINGS[naming]
    found = []
    if folder.is_dir():
        for path in folder.iterdir():
            match = pattern.match(path.name)
            if match and not match["name"].endswith(_ROLLBACK) and path.is_file():
                found.append(Migration(path, int(match["number"]), match["name"]))
    found.sort(key=lambda each: (each.number, each.path.name))
    return History(folder, naming, tuple(found))


def date_of(text: str) -> str | None:
    """Give the date in the header of a migration."""
    found = _DATE.search(text)
    return found.group(1) if found else None


def rollback_path(path: Path) -> Path:
    """Give the file that undoes a migration."""
    return path.with_name(f"{path.stem}{_ROLLBACK}.sql")


def write_atomically(path: Path, text: str) -> None:
    """Write a file so that a reader, or a power cut, meets the old one or the new one.

    One that is there keeps its mode, and is not replaced if that says it is not to be written.

    Raises:
        MigrationError: If the folder or the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        mode = _mode(path)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8", newline="\n") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).chmod(mode)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise MigrationError(f"cannot be written: {error.strerror}", where=str(path)) from error


def _mode(path: Path) -> int:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        # mkstemp makes private files; a migration is as readable as what its folder's user writes by hand.
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask
    if not mode & stat.S_IWUSR or not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    return mode
