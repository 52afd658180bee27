"""Probe access from a second connection while a migration runs."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import attrs

from schema_dsl.postgres import Connection, Database
from schema_dsl.verify.access.probe import AccessProbe, AccessQuestion, access_question
from schema_dsl.verify.access.trial import Trial


@attrs.define
class ConcurrentAccess:
    """Access that a second session reached while the migration ran.

    Only a concurrent session sees access that exists while one statement runs.

    Attributes:
        statement: The number of the running statement. The code that runs the migration updates it.
        rounds: How often the second session has probed all tables.
        reached: Per question, the statement that ran at the first success, and the trial.
    """

    statement: int = 0
    rounds: int = 0
    reached: dict[AccessQuestion, tuple[int, Trial]] = attrs.Factory(dict)
    _lock: threading.Lock = attrs.Factory(threading.Lock)
    _resumed: threading.Event = attrs.Factory(threading.Event)

    def __attrs_post_init__(self) -> None:
        """Start without a pause."""
        self._resumed.set()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Pause the probes during the block, because concurrent probes wait for the row locks of each other."""
        self._resumed.clear()
        try:
            with self._lock:
                yield
        finally:
            self._resumed.set()

    def probe_once(self, connection: Connection, probe: AccessProbe) -> None:
        """Probe all tables once, after any pause."""
        self._resumed.wait()
        with self._lock:
            for trial in probe.find_allowed(connection, quick=True):
                self.reached.setdefault(access_question(trial), (self.statement, trial))
            self.rounds += 1


@contextmanager
def probe_concurrently(database: Database, probe: AccessProbe) -> Iterator[ConcurrentAccess]:
    """Probe access repeatedly during the block, as the callers that policies apply to.

    Raises:
        BaseException: If the probing thread failed; raised at the end of the block.
    """
    access = ConcurrentAccess()
    stopped = threading.Event()
    errors: list[BaseException] = []

    def probe_until_stopped() -> None:
        try:
            with contextlib.closing(database.connect()) as connection:
                while not stopped.is_set():
                    access.probe_once(connection, probe)
        except BaseException as error:  # noqa: BLE001 - the main thread raises the error again
            errors.append(error)

    thread = threading.Thread(target=probe_until_stopped, name="never weaker", daemon=True)
    thread.start()
    try:
        yield access
    finally:
        stopped.set()
        thread.join()
    if errors:
        raise errors[0]
