"""Writing files of the migrations folder."""

from __future__ import annotations

import contextlib
import errno
import glob
import os
import re
import stat
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from schema_dsl.errors import MigrationError

_SUFFIX: Final = ".schema-dsl"
_UNFINISHED_SECONDS: Final = 60.0


def write_atomically(path: Path, text: str) -> None:
    """Write a file atomically: a reader sees the old or the new text, also after a crash.

    An existing file keeps its mode, and a read-only file is not replaced.

    Raises:
        MigrationError: If the folder or the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(path.parent)
        mode = _read_mode(path)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=_SUFFIX)
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


def write_migration(texts: Mapping[Path, str], replaced: Iterable[Path] | None = None) -> None:
    """Write the files of a migration. Of two runs that choose the same number, one writes its migration.

    The files are written in their order, so that after an interruption the folder has the first ones.

    Args:
        texts: The texts by path, all in one folder.
        replaced: The files of the migration before, for a migration that is written again; None for a new one.

    Raises:
        MigrationError: If a file with a number of a new migration exists by now, or a file cannot be written.
    """
    folder = next(iter(texts)).parent
    folder.mkdir(parents=True, exist_ok=True)
    with locked_folder(folder):
        for path in texts if replaced is None else ():
            _require_unused_number(path)
        for path, text in texts.items():
            write_atomically(path, text)
        for path in replaced or ():
            if path not in texts:
                path.unlink(missing_ok=True)


def _require_unused_number(path: Path) -> None:
    number = re.match(r"[^_]*_?", path.name)
    taken = sorted(path.parent.glob(f"{glob.escape(number[0] if number else path.name)}*"))
    if taken:
        raise MigrationError(
            "exists by now: another run has written a migration with this number",
            where=str(taken[0]),
            instead="Run `schema-dsl generate` again.",
        )


@contextmanager
def locked_folder(folder: Path) -> Iterator[None]:
    """Hold a lock on a folder, for which other runs wait; without effect where folders cannot be locked."""
    if sys.platform == "win32":
        yield
        return
    import fcntl  # noqa: PLC0415 - not on Windows

    descriptor = os.open(folder, os.O_RDONLY)
    try:
        # A network file system may not have locks.
        with contextlib.suppress(OSError):
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _remove_leftovers(folder: Path) -> None:
    """Remove the temporary files of killed runs. Writing a file takes milliseconds."""
    for leftover in folder.glob(f".*{_SUFFIX}"):
        with contextlib.suppress(OSError):
            if time.time() - leftover.stat().st_mtime > _UNFINISHED_SECONDS:
                leftover.unlink()


def _read_mode(path: Path) -> int:
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        # mkstemp creates private files, but a migration has the permissions of an ordinary new file.
        mask = os.umask(0)
        os.umask(mask)
        return 0o666 & ~mask
    if not mode & stat.S_IWUSR or not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    return mode
