"""Turn a termination signal into an orderly end."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def interruptible() -> Iterator[None]:
    """Let SIGTERM and SIGHUP unwind the program as Ctrl-C does, so that servers stop and folders go.

    For programs: a library does not change what signals do. The signal raises SystemExit with the status
    that a shell shows for it; a second one acts as it did before. Does nothing outside the main thread,
    where handlers cannot be set.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    # Ignored means that somebody (nohup) wants it so.
    before = {number: signal.getsignal(number) for number in numbers}
    before = {number: handler for number, handler in before.items() if handler not in (signal.SIG_IGN, None)}

    def unwind(number: int, _frame: FrameType | None) -> None:
        restore()
        raise SystemExit(128 + number)

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    for number in before:
        signal.signal(number, unwind)
    try:
        yield
    finally:
        restore()
