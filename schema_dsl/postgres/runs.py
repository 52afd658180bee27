"""The folder of a running server."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import Final

import attrs

from schema_dsl.errors import PostgresError
from schema_dsl.postgres.account import Account
from schema_dsl.postgres.files import open_locked, remove_tree

PREFIX: Final = "schema_dsl-"
_MIN_FREE_BYTES: Final = 512 * 1024 * 1024
_MAX_PATH_BYTES: Final = 70
"""The path of a socket is limited to 103 bytes (macOS); the run's folder and the socket's name need about 20."""


@attrs.define
class RunFolder:
    """A private folder for one server. This process holds the lock on it as long as it lives."""

    path: Path
    _lock: int | None

    @property
    def data(self) -> Path:
        """The data folder of the cluster."""
        return self.path / "data"

    @property
    def log(self) -> Path:
        """The log file of the server."""
        return self.path / "log"

    def remove(self) -> None:
        """Remove the folder, and release the lock last, so that no other process removes the folder meanwhile."""
        remove_tree(self.path)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def create_run_folder(account: Account) -> RunFolder:
    """Create a folder for a server, in memory if there is enough of it, otherwise in the temporary folder.

    Raises:
        PostgresError: If no folder is writable or has enough space.
    """
    for parent in list_run_parents():
        with contextlib.suppress(OSError):
            disk = shutil.disk_usage(parent)
            if disk.free < _MIN_FREE_BYTES or len(os.fsencode(parent)) > _MAX_PATH_BYTES:
                continue
            return create_locked_folder(parent, account)
    what = "There is no writable folder with 512 MB of free space for a temporary Postgres server."
    raise PostgresError(what, instead="Free space in the temporary folder, or set TMPDIR to another folder.")


def create_locked_folder(parent: Path, account: Account) -> RunFolder:
    """Create a private folder that other processes leave alone while this process lives.

    Args:
        parent: One of the folders of `list_run_parents`.
        account: The owner of the folder.
    """
    path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=parent))
    # Lock the file before it gets its final name, so that other processes never see it unlocked.
    new = path / "lock.new"
    lock = open_locked(new, wait=False)
    new.rename(path / "lock")
    account.chown(path)
    return RunFolder(path, lock)


def list_run_parents() -> list[Path]:
    """List the writable parent folders for runs, the preferred one first."""
    parents = [Path("/dev/shm"), Path(tempfile.gettempdir()), Path("/tmp")]  # noqa: S108  # mkdtemp makes it private
    return [parent for parent in dict.fromkeys(parents) if os.access(parent, os.W_OK | os.X_OK)]
