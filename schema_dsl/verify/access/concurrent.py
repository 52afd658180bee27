"""Somebody who keeps asking while a migration runs."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import attrs

from schema_dsl.postgres import Connection, Database
from schema_dsl.verify.access.probe import AccessProbe, AccessQuestion, question
from schema_dsl.verify.access.trial import Trial


@attrs.define
class ConcurrentAccess:
    """What a second session reached, and which statement was running when it first did.

    Between statements is no time: what a moment inside of one gives away, only this sees. The one that runs
    the statements keeps `statement` up to date.
    """

    statement: int = 0
    rounds: int = 0
    reached: dict[AccessQuestion, tuple[int, Trial]] = attrs.Factory(dict)
    _turn: threading.Lock = attrs.Factory(threading.Lock)
    _free: threading.Event = attrs.Factory(threading.Event)

    def __attrs_post_init__(self) -> None:
        """Begin at once."""
        self._free.set()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Do not ask for as long as the block lasts: two that ask the same wait for each other's rows."""
        self._free.clear()
        try:
            with self._turn:
                yield
        finally:
            self._free.set()

    def ask(self, connection: Connection, probe: AccessProbe) -> None:
        """Ask once, when it is one's turn."""
        self._free.wait()
        with self._turn:
            for trial in probe.ask(connection, hasty=True):
                self.reached.setdefault(question(trial), (self.statement, trial))
            self.rounds += 1


@contextmanager
def watching(database: Database, probe: AccessProbe) -> Iterator[ConcurrentAccess]:
    """Ask again and again, as those whom policies bind, for as long as the block lasts.

    Raises:
        BaseException: Whatever kept the watch from asking, when the block ends.
    """
    watch = ConcurrentAccess()
    over = threading.Event()
    trouble: list[BaseException] = []

    def keep_asking() -> None:
        try:
            with contextlib.closing(database.connect()) as connection:
                while not over.is_set():
                    watch.ask(connection, probe)
        except BaseException as error:  # noqa: BLE001 - told to the thread that waits for this one
            trouble.append(error)

    thread = threading.Thread(target=keep_asking, name="never weaker", daemon=True)
    thread.start()
    try:
        yield watch
    finally:
        over.set()
        thread.join()
    if trouble:
        raise trouble[0]
