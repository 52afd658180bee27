"""What a server and fresh databases cost, against the least that Postgres itself needs for them.

    python benchmarks/databases.py [WHERE]

`WHERE` is what `--postgres` takes. A database of ours is one that `Server.database` gives and takes back,
as a copy of one that holds the engagement schema; the bare figures are CREATE DATABASE ... TEMPLATE and
DROP DATABASE on an open connection. Milliseconds, the median of some runs.
"""

from __future__ import annotations

import contextlib
import statistics
import sys
import time
from collections.abc import Callable

from schema_dsl.pipeline import open_project, subject
from schema_dsl.postgres import provider
from schema_dsl.verify import Scratch

RUNS = 25


def median(work: Callable[[], object], runs: int = RUNS) -> float:
    """Time something several times, in milliseconds."""
    seconds = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds) * 1000


def main() -> None:
    """Measure, and print a table."""
    where = sys.argv[1] if len(sys.argv) > 1 else "embedded"

    def server() -> None:
        with provider(where).start():
            pass

    server()
    print(f"{'server, warm: start and stop':44} {median(server, 5):8.1f} ms")
    with provider(where).start() as running, Scratch(running, subject(open_project())) as scratch:
        template = scratch.template("after")
        with contextlib.closing(running.connect()) as connection:
            strategy = b" STRATEGY file_copy" if running.version >= 150000 else b""

            def bare() -> None:
                connection.execute(b"CREATE DATABASE bare TEMPLATE " + template.name.encode() + strategy)
                connection.execute("DROP DATABASE bare")

            def ours() -> None:
                with scratch.fresh("after"):
                    pass

            least, cost = median(bare), median(ours)
        print(f"{'database, bare: CREATE ... TEMPLATE and DROP':44} {least:8.1f} ms")
        print(f"{'database, ours':44} {cost:8.1f} ms   {cost / least:.2f} x bare")


if __name__ == "__main__":
    main()
