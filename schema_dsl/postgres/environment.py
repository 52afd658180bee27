"""Keep the caller's PG* variables away from the servers we start and from our connections to them."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager


def server_environment() -> dict[str, str]:
    """The environment for a server program: nothing that could move its port, data, language or time zone."""
    unwanted = ("PG", "LC_", "LANG", "TZ")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}
    return {**kept, "LC_ALL": "C"}


class _Hidden:
    """The variables put aside, and how many connections are being made meanwhile."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.users = 0
        self.variables: dict[str, str] = {}


_hidden = _Hidden()


@contextmanager
def without_pg_variables() -> Iterator[None]:
    """Connect as the parameters say, whatever PGSERVICE, PGOPTIONS, PGTZ ... say.

    libpq reads them itself, and not all of them can be outvoted by a parameter. They are gone for as long
    as any thread is inside, which is milliseconds; who changes one of them meanwhile finds it undone.
    """
    with _hidden.lock:
        if not _hidden.users:
            _hidden.variables = {name: value for name, value in os.environ.items() if name.startswith("PG")}
            for name in _hidden.variables:
                del os.environ[name]
        _hidden.users += 1
    try:
        yield
    finally:
        with _hidden.lock:
            _hidden.users -= 1
            if not _hidden.users:
                os.environ.update(_hidden.variables)
