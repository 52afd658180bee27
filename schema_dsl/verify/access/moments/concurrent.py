"""Probe access from a second connection while a statement runs."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager

import attrs

from schema_dsl.analysis.schema import QualifiedKey
from schema_dsl.postgres import Database
from schema_dsl.verify.access.moments.probe import AccessProbe, AccessQuestion, access_question
from schema_dsl.verify.access.statement_runner import create_runner
from schema_dsl.verify.access.trial import Trial


@attrs.define
class ConcurrentAccess:
    """Access that a second session reached while a statement ran.

    Only a concurrent session sees access that exists while one statement runs.

    Attributes:
        rounds: The number of times that the second session has probed the tables.
        reached: Per question, the first successful trial.
    """

    rounds: int = 0
    reached: dict[AccessQuestion, Trial] = attrs.Factory(dict)


@contextmanager
def probe_concurrently(
    database: Database, probe: AccessProbe, names: Collection[QualifiedKey]
) -> Iterator[ConcurrentAccess]:
    """Probe access to tables repeatedly during the block, as the callers that policies apply to.

    Raises:
        BaseException: If the probing thread failed; raised at the end of the block.
    """
    access = ConcurrentAccess()
    started, stopped = threading.Event(), threading.Event()
    errors: list[BaseException] = []

    def probe_until_stopped() -> None:
        try:
            with contextlib.closing(database.connect()) as connection:
                create_runner(connection)
                started.set()
                while not stopped.is_set():
                    for trial in probe.find_allowed(connection, names, quick=True):
                        access.reached.setdefault(access_question(trial), trial)
                    access.rounds += 1
        except BaseException as error:  # noqa: BLE001 - the main thread raises the error again
            errors.append(error)
        finally:
            started.set()

    thread = threading.Thread(target=probe_until_stopped, name="never weaker", daemon=True)
    thread.start()
    started.wait()
    try:
        yield access
    finally:
        stopped.set()
        thread.join()
    if errors:
        raise errors[0]
