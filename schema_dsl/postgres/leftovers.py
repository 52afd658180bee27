"""Containers whose run was killed: removed by the next run, also where testcontainers' own reaper is off."""

from __future__ import annotations

import contextlib
import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from schema_dsl.postgres.files import locked, open_locked

_OWNER: Final = "schema-dsl.owner"
_HOST: Final = "schema-dsl.host"


@contextmanager
def owned() -> Iterator[dict[str, str]]:
    """Give labels that say whose a container is, true for as long as the context lasts.

    They name a file that is locked meanwhile: the system lets go of the lock when a process ends, however it
    ends, and a number of a process that is gone may be another's by now.
    """
    descriptor, name = tempfile.mkstemp(prefix="schema_dsl_container_")
    os.close(descriptor)
    path = Path(name)
    try:
        with locked(path):
            yield {_OWNER: name, _HOST: socket.gethostname()}
    finally:
        path.unlink(missing_ok=True)


def remove_leftovers(client: Any) -> None:
    """Remove the containers of runs on this host that are dead.

    Args:
        client: Of docker-py. What it refuses (another run removes the same one) is no reason to stop.
    """
    with contextlib.suppress(Exception):
        for container in client.containers.list(all=True, filters={"label": _OWNER}):
            if container.labels.get(_HOST) == socket.gethostname() and _dead(Path(container.labels[_OWNER])):
                with contextlib.suppress(Exception):
                    container.remove(force=True, v=True)


def _dead(lock: Path) -> bool:
    try:
        descriptor = open_locked(lock, wait=False) if lock.exists() else -1
    except OSError:
        # Of another account: theirs to remove.
        return False
    if descriptor is None:
        return False
    if descriptor >= 0:
        os.close(descriptor)
        lock.unlink(missing_ok=True)
    return True
