"""Writing a file of the migrations folder."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from pathlib import Path

from schema_dsl.errors import MigrationError


def write_atomically(path: Path, text: str) -> None:
    """Write a file atomically: a reader sees the old or the new text, also after a crash.

    An existing file keeps its mode, and a read-only file is not replaced.

    Raises:
        MigrationError: If the folder or the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        mode = _read_mode(path)
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
