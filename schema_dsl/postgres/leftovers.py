"""Remove the containers of killed runs, also if the reaper of testcontainers is disabled."""

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
def mark_owner() -> Iterator[dict[str, str]]:
    """Return labels for a container that mark its run as alive until the context ends.

    The labels name a file, which this process locks. The system releases the lock when the process ends, even by
    SIGKILL. A process id would not do, because the system reuses it.
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
    """Remove the containers of dead runs on this host.

    Errors are ignored, because another run may remove the same container at the same time.

    Args:
        client: The client of docker-py.
    """
    with contextlib.suppress(Exception):
        for container in client.containers.list(all=True, filters={"label": _OWNER}):
            if container.labels.get(_HOST) == socket.gethostname() and _is_dead(
                Path(container.labels[_OWNER])
            ):
                with contextlib.suppress(Exception):
                    container.remove(force=True, v=True)


def _is_dead(lock: Path) -> bool:
    try:
        descriptor = open_locked(lock, wait=False) if lock.exists() else -1
    except OSError:
        # The file belongs to another account, which has to remove its own containers.
        return False
    if descriptor is None:
        return False
    if descriptor >= 0:
        os.close(descriptor)
        lock.unlink(missing_ok=True)
    return True
