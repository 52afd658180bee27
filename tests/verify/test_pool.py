"""Threads that run tasks and end soon after Ctrl-C."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path
from queue import SimpleQueue
from typing import Any, cast

import pytest

from schema_dsl.postgres import Server
from schema_dsl.verify.pool import open_pool


class _Server:
    """A server that counts interrupts."""

    def __init__(self) -> None:
        self.interrupts = 0

    def interrupt(self) -> None:
        """Count an interrupt."""
        self.interrupts += 1


@pytest.fixture
def server() -> Any:
    """A server without sessions."""
    return cast("Server", _Server())


def test_results(server: Any) -> None:
    """Each result comes with its key when its task ends, in any order."""
    tasks = {"slow": lambda: time.sleep(0.2), "fast": lambda: None}
    with open_pool(server, 2) as pool:
        assert ["fast", "slow"] == [key for key, _ in pool.run(tasks)]


def test_failure(server: Any) -> None:
    """The exception of a task is raised, and does not end the sessions of the other tasks."""
    with pytest.raises(ZeroDivisionError), open_pool(server, 2) as pool:
        list(pool.run({"fails": lambda: 1 / 0, "works": lambda: 1.0}))
    assert 0 == server.interrupts


def test_interrupts() -> None:
    """Ctrl-C at any line that the main thread runs in the pool ends the sessions of the tasks and all threads."""
    script = Path(__file__).with_name("interrupted_pool.py")
    run = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    assert (0, "") == (run.returncode, run.stderr)
    assert int(run.stdout) > 10


def test_signal_before_the_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """A signal that does not wake the main thread, such as one just before it waits, ends the sessions of the tasks."""
    session: SimpleQueue[None] = SimpleQueue()
    server = _Server()
    monkeypatch.setattr(server, "interrupt", lambda: session.put(None))

    def unwind(*_: object) -> None:
        raise KeyboardInterrupt

    def use_session() -> None:
        # The thread of the task receives the signal, and the main thread waits on.
        signal.raise_signal(signal.SIGTERM)
        session.get(timeout=10)

    before = signal.signal(signal.SIGTERM, unwind)
    started = time.monotonic()
    try:
        with pytest.raises(KeyboardInterrupt), open_pool(cast("Server", server), 1) as pool:
            list(pool.run({"waits": use_session}))
    finally:
        signal.signal(signal.SIGTERM, before)
    assert time.monotonic() - started < 5
