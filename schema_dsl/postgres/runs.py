"""The folder that a running server lives in."""

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
_SPACE: Final = 512 * 1024 * 1024
_LONGEST: Final = 70
"""Of a folder's path: a socket's whole path may take 103 bytes (macOS) and its own part takes about 20."""


@attrs.define
class RunFolder:
    """A private folder for one server. As long as our process lives, it holds the lock on it."""

    path: Path
    _lock: int | None

    @property
    def data(self) -> Path:
        """Where the cluster is."""
        return self.path / "data"

    @property
    def log(self) -> Path:
        """What the server prints."""
        return self.path / "log"

    def remove(self) -> None:
        """Give everything back. The lock goes last: until then nobody else may clean up here."""
        remove_tree(self.path)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def new_run(account: Account) -> RunFolder:
    """Make a folder for a server in memory where there is enough of it, else among temporary files.

    Raises:
        PostgresError: If no place can be written.
    """
    for place in places():
        with contextlib.suppress(OSError):
            disk = shutil.disk_usage(place)
            if disk.free < _SPACE or len(os.fsencode(place)) > _LONGEST:
                continue
            path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
            # Locked before it has the name that others look for: never seen without its lock.
            new = path / "lock.new"
            lock = open_locked(new, wait=False)
            new.rename(path / "lock")
            account.own(path)
            return RunFolder(path, lock)
    what = "There is no folder with 512 MB free for a temporary Postgres."
    raise PostgresError(what, instead="Make room in the temporary folder, or set TMPDIR to another.")


def places() -> list[Path]:
    """Where the folders of runs may be, the best place first."""
    places = [Path("/dev/shm"), Path(tempfile.gettempdir()), Path("/tmp")]  # noqa: S108  # mkdtemp makes it private
    return [place for place in dict.fromkeys(places) if os.access(place, os.W_OK | os.X_OK)]
