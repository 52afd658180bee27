"""Apply scripts the way psql and migration tools apply them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from functools import lru_cache
from typing import Final, TypeAlias

import psycopg
from psycopg.pq import TransactionStatus

from schema_dsl.analysis.transaction_blocks import (
    needs_several_transactions,
    split_into_transactions,
    write_for_transaction,
)
from schema_dsl.errors import PostgresError, SchemaDslError
from schema_dsl.migrations import Migration, require_replayable
from schema_dsl.parsing import Statement, split
from schema_dsl.postgres import Connection
from schema_dsl.verify.scripts.host import leave_out_enabled, write_for_host
from schema_dsl.verify.scripts.script_name import locate

# Splitting a long script takes longer than to look for the words.
_MAY_BE_REFUSED: Final = re.compile(
    r"\b(?:concurrently|commit|rollback|vacuum|reindex|cluster|system|value)\b", re.IGNORECASE
)
_UNAVAILABLE: Final = re.compile(r'extension ".*" is not available')
_MISSING_ROLE: Final = re.compile(r'role "(.*)" does not exist')
_OTHER_SERVER: Final = (
    "Set `postgres` in [tool.schema-dsl] to a server that has it: a DSN, or a folder of server binaries."
)


class ApplyError(SchemaDslError):
    """A statement of a script failed.

    Attributes:
        sqlstate: The SQLSTATE of the error, or None if the server sent none.
    """

    def __init__(self, what: str, *, where: str, sqlstate: str | None, instead: str = "") -> None:
        self.sqlstate = sqlstate
        super().__init__(what, where=where, instead=instead)


@lru_cache(maxsize=8)
def split_statements(script: str) -> tuple[Statement, ...]:
    """Split a script into statements that are sent to the server one by one, as psql does."""
    return split(script).statements


def apply_script(connection: Connection, script: str, file: str) -> None:
    """Run a script in one call: one transaction, unless the script itself contains transaction statements.

    If the call fails, run the script statement by statement to locate the failing statement. A script with statements
    that Postgres refuses in a transaction block runs statement by statement.

    Raises:
        ApplyError: If a statement fails, with its file and line.
    """
    if _MAY_BE_REFUSED.search(script) and needs_several_transactions(split_statements(script)):
        apply_statements(connection, split_statements(leave_out_enabled(connection, script)), file)
        return
    in_transaction = connection.info.transaction_status == TransactionStatus.INTRANS
    try:
        with connection.transaction() if in_transaction else nullcontext():
            connection.execute(script.encode())
    except psycopg.Error as error:
        if not in_transaction:
            connection.rollback()
        if isinstance(error, psycopg.errors.InsufficientPrivilege):
            needed = leave_out_enabled(connection, script)
            if needed != script:
                apply_script(connection, needed, file)
                return
        # REINDEX of a partitioned table and the like fail in a call with other statements, but may succeed alone.
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
        apply_script(connection, write_for_host(connection, migration.forward), str(migration.path))
        return
    for each in replayed:
        with locate_errors(each.statement, str(migration.path)):
            if each.rows is None:
                text = write_for_host(connection, leave_out_enabled(connection, each.statement.text))
                connection.execute(text.encode())
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

    The transaction ends where it has to; see `split_into_transactions`.

    Raises:
        ApplyError: If a statement fails, with its file and line.
    """
    for is_alone, group in split_into_transactions(statements):
        with nullcontext() if is_alone else connection.transaction():
            apply_statements(connection, group, file)


def rehearse_statements(connection: Connection, statements: Iterable[Statement], file: str) -> None:
    """Run statements inside a transaction that will be rolled back.

    A statement that Postgres refuses in a transaction block runs in a form with the same effect, or is left out.

    Raises:
        ApplyError: If a statement fails, with its file and line.
    """
    for statement in statements:
        text = write_for_transaction(statement)
        if text is not None:
            with locate_errors(statement, file):
                connection.execute(text.encode())


ApplyFunction: TypeAlias = Callable[[Connection, Iterable[Statement], str], None]


def list_apply_modes(statements: Sequence[Statement]) -> dict[str, ApplyFunction]:
    """Return the ways in which statements can be applied, by their description."""
    whole = (
        "in as few transactions as possible"
        if needs_several_transactions(statements)
        else "in one transaction"
    )
    return {"statement by statement": apply_statements, whole: apply_in_transaction}


@contextmanager
def locate_errors(statement: Statement, file: str) -> Iterator[None]:
    """Convert a Postgres error to an ApplyError at the statement's line."""
    try:
        yield
    except psycopg.Error as error:
        message = error.diag.message_primary or str(error).strip() or type(error).__name__
        detail = f" ({error.diag.message_detail})" if error.diag.message_detail else ""
        raise ApplyError(
            f"{message}{detail}",
            where=locate(file, statement.line),
            sqlstate=error.sqlstate,
            instead=_suggest(message),
        ) from error


def _suggest(message: str) -> str:
    """Return the remedy for an error of a script that its author cannot see in the script; "" for other errors."""
    if _UNAVAILABLE.fullmatch(message):
        return _OTHER_SERVER
    role = _MISSING_ROLE.fullmatch(message)
    if role is not None:
        return f"Declare the role, also where only earlier migrations name it: Role({json.dumps(role[1])})."
    return ""


@contextmanager
def raise_for_fresh_database(name: str) -> Iterator[None]:
    """Say of an error that a script, with this name, cannot be applied to a fresh database."""
    try:
        yield
    except PostgresError as error:
        raise PostgresError(
            f"{name} cannot be applied to a fresh database: {error.what}", where=error.where
        ) from error
    except psycopg.Error as error:
        raise PostgresError(f"{name} cannot be applied to a fresh database: {error}") from error
