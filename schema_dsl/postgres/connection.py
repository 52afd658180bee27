"""Open connections, with error messages that contain no secrets."""

from __future__ import annotations

import contextlib
import logging
import traceback
from collections.abc import Iterator
from typing import Any, Final

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.pq import TransactionStatus

from schema_dsl.errors import PostgresError, Terminated
from schema_dsl.postgres.environment import without_pg_variables
from schema_dsl.postgres.redact import describe_parameters, list_secrets, redact

# psycopg logs the errors that it ignores, such as those of a rollback after Ctrl-C, which would reach standard error.
logging.getLogger("psycopg").addHandler(logging.NullHandler())

Connection = psycopg.Connection[tuple[Any, ...]]

_SAVEPOINT: Final = b"SAVEPOINT schema_dsl_nested"
_RELEASE: Final = b"RELEASE SAVEPOINT schema_dsl_nested"
_SAVEPOINT_OF_BLOCK: Final = b"SAVEPOINT schema_dsl_block"
_ROLLBACK_OF_BLOCK: Final = b"ROLLBACK TO SAVEPOINT schema_dsl_block; RELEASE SAVEPOINT schema_dsl_block"


def execute_nested(
    connection: Connection, statement: bytes, *, undo: bool = False
) -> psycopg.Cursor[tuple[Any, ...]]:
    """Run one statement in a subtransaction, which an error undoes, in one round trip instead of three.

    Args:
        connection: The session. Without an open transaction, the statement is a transaction of its own.
        statement: The statement, without a semicolon.
        undo: Whether to undo the statement also without an error. The session must be in a transaction then.
    """
    if not undo and connection.info.transaction_status is TransactionStatus.IDLE:
        return connection.execute(statement)
    end = b"ROLLBACK TO %b;%b" % (_SAVEPOINT, _RELEASE) if undo else _RELEASE
    try:
        cursor = connection.execute(b"%b;%b;%b" % (_SAVEPOINT, statement, end))
    except psycopg.Error:
        if not connection.closed:
            connection.execute(b"ROLLBACK TO %b;%b" % (_SAVEPOINT, _RELEASE))
        raise
    cursor.nextset()
    return cursor


@contextlib.contextmanager
def rolled_back(connection: Connection) -> Iterator[None]:
    """Roll back, at the end of the block, every change on the connection, in fewer round trips than psycopg needs."""
    if not connection.autocommit:
        with connection.transaction(force_rollback=True):
            yield
        return
    is_nested = connection.info.transaction_status is not TransactionStatus.IDLE
    connection.execute(_SAVEPOINT_OF_BLOCK if is_nested else b"BEGIN")
    try:
        yield
    finally:
        if not connection.closed:
            connection.execute(_ROLLBACK_OF_BLOCK if is_nested else b"ROLLBACK")


def last_result(cursor: psycopg.Cursor[Any]) -> psycopg.Cursor[Any]:
    """Advance the cursor to the result of the last statement of a script."""
    while cursor.nextset():
        pass
    return cursor


def open_connection(parameters: dict[str, str], *, own_server: bool, autocommit: bool = True) -> Connection:
    """Open a connection.

    Args:
        parameters: The connection parameters of libpq.
        own_server: Whether this process started the server. The PG* environment variables are then ignored, because
            they are for another server.
        autocommit: Whether every statement is a transaction.

    Raises:
        PostgresError: If the connection fails. The message contains no secrets.
    """
    hiding: contextlib.AbstractContextManager[None] = contextlib.nullcontext()
    if own_server:
        hiding = without_pg_variables()
    elif "passfile" in parameters:
        # libpq prefers PGPASSWORD, the password of some other server, to the file.
        hiding = without_pg_variables("PGPASSWORD")
    try:
        with hiding:
            return psycopg.connect(
                make_conninfo("", **{"fallback_application_name": "schema_dsl", **parameters}),
                autocommit=autocommit,
            )
    except psycopg.Error as error:
        reason = redact(str(error).strip(), list_secrets(parameters))
        what = f"cannot connect to {describe_parameters(parameters) or 'the default server'}: {reason}"
    except (KeyboardInterrupt, Terminated) as error:
        # The traceback keeps the half-open connection. DROP DATABASE would wait up to a minute for its login.
        traceback.clear_frames(error.__traceback__)
        raise
    # Raised outside the handler, because a traceback with the cause would show the unredacted message.
    raise PostgresError(what)
