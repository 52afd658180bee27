"""A running server, and fresh databases on it."""

from __future__ import annotations

import itertools
import secrets
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Final

import attrs
import psycopg
from psycopg import errors, sql
from psycopg.conninfo import make_conninfo

from schema_dsl.errors import PostgresError
from schema_dsl.postgres.connection import Connection, open_connection

SCRATCH: Final = "schema_dsl_scratch_"
"""How the name of every database that we make begins."""

_FILE_COPY_SINCE: Final = 150000
_TEMPLATE_SECONDS: Final = 1.0


@attrs.define(eq=False)
class Server:
    """A running server.

    `label` is for reports and holds no secret; nor does the repr. `superuser` is the role that bootstraps
    (on a server of somebody else: the role of the connection string). Where `owns_cluster` is false, roles
    are shared with other people. Safe to use from several threads: every call connects by itself.
    """

    version: int
    label: str
    superuser: str
    owns_cluster: bool
    _parameters: dict[str, str] = attrs.field(repr=False)
    _any_role_may_log_in: bool = attrs.field(repr=False, default=False)
    _token: str = attrs.field(repr=False, factory=lambda: secrets.token_hex(8))
    _numbers: Iterator[int] = attrs.field(repr=False, factory=itertools.count)
    _idle: list[Connection] = attrs.field(repr=False, init=False, factory=list)

    @property
    def maintenance(self) -> str:
        """The database to connect to for work on the server itself."""
        return self._parameters.get("dbname", "postgres")

    def conninfo(self, database: str | None = None, *, user: str | None = None) -> str:
        """A connection string for psql and other programs. It may hold a password: never print it."""
        changes = {"dbname": database or self.maintenance} | ({"user": user} if user else {})
        return make_conninfo("", **{**self._parameters, **changes})

    def connect(
        self,
        database: str | None = None,
        *,
        user: str | None = None,
        autocommit: bool = True,
    ) -> Connection:
        """Open a session, by default as the bootstrapping role and in the maintenance database.

        Another `user` logs in where the server lets every role in, as the ones do that we start on a socket.
        Elsewhere the session is made by SET SESSION AUTHORIZATION: rights and policies are that user's, but
        a RESET SESSION AUTHORIZATION in it would lead back.

        Raises:
            PostgresError: Saying where it tried to connect, and why it could not.
        """
        other = user is not None and user != self.superuser
        login = user if other and self._any_role_may_log_in else None
        parameters = {**self._parameters, "dbname": database or self.maintenance} | (
            {"user": login} if login else {}
        )
        connection = open_connection(parameters, ours=self.owns_cluster, autocommit=autocommit)
        if other and login is None:
            try:
                connection.execute(sql.SQL("SET SESSION AUTHORIZATION {}").format(sql.Identifier(user or "")))
                if not autocommit:
                    connection.commit()
            except psycopg.Error as error:
                connection.close()
                what = (
                    f"{self.superuser} may not act as {user} on {self.label}: {error.diag.message_primary}."
                )
                raise PostgresError(what, instead=f"Connect as a superuser, or as {user} itself.") from error
        return connection

    def database(
        self,
        *,
        template: Database | None = None,
        owner: str | None = None,
    ) -> AbstractContextManager[Database]:
        """A fresh database, dropped at the end with whoever is still connected to it.

        Args:
            template: A database to start as a copy of; nobody may be connected to it.
            owner: The role to own it, by default the bootstrapping one.

        Raises:
            PostgresError: If it cannot be made, say because the template is in use.
        """
        return self._database(template, owner)

    @contextmanager
    def _database(self, template: Database | None, owner: str | None) -> Iterator[Database]:
        # On a server of ours they go with the server; a DSN that leads to it must not take them for leftovers.
        prefix = "schema_dsl_" if self.owns_cluster else SCRATCH
        database = Database(f"{prefix}{self._token}_{next(self._numbers)}", self)
        command = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database.name))
        if template is not None:
            command += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template.name))
        if self.version >= _FILE_COPY_SINCE:
            # For small databases faster than the default, which passes every page through the log.
            command += sql.SQL(" STRATEGY file_copy")
        if owner is not None:
            command += sql.SQL(" OWNER {}").format(sql.Identifier(owner))
        with self._maintenance() as connection:
            if template is not None:
                _wait_until_unused(connection, template.name)
            try:
                connection.execute(command)
            except psycopg.Error as error:
                raise self._not_created(error) from error
        try:
            yield database
        finally:
            self._drop(database.name)

    def close(self) -> None:
        """Close the sessions that are kept for making databases. Whoever started the server calls it."""
        while self._idle:
            self._idle.pop().close()

    @contextmanager
    def _maintenance(self) -> Iterator[Connection]:
        """A session for work on the server, kept for the next one: to connect takes as long as to make a database."""
        # Taking from a list and adding to it are atomic, so threads never get the same one.
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self.connect()
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        self._idle.append(connection)

    def _not_created(self, error: psycopg.Error) -> PostgresError:
        what = (
            f"No database could be made on {self.label}: {error.diag.message_primary or 'connection lost'}."
        )
        instead = error.diag.message_detail
        if isinstance(error, errors.InsufficientPrivilege):
            instead = f"Let {self.superuser} make databases: ALTER ROLE ... CREATEDB."
        return PostgresError(what, instead=instead)

    def _drop(self, name: str) -> None:
        command = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        try:
            with self._maintenance() as connection:
                connection.execute(command)
        except psycopg.Error as error:
            what = f"The scratch database {name} could not be dropped: {error.diag.message_primary}."
            raise PostgresError(what) from error


@attrs.frozen
class Database:
    """A database of a server."""

    name: str
    server: Server

    def connect(self, user: str | None = None, *, autocommit: bool = True) -> Connection:
        """Open a session; see `Server.connect`."""
        return self.server.connect(self.name, user=user, autocommit=autocommit)

    def conninfo(self, *, user: str | None = None) -> str:
        """A connection string for other programs. It may hold a password: never print it."""
        return self.server.conninfo(self.name, user=user)


def _wait_until_unused(connection: Connection, name: str) -> None:
    """Wait for sessions that are just ending; for others, Postgres itself would wait 5 seconds."""
    deadline = time.monotonic() + _TEMPLATE_SECONDS
    query = "SELECT pid, application_name, state FROM pg_stat_activity WHERE datname = %s"
    while sessions := connection.execute(query, [name]).fetchall():
        if time.monotonic() > deadline:
            shown = ", ".join(f"{pid} ({program or 'unnamed'}, {state})" for pid, program, state in sessions)
            what = f"{name} cannot be copied while it is in use. Connected to it: {shown}."
            raise PostgresError(what, instead="Close the connections to a template before copying it.")
        time.sleep(0.002)
