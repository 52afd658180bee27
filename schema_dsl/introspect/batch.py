"""Run many statements in one batch, and find the declaration of the statement that Postgres refuses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
import psycopg
from psycopg import sql

from schema_dsl.analysis.identity import Identity
from schema_dsl.errors import DefinitionError
from schema_dsl.postgres import Connection


@attrs.frozen
class ServerQuery:
    """A statement, and the declared object whose SQL it contains."""

    identity: Identity
    declared: Any
    statement: sql.Composed


class RefusedObjectError(DefinitionError):
    """Postgres refuses the SQL of an object.

    Attributes:
        identity: The object.
        reason: The message of Postgres.
    """

    def __init__(self, identity: Identity, what: str, *, where: str | None, instead: str | None) -> None:
        self.identity = identity
        self.reason = what
        super().__init__(f"{identity}: {what}", where=where, instead=instead)


def run_queries(connection: Connection, queries: Sequence[ServerQuery]) -> None:
    """Run all statements in one pipeline; if a statement fails, run each statement separately.

    The extended protocol accepts a single statement only, so Postgres refuses declared SQL that ends the
    statement and starts another one.

    Raises:
        RefusedObjectError: If Postgres refuses a statement; with its declaration and the message of Postgres.
    """
    if not queries:
        return
    try:
        _run_in_pipeline(connection, queries)
    except psycopg.Error:
        for query in queries:
            _run_query(connection, query)


def _run_in_pipeline(connection: Connection, queries: Sequence[ServerQuery]) -> None:
    failure: psycopg.Error | None = None
    with connection.transaction():
        with connection.pipeline():
            try:
                for query in queries:
                    connection.execute(query.statement)
            except psycopg.Error as error:
                # A pipeline that an exception ends logs a warning about the statements that it has not sent.
                failure = error
        if failure is not None:
            raise failure


def _run_query(connection: Connection, query: ServerQuery) -> None:
    try:
        # psycopg uses the extended protocol for binary results.
        connection.execute(query.statement, binary=True)
    except psycopg.Error as error:
        origin = query.declared.origin
        raise RefusedObjectError(
            query.identity,
            str(error.diag.message_primary or error),
            where=str(origin) if origin else None,
            instead=error.diag.message_hint or error.diag.message_detail,
        ) from error
