"""Threads that run tasks and end soon after Ctrl-C."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from queue import SimpleQueue
from typing import TypeVar

import attrs

from schema_dsl.postgres import Server

_Key = TypeVar("_Key")
_Result = TypeVar("_Result")


@attrs.frozen
class TaskPool:
    """A pool of threads.

    Attributes:
        executor: The threads.
    """

    executor: Executor

    def run(self, tasks: Mapping[_Key, Callable[[], _Result]]) -> Iterator[tuple[_Key, _Result]]:
        """Yield the key and the result of each task when it ends, and raise the exception of one that fails.

        The results come through a queue: if Ctrl-C interrupts `concurrent.futures.wait`, the main thread keeps the
        locks of the futures, for which their threads then wait for ever.
        """
        ended: SimpleQueue[Callable[[], tuple[_Key, _Result]]] = SimpleQueue()
        for key, task in tasks.items():
            self.executor.submit(_run_task, key, task, ended)
        for _ in tasks:
            yield ended.get()()


def _run_task(
    key: _Key, task: Callable[[], _Result], ended: SimpleQueue[Callable[[], tuple[_Key, _Result]]]
) -> None:
    try:
        result = task()
    except BaseException as error:  # noqa: BLE001 - the main thread raises it
        failure = error

        def fail() -> tuple[_Key, _Result]:
            raise failure

        ended.put(fail)
    else:
        ended.put(lambda: (key, result))


@contextmanager
def open_pool(server: Server, workers: int) -> Iterator[TaskPool]:
    """Yield a pool of threads that use the databases of a server.

    If the block ends with an exception such as KeyboardInterrupt, tasks that have not started are cancelled, and the
    sessions of the others are ended: a thread itself cannot be stopped.
    """
    executor = ThreadPoolExecutor(workers)
    try:
        yield TaskPool(executor)
    except BaseException as error:
        if not isinstance(error, Exception):
            server.interrupt()
        raise
    finally:
        executor.shutdown(cancel_futures=True)
