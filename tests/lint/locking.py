"""Locks that a script takes, the rows that it reads, and who waits for whom."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager

import attrs

from schema_dsl.lint.source import Source
from schema_dsl.postgres import Connection, Database

SHARE = "ShareLock"
SHARE_ROW_EXCLUSIVE = "ShareRowExclusiveLock"
ACCESS_EXCLUSIVE = "AccessExclusiveLock"
MODES = (
    "AccessShareLock",
    "RowShareLock",
    "RowExclusiveLock",
    "ShareUpdateExclusiveLock",
    SHARE,
    SHARE_ROW_EXCLUSIVE,
    "ExclusiveLock",
    ACCESS_EXCLUSIVE,
)
# Those that somebody who writes has to wait for.
STOP_WRITES = frozenset(MODES[MODES.index(SHARE) :])
# Longer than anything takes on a machine that is busy.
SECONDS = 20


@attrs.frozen
class Seen:
    """What a script did to a relation: the strongest lock at its end, whether it has a new file, times it was read."""

    mode: str = ""
    rewritten: bool = False
    scans: int = 0


def look(connection: Connection, text: str) -> Mapping[str, Seen]:
    """Run a script in the transaction that is open, and see what it did to each relation of public that was there."""
    before = _relations(connection)
    for statement in Source.of(text).statements:
        if statement.kind != "transaction_stmt":
            connection.execute(statement.text.encode())
    after = _relations(connection)
    rows = connection.execute(
        "SELECT relation, mode FROM pg_locks WHERE pid = pg_backend_pid() AND relation IS NOT NULL"
    ).fetchall()
    seen = {}
    for oid, (name, file, scans) in before.items():
        modes = [mode for relation, mode in rows if relation == oid]
        _, new, more = after.get(oid, (name, file, scans))
        seen[name] = Seen(max(modes, key=MODES.index, default=""), new != file, more - scans)
    return seen


def _relations(connection: Connection) -> dict[int, tuple[str, int, int]]:
    rows = connection.execute(
        "SELECT c.oid, c.relname, relfilenode, coalesce(seq_scan, 0) FROM pg_class c "
        "LEFT JOIN pg_stat_xact_user_tables ON relid = c.oid WHERE relnamespace = 'public'::regnamespace"
    ).fetchall()
    return {oid: (name, file, scans) for oid, name, file, scans in rows}


@contextmanager
def beside(database: Database, script: str) -> Iterator[tuple[Connection, Future[None]]]:
    """Run a script in a session of its own, statement by statement, and go on when it waits for a lock, or is done.

    Whoever uses it lets the script come to its end before the body of the `with` is left.
    """
    with (
        closing(database.connect()) as session,
        closing(database.connect()) as watch,
        ThreadPoolExecutor(1) as pool,
    ):
        running = pool.submit(run, session, script)
        ask = "SELECT FROM pg_stat_activity WHERE pid = %s AND wait_event_type = 'Lock'"
        until = time.monotonic() + SECONDS
        while not running.done() and not watch.execute(ask, [session.info.backend_pid]).fetchall():
            assert time.monotonic() < until
            time.sleep(0.001)
        try:
            yield watch, running
        except BaseException:
            session.cancel()
            raise


def run(connection: Connection, text: str) -> None:
    """Run a script as psql does, statement by statement."""
    for statement in Source.of(text).statements:
        connection.execute(statement.text.encode())


def held(watch: Connection) -> Mapping[str, str]:
    """Give the strongest lock on each relation of public, granted or waited for, of a session that waits."""
    rows = watch.execute(
        "SELECT relname, mode FROM pg_locks JOIN pg_stat_activity USING (pid) JOIN pg_class c ON c.oid = relation "
        "WHERE wait_event_type = 'Lock' AND relnamespace = 'public'::regnamespace"
    ).fetchall()
    return {name: max((m for n, m in rows if n == name), key=MODES.index) for name, _ in rows}
