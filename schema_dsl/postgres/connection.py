"""Open connections, with error messages that contain no secrets."""

from __future__ import annotations

import contextlib
from typing import Any, Final

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.pq import TransactionStatus

from schema_dsl.errors import PostgresError
from schema_dsl.postgres.environment import without_pg_variables
from schema_dsl.postgres.redact import describe_parameters, list_secrets, redact

Connection = psycopg.Connection[tuple[Any, ...]]

_SAVEPOINT: Final = b"SAVEPOINT schema_dsl_nested"
_RELEASE: Final = b"RELEASE SAVEPOINT schema_dsl_nested"


def execute_nested(connection: Connection, statement: bytes) -> psycopg.Cursor[tuple[Any, ...]]:
    """Run one statement in a subtransaction, which an error undoes, in one round trip instead of three.

    Args:
        connection: The session. Without an open transaction, the statement is a transaction of its own.
        statement: The statement, without a semicolon.
    """
    if connection.info.transaction_status is TransactionStatus.IDLE:
        return connection.execute(statement)
    try:
        cursor = connection.execute(b"%b;%b;%b" % (_SAVEPOINT, statement, _RELEASE))
    except psycopg.Error:
        if not connection.closed:
            connection.execute(b"ROLLBACK TO %b;%b" % (_SAVEPOINT, _RELEASE))
        raise
    cursor.nextset()
    return cursor


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
    try:
        with without_pg_variables() if own_server else contextlib.nullcontext():
            return psycopg.connect(
                make_conninfo("", **{"fallback_application_name": "schema_dsl", **parameters}),
                autocommit=autocommit,
            )
    except psycopg.Error as error:
        reason = redact(str(error).strip(), list_secrets(parameters))
        what = f"cannot connect to {describe_parameters(parameters) or 'the default server'}: {reason}"
    # Raised outside the handler, because a traceback with the cause would show the unredacted message.
    raise PostgresError(what)
