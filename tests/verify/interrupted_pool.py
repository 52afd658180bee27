"""Interrupt a pool of threads at each line that its main thread runs, and exit with 0 if all threads end each time.

The exit code is 1, with the stacks of all threads, if a thread waits for ever.
"""

from __future__ import annotations

import faulthandler
import sys
from queue import SimpleQueue
from types import FrameType
from typing import Any, cast

import attrs

from schema_dsl.postgres import Server
from schema_dsl.verify.pool import TaskPool, open_pool


@attrs.define
class InterruptAt:
    """A trace function that raises KeyboardInterrupt at the n-th line or return of a function.

    Attributes:
        rest: The number of events until the interrupt.
    """

    rest: int

    def __call__(self, _frame: FrameType, event: str, _argument: object) -> Any:
        """Count an event."""
        if event in ("line", "return"):
            self.rest -= 1
            if self.rest == 0:
                sys.settrace(None)
                raise KeyboardInterrupt
        return self


class InterruptedServer:
    """A server with a session, which a task uses until `interrupt`."""

    def __init__(self) -> None:
        self.session: SimpleQueue[None] = SimpleQueue()

    def interrupt(self) -> None:
        """End the session."""
        self.session.put(None)


def run_tasks(pool: TaskPool, server: InterruptedServer) -> None:
    """Run a short task, a long one that ends on the result of the first, and a third that starts then."""
    for key, _ in pool.run({"fast": lambda: None, "slow": server.session.get, "last": lambda: None}):
        if key == "fast":
            server.interrupt()


def interrupt_each_line() -> int:
    """Return the number of events at which the main thread was interrupted."""
    count = 0
    while True:
        server = InterruptedServer()
        try:
            with open_pool(cast("Server", server), 2) as pool:
                sys.settrace(InterruptAt(count + 1))
                run_tasks(pool, server)
                sys.settrace(None)
        except KeyboardInterrupt:
            count += 1
        else:
            return count


if __name__ == "__main__":
    faulthandler.dump_traceback_later(10, exit=True)
    sys.stdout.write(str(interrupt_each_line()))
