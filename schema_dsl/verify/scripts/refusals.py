"""Distinguish reasons why a script stops: it refuses to lose data, rows do not fit, or it cannot run at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import psycopg
from psycopg import sql as pg

from schema_dsl.parsing import Statement
from schema_dsl.postgres import Connection
from schema_dsl.render import ALLOW_DATA_LOSS
from schema_dsl.verify.scripts.apply import ApplyError

REFUSAL_SQLSTATE: Final = "55000"
"""The SQLSTATE of a script's refusal to lose data."""

# The classes of data exceptions, such as a value that does not fit a type, and of integrity violations.
_ROW_CLASSES: Final = ("22", "23")


def refuses_loss(error: ApplyError | None) -> bool:
    """Return whether a script stops because it would lose data."""
    return error is not None and error.sqlstate == REFUSAL_SQLSTATE


def stops_at_rows(error: ApplyError) -> bool:
    """Return whether an error of a script is about the rows, and not about its statements."""
    return refuses_loss(error) or (error.sqlstate or "").startswith(_ROW_CLASSES)


def allow_data_loss(connection: Connection) -> Connection:
    """Allow data loss in a session and return the session."""
    connection.execute(pg.SQL("SET {} = 'on'").format(pg.Identifier(*ALLOW_DATA_LOSS.split("."))))
    return connection


def has_transactions(statements: Sequence[Statement]) -> bool:
    """Return whether statements begin or end transactions, so that they cannot run in one transaction."""
    return any(statement.kind == "transaction_stmt" for statement in statements)


def needs_own_transaction(error: ApplyError) -> bool:
    """Return whether a statement failed only because it cannot run inside a transaction block."""
    return isinstance(error.__cause__, psycopg.errors.ActiveSqlTransaction)
