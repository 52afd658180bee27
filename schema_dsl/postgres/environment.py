"""Hide the caller's PG* variables from the servers that we start and from our connections to these servers."""

from __future__ import annotations

import os
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final


def build_server_environment() -> dict[str, str]:
    """Return the environment for a server program, without variables for port, data, language and time zone."""
    unwanted = ("PG", "LC_", "LANG", "TZ")
    others = {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}
    return {**others, "LC_ALL": "C"}


class _HiddenVariables:
    """The removed variables, and the number of contexts that need them removed."""

    def __init__(self) -> None:
        self.users = 0
        self.variables: dict[str, str] = {}


_lock: Final = threading.Lock()
_hidden: Final[defaultdict[str, _HiddenVariables]] = defaultdict(_HiddenVariables)


@contextmanager
def without_pg_variables(prefix: str = "PG") -> Iterator[None]:
    """Remove PGSERVICE, PGOPTIONS, PGTZ and all other PG* variables from the environment until the context ends.

    libpq reads these variables, and connection parameters cannot override all of them. The variables are missing
    while any thread is in this context, which takes milliseconds. At the end they get their earlier values back.

    Args:
        prefix: The beginning of the names of the variables.
    """
    with _lock:
        hidden = _hidden[prefix]
        if not hidden.users:
            hidden.variables = {name: value for name, value in os.environ.items() if name.startswith(prefix)}
            for name in hidden.variables:
                del os.environ[name]
        hidden.users += 1
    try:
        yield
    finally:
        with _lock:
            hidden.users -= 1
            if not hidden.users:
                os.environ.update(hidden.variables)
