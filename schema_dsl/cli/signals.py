"""Turn termination signals into SystemExit, so that cleanup code runs."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from schema_dsl.errors import Terminated


@contextmanager
def interruptible() -> Iterator[None]:
    """Let SIGTERM and SIGHUP unwind the program like Ctrl-C, so that servers stop and folders are removed.

    This is for programs: a library should not change signal handlers. The first signal raises Terminated with the
    status that shells use for the signal, and restores the earlier handlers. Outside the main thread the context
    does nothing, because Python sets handlers in the main thread only.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    # A signal that is ignored, for example by nohup, stays ignored.
    before = {number: signal.getsignal(number) for number in numbers}
    before = {number: handler for number, handler in before.items() if handler not in (signal.SIG_IGN, None)}

    def unwind(number: int, _frame: FrameType | None) -> None:
        restore()
        raise Terminated(128 + number)

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    for number in before:
        signal.signal(number, unwind)
    try:
        yield
    finally:
        restore()
