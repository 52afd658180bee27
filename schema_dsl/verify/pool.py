"""Threads that run tasks and end soon after Ctrl-C."""

from __future__ import annotations

from _thread import start_new_thread
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from queue import Empty, SimpleQueue
from typing import Final, NoReturn, TypeVar

import attrs

from schema_dsl.postgres import Server

_WAIT_SECONDS: Final = 0.1
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
        """Yield the key and the result of each task when it ends, and raise the exception of a task that fails.

        The thread that Ctrl-C interrupts takes no lock that is written in Python: the locks of
        `concurrent.futures.wait`, `Executor.submit` and `Thread.start` would stay locked, and other threads would wait
        for them for ever.
        """
        ended: SimpleQueue[Callable[[], tuple[_Key, _Result]]] = SimpleQueue()
        start_new_thread(self._submit, (tasks, ended))
        for _ in tasks:
            yield _take(ended)()

    def _submit(
        self,
        tasks: Mapping[_Key, Callable[[], _Result]],
        ended: SimpleQueue[Callable[[], tuple[_Key, _Result]]],
    ) -> None:
        def run_task(key: _Key, task: Callable[[], _Result]) -> None:
            try:
                result = task()
            except BaseException as error:  # noqa: BLE001 - `run` raises it
                ended.put(partial(_raise, error))
            else:
                ended.put(lambda: (key, result))

        try:
            for key, task in tasks.items():
                self.executor.submit(run_task, key, task)
        except RuntimeError as error:  # No thread can be started, or Ctrl-C has shut the executor down.
            ended.put(partial(_raise, error))


def _take(queue: SimpleQueue[_Result]) -> _Result:
    """Take an item of a queue. A signal that comes just before the wait would be noticed only after it."""
    while True:
        with suppress(Empty):
            return queue.get(timeout=_WAIT_SECONDS)


def _raise(error: BaseException) -> NoReturn:
    raise error


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
