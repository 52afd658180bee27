"""A pool of threads that ends soon after Ctrl-C."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from schema_dsl.postgres import Server


@contextmanager
def open_pool(server: Server, workers: int) -> Iterator[ThreadPoolExecutor]:
    """Yield a pool of threads that use the databases of a server.

    If the block ends with an exception such as KeyboardInterrupt, tasks that have not started are cancelled, and the
    sessions of the others are ended: a thread itself cannot be stopped.
    """
    pool = ThreadPoolExecutor(workers)
    try:
        yield pool
    except BaseException as error:
        if not isinstance(error, Exception):
            server.interrupt()
        raise
    finally:
        pool.shutdown(cancel_futures=True)
