"""Remove the fixture rows at which a script stops.

A script may stop at rows with an error: it refuses to lose data, or a NOT NULL, a check or a new type does not fit the
rows. That is no fault of the script. The proofs then try it with the other rows, and say which rows were left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import attrs
import psycopg
from psycopg import sql as pg

from schema_dsl.parsing import Statement
from schema_dsl.postgres import Connection, Database, rolled_back
from schema_dsl.verify.apply import ApplyError, rehearse_statements
from schema_dsl.verify.lost_session import raise_if_lost
from schema_dsl.verify.refusals import has_transactions, refuses_loss, stops_at_rows
from schema_dsl.verify.scratch import Scratch

_SEQUENCES: Final = """
    SELECT n.nspname, c.relname FROM pg_catalog.pg_class AS c
    INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind = 'S' AND c.relpersistence <> 't'
"""
_TABLES: Final = """
    SELECT n.nspname::text, c.relname::text
    FROM pg_catalog.pg_class AS c
    INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND n.nspname <> 'information_schema' AND left(n.nspname, 3) <> 'pg_'
    ORDER BY n.nspname, c.relname
"""
_NUMBER: Final = re.compile(r"[0-9]+")
_MOST_ROWS: Final = 60


@attrs.frozen
class LeftOutRows:
    """The rows of a table that were left out.

    Attributes:
        table: The schema and name of the table.
        removed: The number of rows that were removed.
        kept: The number of rows that stay.
        reason: The error of the script, with its place.
    """

    table: tuple[str, str]
    removed: int
    kept: int
    reason: str

    def __str__(self) -> str:
        """Return the rows as a sentence."""
        rows = f"{self.removed} fixture row{'' if self.removed == 1 else 's'} of {'.'.join(self.table)}"
        return f"{rows} left out, because the script stops at such rows: {self.reason}"


def remove_blocking_rows(
    scratch: Scratch, database: Database, statements: Sequence[Statement], file: str, *, settings: str = ""
) -> list[LeftOutRows]:
    """Remove the rows at which statements stop, and return the removed rows.

    Args:
        scratch: The owner of the statements.
        database: A database with rows, which needs no other session.
        statements: The statements, which are tried in one transaction that is rolled back.
        file: The file of the statements.
        settings: SQL that runs before the statements.
    """
    if has_transactions(statements):
        return []
    found: list[LeftOutRows] = []
    with database.connect() as connection:
        trial = _RemovalTrial(connection, scratch.owner, statements, file, settings)
        tables = connection.execute(_TABLES).fetchall()
        numbers = _read_sequences(connection)
        error = trial.find_error({})
        while error is not None and stops_at_rows(error):
            removed = next(filter(None, (trial.remove(table, error) for table in tables)), None)
            if removed is None:
                break
            found.append(removed)
            error = trial.find_error({})
        # A rollback does not bring back the numbers of sequences.
        for sequence, state in numbers.items():
            connection.execute(
                "SELECT pg_catalog.setval(%s::pg_catalog.regclass, %s, %s)", [sequence, *state]
            )
    return found


def _read_sequences(connection: Connection) -> dict[str, tuple[int, bool]]:
    """Return the last number of each sequence, and whether the sequence has given it, by its quoted name."""
    names = connection.execute(_SEQUENCES).fetchall()
    found = {}
    for name in names:
        sequence = pg.Identifier(*name)
        row = connection.execute(pg.SQL("SELECT last_value, is_called FROM {}").format(sequence)).fetchone()
        if row is not None:
            found[sequence.as_string(connection)] = (row[0], row[1])
    return found


@attrs.frozen
class _RemovalTrial:
    """Tries statements with fewer rows."""

    connection: Connection
    owner: str
    statements: Sequence[Statement]
    file: str
    settings: str

    def find_error(self, without: dict[tuple[str, str], Sequence[str]]) -> ApplyError | None:
        """Run the statements without some rows, roll back, and return the error.

        Args:
            without: The ctids of rows to delete before, by table.
        """
        try:
            with rolled_back(self.connection):
                for table, rows in without.items():
                    self._delete(table, rows)
                if self.settings:
                    self.connection.execute(self.settings.encode())
                self.connection.execute(pg.SQL("SET LOCAL ROLE {}").format(pg.Identifier(self.owner)))
                rehearse_statements(self.connection, self.statements, self.file)
        except ApplyError as error:
            raise_if_lost(error)
            return error
        return None

    def remove(self, table: tuple[str, str], error: ApplyError) -> LeftOutRows | None:
        """Remove the rows of a table at which the statements stop with an error; None if there are no such rows."""
        rows = self._list_rows(table)
        if not rows or self._is_same(self.find_error({table: rows}), error):
            return None
        blocking = [
            row
            for row in rows
            if len(rows) > _MOST_ROWS
            or self._is_same(self.find_error({table: [other for other in rows if other != row]}), error)
        ]
        # Without a row that stops the statements alone, the rows are duplicates of each other.
        blocking = blocking or rows[1:] or rows
        self._delete(table, blocking)
        return LeftOutRows(table, len(blocking), len(rows) - len(blocking), f"{error.where}: {error.what}")

    def _list_rows(self, table: tuple[str, str]) -> list[str]:
        query = pg.SQL("SELECT ctid::text FROM {} LIMIT 1000").format(pg.Identifier(*table))
        return [row[0] for row in self.connection.execute(query).fetchall()]

    def _delete(self, table: tuple[str, str], rows: Sequence[str]) -> None:
        """Delete rows without triggers and foreign keys, so that no other row changes."""
        command = pg.SQL("DELETE FROM {} WHERE ctid = ANY ({}::tid[])").format(
            pg.Identifier(*table), pg.Literal(list(rows))
        )
        self.connection.execute("SET session_replication_role = 'replica'")
        self.connection.execute(command)
        self.connection.execute("RESET session_replication_role")

    @staticmethod
    def _is_same(one: ApplyError | None, other: ApplyError) -> bool:
        """Return whether two errors are the same, apart from the rows that they name."""
        if one is None or _find_place(one) != _find_place(other):
            return False
        # One statement refuses the loss of any data, and its messages name the objects.
        return not refuses_loss(one) or _NUMBER.sub("", one.what) == _NUMBER.sub("", other.what)


def _find_place(error: ApplyError) -> tuple[str | None, ...]:
    """Return the statement of an error, also within a block, with the SQLSTATE and the objects of the error."""
    cause = error.__cause__
    if not isinstance(cause, psycopg.Error):
        return (error.where, error.sqlstate)
    found = cause.diag
    names = (found.schema_name, found.table_name, found.column_name, found.constraint_name)
    return (error.where, error.sqlstate, found.context, *names)
