"""What a statement does to those who use the database meanwhile, measured."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import attrs
from psycopg import errors

from schema_dsl.parsing import Statement
from schema_dsl.plan.step import LOCK_MODES
from schema_dsl.postgres import Connection
from schema_dsl.verify.apply import apply_statements

# An index or a TOAST table is locked instead of its table only by few commands; a query needs all of them.
_RELATIONS: Final = """
    SELECT part.oid::bigint, n.nspname, c.relname, c.oid::bigint
    FROM pg_catalog.pg_class AS c
    INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_index AS i ON i.indrelid = c.oid
    CROSS JOIN LATERAL (VALUES (c.oid), (i.indexrelid), (nullif(c.reltoastrelid, 0))) AS part (oid)
    WHERE c.relkind IN ('r', 'p', 'm', 'v', 'f') AND part.oid IS NOT NULL
        AND n.nspname <> 'information_schema' AND left(n.nspname, 3) <> 'pg_'
"""
# Inside the transaction that took them, where also new files show. Statistics may still count what earlier
# transactions of the session did: what a statement added is the difference.
_BEFORE: Final = """
    BEGIN;
    SELECT c.oid::bigint, c.relfilenode::bigint, pg_catalog.pg_stat_get_xact_numscans(c.oid)
    FROM pg_catalog.pg_class AS c
    WHERE c.relkind IN ('r', 'm')
"""
_AFTER: Final = """
    SELECT l.relation::bigint, pg_catalog.array_agg(DISTINCT l.mode), c.relfilenode::bigint,
        pg_catalog.pg_stat_get_xact_numscans(l.relation)
    FROM pg_catalog.pg_locks AS l
    LEFT JOIN pg_catalog.pg_class AS c ON c.oid = l.relation
    WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'relation'
    GROUP BY l.relation, c.relfilenode
"""


def strength(mode: str) -> int:
    """Say how strong a lock is. What is no lock on a relation's use, such as SIReadLock, has none."""
    return LOCK_MODES.index(mode) if mode in LOCK_MODES else -1


@attrs.frozen
class TableUse:
    """What a statement did to a table that was there before the migration."""

    relation: tuple[str, str]
    lock: str
    rewrites: bool = False
    scans: bool = False

    def joined(self, other: TableUse) -> TableUse:
        """Give both in one, with the stronger lock."""
        return TableUse(
            self.relation,
            max(self.lock, other.lock, key=strength),
            rewrites=self.rewrites or other.rewrites,
            scans=self.scans or other.scans,
        )


@attrs.frozen
class Measured:
    """A statement, what it did to tables, and how long it took; None where it cannot be run in a transaction.

    The time is that of a small table: it tells what waits for nothing from what does, and no more.
    """

    statement: Statement
    milliseconds: float
    uses: Sequence[TableUse] | None


def measure(connection: Connection, statements: Sequence[Statement], file: str) -> Iterator[Measured]:
    """Run statements, each in a transaction of its own, and look before it ends.

    Transactions of the file itself are left out: what a statement takes does not depend on them.

    Raises:
        ApplyError: With the file and line of the statement that failed.
    """
    parts = {row[0]: (row[1:3], row[3]) for row in connection.execute(_RELATIONS).fetchall()}
    for statement in statements:
        if statement.kind != "transaction_stmt":
            yield _measured(connection, statement, file, parts)


def _measured(connection: Connection, statement: Statement, file: str, parts: Mapping[int, Any]) -> Measured:
    cursor = connection.execute(_BEFORE)
    cursor.nextset()
    before = {row[0]: row[1:] for row in cursor.fetchall()}
    started = time.perf_counter()
    try:
        connection.execute(statement.text.encode())
    except errors.Error:
        # Alone it either passes, as what refuses to be in a transaction does, or fails with its place.
        connection.execute("ROLLBACK")
        started = time.perf_counter()
        apply_statements(connection, [statement], file)
        return Measured(statement, _milliseconds(started), None)
    spent = _milliseconds(started)
    uses: dict[tuple[str, str], TableUse] = {}
    for oid, modes, file_now, scans_now in connection.execute(_AFTER).fetchall():
        if oid in parts:
            relation, table = parts[oid]
            file_before, scans_before = before.get(oid, (None, 0))
            use = TableUse(
                relation,
                max(modes, key=strength),
                # What is dropped has no file any more, and a view never had one.
                rewrites=oid == table and None not in {file_before, file_now} and file_before != file_now,
                scans=oid == table and scans_now > scans_before,
            )
            uses[relation] = use.joined(uses.get(relation, use))
    connection.execute("COMMIT")
    return Measured(statement, spent, tuple(uses.values()))


def _milliseconds(started: float) -> float:
    return (time.perf_counter() - started) * 1000
