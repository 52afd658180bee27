"""Open connections, with error messages that contain no secrets."""

from __future__ import annotations

import contextlib
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo

from schema_dsl.errors import PostgresError
from schema_dsl.postgres.environment import without_pg_variables
from schema_dsl.postgres.redact import describe_parameters, list_secrets, redact

Connection = psycopg.Connection[tuple[Any, ...]]


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
