"""Distinguish a server that ended a session from a server that answered."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Final

import psycopg

from schema_dsl.errors import PostgresError, SchemaDslError
from schema_dsl.postgres import Server

# Class 08 is a lost connection. Class 57P is an intervention: a terminated session, a crash, a shutdown.
_LOST: Final = ("08", "57P")


class LostSessionError(PostgresError):
    """The server ended a session, so nothing is known about the database."""


def find_lost_session(error: BaseException | None) -> psycopg.OperationalError | None:
    """Return the error of a session that the server ended, among an error and its causes; None for other errors."""
    while error is not None:
        if isinstance(error, psycopg.OperationalError) and (
            error.sqlstate is None or error.sqlstate.startswith(_LOST)
        ):
            return error
        error = error.__cause__ or error.__context__
    return None


def raise_if_lost(error: BaseException) -> None:
    """Raise LostSessionError if an error means that the server ended a session."""
    lost = find_lost_session(error)
    if lost is not None:
        lines = str(lost).strip().splitlines() or [type(lost).__name__]
        raise LostSessionError(lines[0]) from error


@contextmanager
def watch_server(server: Server) -> Iterator[None]:
    """Turn every error of a server that dies during the block into one LostSessionError.

    After a crash of one server process, Postgres ends all sessions. The block may have handled these errors as
    results, so an idle session shows afterwards whether the server ran without a crash.

    Raises:
        LostSessionError: If the server ended a session that the block used, or the idle session.
    """
    with closing(server.connect()) as idle:
        try:
            yield
        except (SchemaDslError, psycopg.Error) as error:
            lost = find_lost_session(error)
            reason = str(lost) if lost is not None else _find_reason(idle)
            if reason is None:
                raise
            raise _lost_error(server, reason) from error
        reason = _find_reason(idle)
        if reason is not None:
            raise _lost_error(server, reason)


def _find_reason(idle: psycopg.Connection[tuple[object, ...]]) -> str | None:
    """Return why an idle session ended; None if it still answers."""
    try:
        idle.execute("SELECT")
    except psycopg.Error as error:
        return str(error)
    return None


def _lost_error(server: Server, reason: str) -> LostSessionError:
    first = (reason.strip().splitlines() or ["no reason"])[0]
    return LostSessionError(
        f"the server ended a session while the proofs ran, so there is no verdict ({server.label}: {first})",
        instead="Read the log of the server for the cause, and run the command again.",
    )
