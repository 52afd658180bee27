"""Connecting, with errors that show no secret."""

from __future__ import annotations

import contextlib
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo

from schema_dsl.errors import PostgresError
from schema_dsl.postgres.environment import without_pg_variables
from schema_dsl.postgres.redact import describe, redact, secrets_of

Connection = psycopg.Connection[tuple[Any, ...]]


def open_connection(parameters: dict[str, str], *, ours: bool, autocommit: bool = True) -> Connection:
    """Connect, with an error that shows no secret.

    Args:
        parameters: Of libpq.
        ours: Whether we started the server: then the caller's PG* variables are meant for another one.
        autocommit: Whether each statement is a transaction.

    Raises:
        PostgresError: If the server does not answer, or not to us.
    """
    try:
        with without_pg_variables() if ours else contextlib.nullcontext():
            return psycopg.connect(
                make_conninfo("", **{"fallback_application_name": "schema_dsl", **parameters}),
                autocommit=autocommit,
            )
    except psycopg.Error as error:
        reason = redact(str(error).strip(), secrets_of(parameters))
        what = f"No connection to {describe(parameters) or 'the default server'}: {reason}"
    # Raised outside the handler: a traceback that shows the cause would show its text as it is.
    raise PostgresError(what)
