"""Pause Python's garbage collector while many long-lived objects are created."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collection_paused() -> Iterator[None]:
    """Disable the garbage collector, which would scan the new objects repeatedly without freeing any.

    Afterwards the objects are in the oldest generation, so that only a collection of all generations scans them.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            # unfreeze() moves the frozen objects to the oldest generation, and would also move those of the caller.
            if not gc.get_freeze_count():
                gc.freeze()
                gc.unfreeze()
            gc.enable()
