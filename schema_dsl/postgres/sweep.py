"""Stop the servers and remove the folders of killed runs."""

from __future__ import annotations

import contextlib
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from schema_dsl.postgres.account import Account
from schema_dsl.postgres.files import open_locked, remove_tree
from schema_dsl.postgres.runs import PREFIX, list_run_parents

_GRACE_SECONDS: Final = 60.0
_PATIENCE_SECONDS: Final = 5.0


def sweep(account: Account) -> None:
    """Stop the servers and remove the folders of dead runs.

    A run is dead if no process holds its lock. Only the folders of this user and of the account of the servers
    count, and a process is stopped only if its command line proves that it is the server of the folder.
    """
    for path in _find_run_folders(account):
        lock = None
        with contextlib.suppress(OSError):
            if (path / "lock").exists():
                lock = open_locked(path / "lock", wait=False)
                if lock is None:
                    continue
            elif time.time() - path.stat().st_mtime < _GRACE_SECONDS:
                continue
            stop_server(path / "data")
            remove_tree(path)
        if lock is not None:
            os.close(lock)


def _find_run_folders(account: Account) -> Iterator[Path]:
    for parent in list_run_parents():
        with contextlib.suppress(OSError), os.scandir(parent) as entries:
            for entry in entries:
                if not entry.name.startswith(PREFIX):
                    continue
                status = entry.stat(follow_symlinks=False)
                if stat.S_ISDIR(status.st_mode) and status.st_uid in account.ids:
                    yield Path(entry.path)


def stop_server(data: Path) -> None:
    """Stop the server of a data folder immediately, without a shutdown checkpoint, if the server runs."""
    try:
        process = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return
    for how in (signal.SIGQUIT, signal.SIGKILL):
        deadline = time.monotonic() + _PATIENCE_SECONDS
        if not _send_signal(process, how, data):
            return
        while _is_server_of(process, data) and time.monotonic() < deadline:
            time.sleep(0.01)


def _send_signal(process: int, how: signal.Signals, data: Path) -> bool:
    """Send a signal to the process if it is the server of this folder, and return whether it was sent."""
    try:
        if sys.platform != "linux":
            if _is_server_of(process, data):
                os.kill(process, how)
                return True
            return False
        # The handle is opened before the check, so that it cannot refer to a later process with the same id.
        handle = os.pidfd_open(process)
        try:
            if _is_server_of(process, data):
                signal.pidfd_send_signal(handle, how)
                return True
        finally:
            os.close(handle)
    except (ProcessLookupError, PermissionError):
        pass
    return False


def _is_server_of(process: int, data: Path) -> bool:
    """Return whether the process was started as the server of this folder."""
    if sys.platform == "linux":
        try:
            words = Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
        except OSError:
            return False
        return [b"-D", os.fsencode(data)] == words[1:3]
    else:  # noqa: RET505  # for mypy, which considers the rest unreachable on Linux
        listing = subprocess.run(
            ["ps", "-ww", "-o", "command=", "-p", str(process)],  # noqa: S607  # the path of ps depends on the system
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        return f" -D {data} " in f"{listing.stdout} "
