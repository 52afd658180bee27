"""Threads that run tasks and end soon after Ctrl-C."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

import pytest

from schema_dsl.postgres import Server
from schema_dsl.verify.pool import TaskPool, open_pool


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


@pytest.fixture
def _default_interrupt() -> Iterator[None]:
    """Have SIGINT raise KeyboardInterrupt, also where the shell ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def _await(pool: TaskPool, tasks: Mapping[int, Callable[[], None]]) -> None:
    list(pool.run(tasks))
    time.sleep(1)


def test_results(server: Any) -> None:
    """Each result comes with its key when its task ends, whatever the order in which the tasks started."""
    tasks = {"slow": lambda: time.sleep(0.2), "fast": lambda: None}
    with open_pool(server, 2) as pool:
        assert ["fast", "slow"] == [key for key, _ in pool.run(tasks)]


def test_failure(server: Any) -> None:
    """The exception of a task is raised, and does not end the sessions of the other tasks."""
    with pytest.raises(ZeroDivisionError), open_pool(server, 2) as pool:
        list(pool.run({"fails": lambda: 1 / 0, "works": lambda: 1.0}))
    assert 0 == server.interrupts


@pytest.mark.usefixtures("_default_interrupt")
def test_interrupts(server: Any) -> None:
    """Ctrl-C at any moment ends the sessions of the tasks, and all threads end."""
    for attempt in range(100):
        tasks = {number: lambda: None for number in range(8)}
        tasks[attempt % 8] = lambda: signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt), open_pool(server, 4) as pool:
            _await(pool, tasks)
    assert 100 == server.interrupts
