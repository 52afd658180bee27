"""What killed runs left behind: their servers and folders."""

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
from schema_dsl.postgres.runs import PREFIX, places

_GRACE_SECONDS: Final = 60.0
_PATIENCE_SECONDS: Final = 5.0


def sweep(account: Account) -> None:
    """Stop the servers and remove the folders of runs that died without doing so.

    A run is dead when nobody holds its lock. Only folders of our own (or of the account that our servers
    run as) are looked at, and a process is only stopped when it is proven to be that folder's server.
    """
    for path in _leftovers(account):
        lock = None
        with contextlib.suppress(OSError):
            if (path / "lock").exists():
                lock = open_locked(path / "lock", wait=False)
                if lock is None:
                    continue
            elif time.time() - path.stat().st_mtime < _GRACE_SECONDS:
                continue
            stop_server_of(path / "data")
            remove_tree(path)
        if lock is not None:
            os.close(lock)


def _leftovers(account: Account) -> Iterator[Path]:
    for place in places():
        with contextlib.suppress(OSError), os.scandir(place) as entries:
            for entry in entries:
                if not entry.name.startswith(PREFIX):
                    continue
                status = entry.stat(follow_symlinks=False)
                if stat.S_ISDIR(status.st_mode) and status.st_uid in account.ids:
                    yield Path(entry.path)


def stop_server_of(data: Path) -> None:
    """Stop the server whose data folder this is, if one runs: at once, as nothing in it will be needed."""
    try:
        process = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return
    for how in (signal.SIGQUIT, signal.SIGKILL):
        deadline = time.monotonic() + _PATIENCE_SECONDS
        if not _signal(process, how, data):
            return
        while _serves(process, data) and time.monotonic() < deadline:
            time.sleep(0.01)


def _signal(process: int, how: signal.Signals, data: Path) -> bool:
    """Signal the process if it is the server of this folder."""
    try:
        if sys.platform != "linux":
            if _serves(process, data):
                os.kill(process, how)
                return True
            return False
        # The handle is taken before the proof: it cannot come to mean another process in between.
        handle = os.pidfd_open(process)
        try:
            if _serves(process, data):
                signal.pidfd_send_signal(handle, how)
                return True
        finally:
            os.close(handle)
    except (ProcessLookupError, PermissionError):
        pass
    return False


def _serves(process: int, data: Path) -> bool:
    """Whether the process was started as the server of this folder."""
    if sys.platform == "linux":
        try:
            words = Path(f"/proc/{process}/cmdline").read_bytes().split(b"\0")
        except OSError:
            return False
        return [b"-D", os.fsencode(data)] == words[1:3]
    else:  # noqa: RET505  # for mypy, which would call what follows unreachable on Linux
        shown = subprocess.run(
            ["ps", "-ww", "-o", "command=", "-p", str(process)],  # noqa: S607  # where ps is differs
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        return f" -D {data} " in f"{shown.stdout} "
