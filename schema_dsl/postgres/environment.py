"""Hide the caller's PG* variables from the servers that we start and from our connections to these servers."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager


def build_server_environment() -> dict[str, str]:
    """Return the environment for a server program, without variables for port, data, language and time zone."""
    unwanted = ("PG", "LC_", "LANG", "TZ")
    others = {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}
    return {**others, "LC_ALL": "C"}


class _HiddenVariables:
    """The removed variables, and the number of contexts that need them removed."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.users = 0
        self.variables: dict[str, str] = {}


_hidden = _HiddenVariables()


@contextmanager
def without_pg_variables() -> Iterator[None]:
    """Remove PGSERVICE, PGOPTIONS, PGTZ and all other PG* variables from the environment until the context ends.

    libpq reads these variables, and connection parameters cannot override all of them. The variables are missing
    while any thread is in this context, which takes milliseconds. At the end they get their earlier values back.
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
