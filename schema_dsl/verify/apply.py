"""Scripts, run as a person's tools would run them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache

import psycopg

from schema_dsl.errors import SchemaDslError
from schema_dsl.parsing import Statement, split
from schema_dsl.postgres import Connection


class ApplyError(SchemaDslError):
    """A script's statement failed; `sqlstate` is Postgres' code for why."""

    def __init__(self, what: str, *, where: str, sqlstate: str | None) -> None:
        self.sqlstate = sqlstate
        super().__init__(what, where=where)


@lru_cache(maxsize=8)
def statements_of(script: str) -> tuple[Statement, ...]:
    """Cut a script as psql does: each piece is sent to the server by itself."""
    return split(script).statements


def apply_script(connection: Connection, script: str, file: str) -> None:
    """Run a whole script, at once and in one transaction, or with its own transactions where it has any.

    Statement by statement it is run only to find the one that failed.

    Raises:
        ApplyError: With the file and line of the statement that failed.
    """
    try:
        connection.execute(script.encode())
    except psycopg.Error:
        connection.rollback()
        # CREATE INDEX CONCURRENTLY and its like refuse to share a call; by itself each of them may pass.
        apply_statements(connection, statements_of(script), file)


def apply_statements(connection: Connection, statements: Iterable[Statement], file: str) -> None:
    """Run statements one by one, each in a transaction of its own, as `psql -f` does.

    Raises:
        ApplyError: With the file and line of the statement that failed.
    """
    for statement in statements:
        with _placed(statement, file):
            connection.execute(statement.text.encode())


def apply_in_transaction(connection: Connection, statements: Iterable[Statement], file: str) -> None:
    """Run statements one by one inside one transaction, as `psql -1 -f` does.

    Raises:
        ApplyError: With the file and line of the statement that failed.
    """
    with connection.transaction():
        apply_statements(connection, statements, file)


@contextmanager
def _placed(statement: Statement, file: str) -> Iterator[None]:
    """Turn what Postgres says into an error at the statement's line."""
    try:
        yield
    except psycopg.Error as error:
        message = error.diag.message_primary or str(error).strip() or type(error).__name__
        detail = f" ({error.diag.message_detail})" if error.diag.message_detail else ""
        raise ApplyError(
            f"{message}{detail}", where=f"{file}:{statement.line}", sqlstate=error.sqlstate
        ) from error
