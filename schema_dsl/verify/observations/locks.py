"""Measure the locks, table rewrites and table scans of statements."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import attrs
from psycopg import errors, sql

from schema_dsl.analysis.locks import lock_strength
from schema_dsl.analysis.transaction_blocks import find_refused_command, write_for_transaction
from schema_dsl.parsing import Statement
from schema_dsl.postgres import Connection
from schema_dsl.verify.scripts.apply import apply_statements

# Few commands lock an index or a TOAST table without its table. Queries lock all three, so a lock on an index or a
# TOAST table counts as a lock on the table.
_RELATIONS: Final = """
    SELECT part.oid::bigint, n.nspname, c.relname, c.oid::bigint
    FROM pg_catalog.pg_class AS c
    INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    LEFT JOIN pg_catalog.pg_index AS i ON i.indrelid = c.oid
    CROSS JOIN LATERAL (VALUES (c.oid), (i.indexrelid), (nullif(c.reltoastrelid, 0))) AS part (oid)
    WHERE c.relkind IN ('r', 'p', 'm', 'v', 'f') AND part.oid IS NOT NULL
        AND n.nspname <> 'information_schema' AND left(n.nspname, 3) <> 'pg_'
"""
# Locks and new relfilenodes are visible inside the transaction that created them. The statistics may still include
# earlier transactions of the session, so the scans of a statement are the difference of two readings.
_BEFORE: Final = """
    BEGIN;
    SELECT c.oid::bigint, c.relfilenode::bigint, pg_catalog.pg_stat_get_xact_numscans(c.oid)
    FROM pg_catalog.pg_class AS c
    WHERE c.relkind IN ('r', 'm') AND c.oid = ANY ({}::pg_catalog.oid[])
"""
_AFTER: Final = """
    SELECT l.relation::bigint, pg_catalog.array_agg(DISTINCT l.mode), c.relfilenode::bigint,
        pg_catalog.pg_stat_get_xact_numscans(l.relation)
    FROM pg_catalog.pg_locks AS l
    LEFT JOIN pg_catalog.pg_class AS c ON c.oid = l.relation
    WHERE l.pid = pg_catalog.pg_backend_pid() AND l.locktype = 'relation'
    GROUP BY l.relation, c.relfilenode
"""

_STORED: Final = """
    SELECT n.nspname, c.relname, c.relkind = 'm' FROM pg_catalog.pg_class AS c
    INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname <> 'information_schema' AND left(n.nspname, 3) <> 'pg_'
"""
# CREATE INDEX CONCURRENTLY waits for the transactions of other sessions, which are no relations.
_LOCKS_OF_PROCESS: Final = """
    SELECT coalesce(relation, 0)::bigint, mode, NOT granted FROM pg_catalog.pg_locks WHERE pid = %s
"""
_PAUSE_SECONDS: Final = 0.002


@attrs.frozen
class TableUse:
    """The effect of a statement on an existing relation.

    Attributes:
        relation: The schema and name of the relation.
        lock: The strongest lock mode that the statement took.
        rewrites: Whether the statement rewrote the table.
        scans: Whether the statement scanned the table.
    """

    relation: tuple[str, str]
    lock: str
    rewrites: bool = False
    scans: bool = False

    def merge(self, other: TableUse) -> TableUse:
        """Return the combined effect, with the stronger lock mode."""
        return TableUse(
            self.relation,
            max(self.lock, other.lock, key=lock_strength),
            rewrites=self.rewrites or other.rewrites,
            scans=self.scans or other.scans,
        )


@attrs.frozen
class MeasuredStatement:
    """A statement with its measured effects.

    Attributes:
        statement: The statement.
        milliseconds: The duration on small tables. It is no estimate for large tables.
        uses: The effects on existing relations, or None if the statement cannot run in a transaction.
    """

    statement: Statement
    milliseconds: float
    uses: Sequence[TableUse] | None


def measure_statements(
    connection: Connection, observer: Connection, statements: Sequence[Statement], file: str
) -> Iterator[MeasuredStatement]:
    """Run each statement in a separate transaction and yield its effects, read before the commit.

    Transaction statements of the script are skipped, because the locks of a statement do not depend on them. Of a
    statement with CONCURRENTLY, another session reads the locks while the statement waits for it. A DO block runs
    without its COMMIT.

    Args:
        connection: The session that runs the statements.
        observer: A session that may lock all tables.
        statements: The statements.
        file: The path of the statements, for messages.

    Raises:
        ApplyError: If a statement fails, with its file and line.
    """
    # Only effects on relations that exist now count.
    parts = {row[0]: (row[1:3], row[3]) for row in connection.execute(_RELATIONS).fetchall()}
    existing = ",".join(map(str, sorted({table for _, table in parts.values()})))
    begin = sql.SQL(_BEFORE).format(sql.Literal(f"{{{existing}}}")).as_bytes(connection)
    for statement in statements:
        if statement.kind == "transaction_stmt":
            continue
        if statement.kind != "do_stmt" and find_refused_command(statement) is not None:
            yield _measure_while_waiting(connection, observer, statement, file, parts)
        else:
            yield _measure_statement(connection, statement, file, parts, begin)


def _measure_while_waiting(
    connection: Connection, observer: Connection, statement: Statement, file: str, parts: Mapping[int, Any]
) -> MeasuredStatement:
    """Measure a statement that commits inside, while it waits for the observer, which holds the lock of a writer."""
    process = connection.info.backend_pid
    locks: dict[int, list[str]] = {}
    started = time.perf_counter()
    with ThreadPoolExecutor(1) as pool, observer.transaction(force_rollback=True):
        _lock_relations(observer)
        running = pool.submit(apply_statements, connection, [statement], file)
        while not running.done():
            rows = observer.execute(_LOCKS_OF_PROCESS, [process]).fetchall()
            if any(is_waiting for _, _, is_waiting in rows):
                for oid, mode, _ in rows:
                    locks.setdefault(oid, []).append(mode)
                break
            time.sleep(_PAUSE_SECONDS)
    running.result()
    uses: dict[tuple[str, str], TableUse] = {}
    for oid, modes in locks.items():
        if oid in parts:
            relation = parts[oid][0]
            use = TableUse(relation, max(modes, key=lock_strength), scans=statement.kind == "index_stmt")
            uses[relation] = use.merge(uses.get(relation, use))
    # A statement that never waits locks no relation that the observer locks.
    return MeasuredStatement(statement, _milliseconds_since(started), tuple(uses.values()) if locks else None)


def _lock_relations(observer: Connection) -> None:
    """Take locks for which a statement with CONCURRENTLY waits, until the transaction of the session ends.

    Such a statement waits for the writers of a table. Only REFRESH writes to a materialized view, so that COMMENT takes
    the lock of the statement itself.
    """
    tables = []
    for schema, name, is_materialized in observer.execute(_STORED).fetchall():
        relation = sql.Identifier(schema, name)
        if is_materialized:
            observer.execute(sql.SQL("COMMENT ON MATERIALIZED VIEW {} IS NULL").format(relation))
        else:
            tables.append(relation)
    if tables:
        observer.execute(sql.SQL("LOCK TABLE {} IN ROW EXCLUSIVE MODE").format(sql.SQL(", ").join(tables)))


def _measure_statement(
    connection: Connection, statement: Statement, file: str, parts: Mapping[int, Any], begin: bytes
) -> MeasuredStatement:
    cursor = connection.execute(begin)
    cursor.nextset()
    before = {row[0]: row[1:] for row in cursor.fetchall()}
    started = time.perf_counter()
    try:
        connection.execute((write_for_transaction(statement) or statement.text).encode())
    except errors.Error:
        # A statement that cannot run in a transaction block succeeds alone; any other raises an ApplyError.
        connection.execute("ROLLBACK")
        started = time.perf_counter()
        apply_statements(connection, [statement], file)
        return MeasuredStatement(statement, _milliseconds_since(started), None)
    spent = _milliseconds_since(started)
    uses: dict[tuple[str, str], TableUse] = {}
    for oid, modes, file_now, scans_now in connection.execute(_AFTER).fetchall():
        if oid in parts:
            relation, table = parts[oid]
            file_before, scans_before = before.get(oid, (None, 0))
            use = TableUse(
                relation,
                max(modes, key=lock_strength),
                # A dropped table has no relfilenode after the statement, and views never have one.
                rewrites=oid == table and None not in {file_before, file_now} and file_before != file_now,
                scans=oid == table and scans_now > scans_before,
            )
            uses[relation] = use.merge(uses.get(relation, use))
    connection.execute("COMMIT")
    return MeasuredStatement(statement, spent, tuple(uses.values()))


def _milliseconds_since(started: float) -> float:
    return (time.perf_counter() - started) * 1000
