"""Apply scripts the way psql and migration tools apply them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache

import psycopg

from schema_dsl.errors import SchemaDslError
from schema_dsl.migrations import Migration, require_replayable
from schema_dsl.parsing import Statement, split
from schema_dsl.postgres import Connection


class ApplyError(SchemaDslError):
    """A statement of a script failed.

    Attributes:
        sqlstate: The SQLSTATE of the error, or None if the server sent none.
    """

    def __init__(self, what: str, *, where: str, sqlstate: str | None) -> None:
        self.sqlstate = sqlstate
        super().__init__(what, where=where)


@lru_cache(maxsize=8)
def split_statements(script: str) -> tuple[Statement, ...]:
    """Split a script into statements that are sent to the server one by one, as psql does."""
    return split(script).statements


def apply_script(connection: Connection, script: str, file: str) -> None:
    """Run a script in one call: one transaction, unless the script itself contains transaction statements.

    If the call fails, run the script statement by statement to locate the failing statement.

    Raises:
        ApplyError: If a statement fails, with its file and line.
    """
    try:
        connection.execute(script.encode())
    except psycopg.Error:
        connection.rollback()
        # CREATE INDEX CONCURRENTLY and similar statements fail in a call with other statements, but may succeed alone.
        apply_statements(connection, split_statements(script), file)


def apply_migration(connection: Connection, migration: Migration) -> None:
    """Run the forward SQL of a migration of any layout, with the rows of COPY ... FROM STDIN.

    Raises:
        MigrationError: If the file cannot be replayed.
        ApplyError: If a statement fails, with its file and line.
    """
    require_replayable([migration])
    replayed = migration.statements
    if all(each.rows is None for each in replayed):
        apply_script(connection, migration.forward, migration.label)
        return
    for each in replayed:
        with locate_errors(each.statement, migration.label):
            if each.rows is None:
                connection.execute(each.statement.text.encode())
            else:
                with connection.cursor().copy(each.statement.text.encode()) as copy:
                    copy.write(each.rows)


def apply_statements(connection: Connection, statements: Iterable[Statement], file: str) -> None:
    """Run each statement in a separate transaction, as `psql -f` does.

    Raises:
        ApplyError: If a statement fails, with its file and line.
    """
    for statement in statements:
        with locate_errors(statement, file):
            connection.execute(statement.text.encode())


def apply_in_transaction(connection: Connection, statements: Iterable[Statement], file: str) -> None:
    """Run statements one by one inside one transaction, as `psql -1 -f` does.

    Raises:
        ApplyError: If a statement fails, with its file and line.
    """
    with connection.transaction():
        apply_statements(connection, statements, file)


@contextmanager
def locate_errors(statement: Statement, file: str) -> Iterator[None]:
    """Convert a Postgres error to an ApplyError at the statement's line."""
    try:
        yield
    except psycopg.Error as error:
        message = error.diag.message_primary or str(error).strip() or type(error).__name__
        detail = f" ({error.diag.message_detail})" if error.diag.message_detail else ""
        raise ApplyError(
            f"{message}{detail}", where=f"{file}:{statement.line}", sqlstate=error.sqlstate
        ) from error
