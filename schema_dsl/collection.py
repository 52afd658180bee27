"""Run Python's garbage collector less often while many long-lived objects are created."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_MANY_OBJECTS: Final = 100_000


@contextmanager
def collection_paused() -> Iterator[None]:
    """Disable the garbage collector, which would scan the new objects repeatedly without freeing any."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@contextmanager
def collection_seldom() -> Iterator[None]:
    """Let the garbage collector run only after many new objects, for a task that is too long to pause it."""
    _, *others = usual = gc.get_threshold()
    gc.set_threshold(_MANY_OBJECTS, *others)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
