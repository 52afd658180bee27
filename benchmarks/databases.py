"""Measure the time to start a server and to create databases, compared with the minimum that Postgres needs.

    python benchmarks/databases.py [WHERE]

`WHERE` is a value of `--postgres`. The benchmark creates and drops copies of a database with the engagement schema
with `Scratch.fresh`. The bare figures are CREATE DATABASE ... TEMPLATE and DROP DATABASE on an open connection. All
figures are the median of several runs in milliseconds.
"""

from __future__ import annotations

import contextlib
import statistics
import sys
import time
from collections.abc import Callable

from schema_dsl.pipeline import build_subject, open_project
from schema_dsl.postgres import provider
from schema_dsl.verify import Scratch

RUNS = 25


def median(work: Callable[[], object], runs: int = RUNS) -> float:
    """Return the median duration of several runs in milliseconds."""
    seconds = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds) * 1000


def main() -> None:
    """Measure and print a table."""
    where = sys.argv[1] if len(sys.argv) > 1 else "embedded"

    def server() -> None:
        with provider(where).start():
            pass

    server()
    print(f"{'server, warm: start and stop':44} {median(server, 5):8.1f} ms")
    with provider(where).start() as running, Scratch(running, build_subject(open_project())) as scratch:
        template = scratch.template("after")
        with contextlib.closing(running.connect()) as connection:
            strategy = b" STRATEGY file_copy" if running.version >= 150000 else b""

            def bare() -> None:
                connection.execute(b"CREATE DATABASE bare TEMPLATE " + template.name.encode() + strategy)
                connection.execute("DROP DATABASE bare")

            def fresh() -> None:
                with scratch.fresh("after"):
                    pass

            least, cost = median(bare), median(fresh)
        print(f"{'database, bare: CREATE ... TEMPLATE and DROP':44} {least:8.1f} ms")
        print(f"{'database, Scratch.fresh':44} {cost:8.1f} ms   {cost / least:.2f} x bare")


if __name__ == "__main__":
    main()
