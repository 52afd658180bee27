"""Sessions as PostgREST makes them: a role for one transaction, with the claims of a request."""

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
    login: str | None = None,
    commit: bool = False,
    bypassrls: bool = False,
) -> Iterator[Connection]:
    """One transaction as `role`, as PostgREST makes it for a request.

    Args:
        where: A database to open a session in, or a connection without an open transaction, which is left
            as it was found.
        role: The role of the request (`anon`, `authenticated`, ...).
        claims: What `request.jwt.claims` is set to: a mapping, or its JSON.
        login: The role that logs in (`authenticator`); default is the bootstrapping one. Only for a database.
        commit: Whether the transaction is kept if the block ends well; otherwise it is rolled back.
        bypassrls: Whether a role that no policy binds is meant (`service_role`).

    Raises:
        PostgresError: If the session cannot become the role, or the role is a superuser or has BYPASSRLS
            and that was not asked for: every check of access would pass.
    """
    if isinstance(where, Database):
        with (
            contextlib.closing(where.connect(login, autocommit=False)) as connection,
            _transaction(connection, role, claims, commit=commit, bypassrls=bypassrls),
        ):
            yield connection
        return
    if where.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
        what = f"A session as {role} needs a transaction of its own, and the connection is in one already."
        raise PostgresError(what, instead="Commit or roll back first, or pass the database.")
    with _transaction(where, role, claims, commit=commit, bypassrls=bypassrls):
        yield where


@contextmanager
def _transaction(
    connection: Connection,
    role: str,
    claims: Mapping[str, Any] | str | None,
    *,
    commit: bool,
    bypassrls: bool,
) -> Iterator[None]:
    with connection.transaction(force_rollback=not commit):
        _become(connection, role, bypassrls=bypassrls)
        if claims is not None:
            text = claims if isinstance(claims, str) else json.dumps(dict(claims))
            connection.execute("SELECT set_config('request.jwt.claims', %s, true)", [text])
        yield


def _become(connection: Connection, role: str, *, bypassrls: bool) -> None:
    try:
        connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(role)))
        row = connection.execute(
            "SELECT current_user, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user",
        ).fetchone()
    except psycopg.Error as error:
        what = f"The session cannot become {role}: {error.diag.message_primary}."
        raise PostgresError(what, instead="Make the role, or grant it to the one that logs in.") from error
    name, superuser, bypasses = row or (role, True, True)
    if (superuser or bypasses) and not bypassrls:
        trait = "is a superuser" if superuser else "has BYPASSRLS"
        what = f"{name} {trait}: no policy binds it, so a check of access as {name} proves nothing."
        raise PostgresError(what, instead="Use an ordinary role, or say that this is meant: bypassrls=True.")
