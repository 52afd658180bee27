"""Transactions like those of PostgREST: with the role and the claims of a request."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg import sql

from schema_dsl.errors import PostgresError
from schema_dsl.postgres.connection import Connection
from schema_dsl.postgres.server import Database


@contextmanager
def as_role(
    where: Connection | Database,
    role: str,
    *,
    claims: Mapping[str, Any] | str | None = None,
    parameter: str = "request.jwt.claims",
    login: str | None = None,
    commit: bool = False,
    bypassrls: bool = False,
) -> Iterator[Connection]:
    """Open a transaction as `role`, like PostgREST for a request.

    Args:
        where: The database to connect to, or a connection without an open transaction, which gets its earlier
            role and claims back.
        role: The role of the request (`anon`, `authenticated`, ...).
        claims: The value of the parameter: a mapping, which becomes a JSON text, or a text.
        parameter: The configuration parameter that holds the claims.
        login: The role that logs in (`authenticator`); by default the superuser. Only for a database.
        commit: Whether to commit the transaction if the block succeeds; otherwise it is rolled back.
        bypassrls: Whether the role may be one that policies do not apply to (`service_role`).

    Raises:
        PostgresError: If the session cannot take the role, or policies do not apply to the role (superuser,
            BYPASSRLS) and `bypassrls` is false, because every check of access would then pass.
    """
    if isinstance(where, Database):
        with (
            contextlib.closing(where.connect(login, autocommit=False)) as connection,
            _open_transaction(connection, role, claims, parameter, commit=commit, bypassrls=bypassrls),
        ):
            yield connection
        return
    if where.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
        what = f"Cannot start a transaction as {role}: the connection already has an open transaction."
        raise PostgresError(what, instead="Commit or roll back first, or pass the database.")
    with _open_transaction(where, role, claims, parameter, commit=commit, bypassrls=bypassrls):
        yield where


@contextmanager
def _open_transaction(
    connection: Connection,
    role: str,
    claims: Mapping[str, Any] | str | None,
    parameter: str,
    *,
    commit: bool,
    bypassrls: bool,
) -> Iterator[None]:
    with connection.transaction(force_rollback=not commit):
        _set_role(connection, role, bypassrls=bypassrls)
        if claims is not None:
            text = claims if isinstance(claims, str) else json.dumps(dict(claims))
            connection.execute("SELECT set_config(%s, %s, true)", [parameter, text])
        yield


def _set_role(connection: Connection, role: str, *, bypassrls: bool) -> None:
    try:
        connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(role)))
        row = connection.execute(
            "SELECT current_user, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user",
        ).fetchone()
    except psycopg.Error as error:
        what = f"The session cannot take the role {role}: {error.diag.message_primary}."
        raise PostgresError(what, instead="Create the role, or grant it to the role that logs in.") from error
    name, superuser, bypasses = row or (role, True, True)
    if (superuser or bypasses) and not bypassrls:
        trait = "is a superuser" if superuser else "has BYPASSRLS"
        what = (
            f"The role {name} {trait}: policies do not apply to it, so a check of its access proves nothing."
        )
        raise PostgresError(what, instead="Use an ordinary role, or pass bypassrls=True if this is intended.")
