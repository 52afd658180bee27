"""The locks, rewrites and scans of a script, and sessions that wait for locks."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager

import attrs

from schema_dsl.analysis.locks import LockMode, lock_strength
from schema_dsl.lint.source import Source
from schema_dsl.postgres import Connection, Database

SHARE, SHARE_ROW_EXCLUSIVE, ACCESS_EXCLUSIVE = (
    mode.pg_locks_name for mode in (LockMode.SHARE, LockMode.SHARE_ROW_EXCLUSIVE, LockMode.ACCESS_EXCLUSIVE)
)
BLOCKING_WRITES = frozenset(mode.pg_locks_name for mode in LockMode if mode.blocks)
# A timeout that even a busy machine does not reach.
SECONDS = 20


@attrs.frozen
class ObservedEffect:
    """The effect of a script on a relation: the strongest lock at the end, whether it was rewritten, and its scans."""

    mode: str = ""
    rewritten: bool = False
    scans: int = 0


def observe_script(connection: Connection, text: str) -> Mapping[str, ObservedEffect]:
    """Run a script in the open transaction, and return its effect on the existing relations of public."""
    before = _relations(connection)
    for statement in Source.of(text).statements:
        if statement.kind != "transaction_stmt":
            connection.execute(statement.text.encode())
    after = _relations(connection)
    rows = connection.execute(
        "SELECT relation, mode FROM pg_locks WHERE pid = pg_backend_pid() AND relation IS NOT NULL"
    ).fetchall()
    effects = {}
    for oid, (name, file, scans) in before.items():
        modes = [mode for relation, mode in rows if relation == oid]
        _, new, more = after.get(oid, (name, file, scans))
        effects[name] = ObservedEffect(max(modes, key=lock_strength, default=""), new != file, more - scans)
    return effects


def _relations(connection: Connection) -> dict[int, tuple[str, int, int]]:
    rows = connection.execute(
        "SELECT c.oid, c.relname, relfilenode, coalesce(seq_scan, 0) FROM pg_class c "
        "LEFT JOIN pg_stat_xact_user_tables ON relid = c.oid WHERE relnamespace = 'public'::regnamespace"
    ).fetchall()
    return {oid: (name, file, scans) for oid, name, file, scans in rows}


@contextmanager
def run_concurrently(database: Database, script: str) -> Iterator[tuple[Connection, Future[None]]]:
    """Run a script in another session, and enter the body of the `with` when the script waits for a lock or is done.

    The body has to let the script finish.
    """
    with (
        closing(database.connect()) as session,
        closing(database.connect()) as observer,
        ThreadPoolExecutor(1) as pool,
    ):
        running = pool.submit(run_statements, session, script)
        ask = "SELECT FROM pg_stat_activity WHERE pid = %s AND wait_event_type = 'Lock'"
        until = time.monotonic() + SECONDS
        while not running.done() and not observer.execute(ask, [session.info.backend_pid]).fetchall():
            assert time.monotonic() < until
            time.sleep(0.001)
        try:
            yield observer, running
        except BaseException:
            session.cancel()
            raise


def run_statements(connection: Connection, text: str) -> None:
    """Run a script statement by statement, like psql."""
    for statement in Source.of(text).statements:
        connection.execute(statement.text.encode())


def strongest_locks(observer: Connection) -> Mapping[str, str]:
    """Return the strongest lock on each relation of public, granted or not, of the session that waits."""
    rows = observer.execute(
        "SELECT relname, mode FROM pg_locks JOIN pg_stat_activity USING (pid) JOIN pg_class c ON c.oid = relation "
        "WHERE wait_event_type = 'Lock' AND relnamespace = 'public'::regnamespace"
    ).fetchall()
    return {name: max((m for n, m in rows if n == name), key=lock_strength) for name, _ in rows}
