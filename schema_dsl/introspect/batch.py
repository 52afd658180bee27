"""Statements that ask Postgres something, run together; and the one that it refuses, found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
import psycopg
from psycopg import sql

from schema_dsl.errors import DefinitionError
from schema_dsl.model.identity import Identity
from schema_dsl.postgres import Connection


@attrs.frozen
class ServerQuery:
    """A statement, and the declared object that it is about."""

    identity: Identity
    declared: Any
    statement: sql.Composed


def ask(connection: Connection, questions: Sequence[ServerQuery]) -> None:
    """Run the statements of all questions, without waiting for each; one by one only where one of them fails.

    Each is sent in the extended protocol, which takes one statement and no more: SQL text that would end the
    statement and begin another is refused.

    Raises:
        DefinitionError: At the declaration of the first that Postgres refuses, with what it says.
    """
    if not questions:
        return
    try:
        with connection.transaction(), connection.pipeline():
            for question in questions:
                connection.execute(question.statement)
    except psycopg.Error:
        for question in questions:
            _ask_alone(connection, question)


def _ask_alone(connection: Connection, question: ServerQuery) -> None:
    try:
        # Asked to answer in binary, psycopg takes the extended protocol.
        connection.execute(question.statement, binary=True)
    except psycopg.Error as error:
        origin = question.declared.origin
        raise DefinitionError(
            f"{question.identity}: {error.diag.message_primary or error}",
            where=str(origin) if origin else None,
            instead=error.diag.message_hint or error.diag.message_detail,
        ) from error
