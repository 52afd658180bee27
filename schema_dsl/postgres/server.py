"""A running server, and fresh databases on the server."""

from __future__ import annotations

import contextlib
import itertools
import secrets
import time
from collections.abc import Hashable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from typing import Final

import attrs
import psycopg
from psycopg import errors, sql
from psycopg.conninfo import make_conninfo

from schema_dsl.errors import PostgresError, Terminated
from schema_dsl.postgres.connection import Connection, open_connection

SCRATCH: Final = "schema_dsl_scratch_"
"""The prefix of the names of scratch databases on existing servers."""

_END_SESSIONS: Final = """
    SELECT pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity
    WHERE starts_with(datname, %s) AND pid <> pg_catalog.pg_backend_pid()
"""
_OWN_DATABASES: Final = "SELECT datname FROM pg_catalog.pg_database WHERE starts_with(datname, %s)"
_CONCURRENT_DROPS: Final = 8
_FILE_COPY_SINCE: Final = 150000
_TEMPLATE_SECONDS: Final = 1.0


@attrs.define(eq=False)
class Server:
    """A running server. Several threads can use it, because every call opens a connection.

    Attributes:
        version: The version, as server_version_num.
        label: The version and the origin of the server for reports, without secrets.
        superuser: The bootstrap superuser; on an existing server, the role of the connection string.
        owns_cluster: Whether this process started the server. If not, other users may use its roles.
        has_fsync: Whether the server waits for the disk, as an existing server usually does.
        lasting: The databases of `create_lasting`, by the key of their contents.
    """

    version: int
    label: str
    superuser: str
    owns_cluster: bool
    has_fsync: bool = attrs.field(kw_only=True, default=False)
    lasting: dict[Hashable, Database] = attrs.field(repr=False, init=False, factory=dict)
    _parameters: dict[str, str] = attrs.field(repr=False)
    _any_role_may_log_in: bool = attrs.field(repr=False, default=False)
    _token: str = attrs.field(repr=False, factory=lambda: secrets.token_hex(8))
    _numbers: Iterator[int] = attrs.field(repr=False, factory=itertools.count)
    _idle: list[Connection] = attrs.field(repr=False, init=False, factory=list)
    _is_interrupted: bool = attrs.field(repr=False, init=False, default=False)

    @property
    def maintenance(self) -> str:
        """The database for commands about the server itself, such as CREATE DATABASE."""
        return self._parameters.get("dbname", "postgres")

    def conninfo(self, database: str | None = None, *, user: str | None = None) -> str:
        """Return a connection string for psql and other programs. A password is in a file that it names."""
        changes = {"dbname": database or self.maintenance} | ({"user": user} if user else {})
        return make_conninfo("", **{**self._parameters, **changes})

    def connect(
        self,
        database: str | None = None,
        *,
        user: str | None = None,
        autocommit: bool = True,
    ) -> Connection:
        """Open a session, by default as `superuser` and in the maintenance database.

        Another `user` logs in if the server lets every role log in, as the servers that we start on a socket do.
        Otherwise the session runs SET SESSION AUTHORIZATION: it has the privileges and policies of that user, but
        RESET SESSION AUTHORIZATION would undo that.

        Raises:
            PostgresError: If the connection fails, with the address and the reason; or after `interrupt`.
        """
        self._require_running()
        return self._open(database, user=user, autocommit=autocommit)

    def connect_to_clean_up(self) -> Connection:
        """Open a session in the maintenance database, also after `interrupt`."""
        return self._open()

    def _open(
        self, database: str | None = None, *, user: str | None = None, autocommit: bool = True
    ) -> Connection:
        other = user is not None and user != self.superuser
        login = user if other and self._any_role_may_log_in else None
        parameters = {**self._parameters, "dbname": database or self.maintenance} | (
            {"user": login} if login else {}
        )
        connection = open_connection(parameters, own_server=self.owns_cluster, autocommit=autocommit)
        if other and login is None:
            try:
                connection.execute(sql.SQL("SET SESSION AUTHORIZATION {}").format(sql.Identifier(user or "")))
                if not autocommit:
                    connection.commit()
            except psycopg.Error as error:
                connection.close()
                what = (
                    f"The role {self.superuser} cannot act as {user} on {self.label}:"
                    f" {error.diag.message_primary}."
                )
                raise PostgresError(what, instead=f"Connect as a superuser or as {user}.") from error
        return connection

    def database(
        self,
        *,
        template: Database | None = None,
        owner: str | None = None,
        search_path: Sequence[str] = (),
    ) -> AbstractContextManager[Database]:
        """Create a database; the end of the context drops it and terminates its sessions.

        Args:
            template: The database to copy, which must have no sessions.
            owner: The owner of the database, by default `superuser`.
            search_path: The search_path of the sessions; empty for the default of the server.

        Raises:
            PostgresError: If the database cannot be created, for example because the template has sessions.
        """
        return self._database(template, owner, search_path)

    def create_lasting(self, search_path: Sequence[str]) -> Database:
        """Create a database on a server of our own, which stays until the server stops; see `database`."""
        self._require_running()
        database = self._name_database()
        with self._interrupting():
            self._create(database, None, None, search_path)
        return database

    def _name_database(self) -> Database:
        return Database(f"{self._prefix}{next(self._numbers)}", self)

    @contextmanager
    def _database(
        self, template: Database | None, owner: str | None, search_path: Sequence[str]
    ) -> Iterator[Database]:
        self._require_running()
        database = self._name_database()
        with self._interrupting():
            self._create(database, template, owner, search_path)
        try:
            with self._interrupting():
                yield database
        finally:
            # The databases of our own server go with the server.
            if not (self._is_interrupted and self.owns_cluster):
                self._drop(database.name)

    def _create(
        self, database: Database, template: Database | None, owner: str | None, search_path: Sequence[str]
    ) -> None:
        command = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database.name))
        if template is not None:
            command += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template.name))
        if not self.has_fsync and self.version >= _FILE_COPY_SINCE:
            # For small databases, file_copy is faster than the default wal_log. With fsync it takes five times as
            # long, because it synchronises each file and makes two checkpoints.
            command += sql.SQL(" STRATEGY file_copy")
        if owner is not None:
            command += sql.SQL(" OWNER {}").format(sql.Identifier(owner))
        with self._maintenance() as connection:
            if template is not None:
                _wait_until_unused(connection, template.name)
            try:
                connection.execute(command)
                if search_path:
                    # The settings of a database are not copied with a template.
                    connection.execute(
                        sql.SQL("ALTER DATABASE {} SET search_path = {}").format(
                            sql.Identifier(database.name),
                            sql.SQL(", ").join(map(sql.Identifier, search_path)),
                        )
                    )
            except psycopg.Error as error:
                raise self._not_created(error) from error

    @contextmanager
    def _interrupting(self) -> Iterator[None]:
        """End the run at Ctrl-C or a termination signal, also if the server has carried out the command by then."""
        try:
            yield
        except (KeyboardInterrupt, Terminated):
            self.interrupt()
            raise

    def interrupt(self) -> None:
        """End all sessions in the databases of this run and refuse new ones, so that their threads end soon.

        The databases of this run on an existing server are dropped too, all at once: each DROP DATABASE waits for a
        checkpoint, and one checkpoint serves all that wait.
        """
        if self._is_interrupted:
            return
        self._is_interrupted = True
        with (
            contextlib.suppress(psycopg.Error, PostgresError),
            contextlib.closing(self._open()) as connection,
            ThreadPoolExecutor(_CONCURRENT_DROPS) as pool,
        ):
            connection.execute(_END_SESSIONS, [self._prefix])
            if not self.owns_cluster:
                names = connection.execute(_OWN_DATABASES, [self._prefix]).fetchall()
                list(pool.map(lambda row: self._drop(*row), names))

    @property
    def _prefix(self) -> str:
        # On our own server the databases end with the server, and a run that uses its DSN must not drop them.
        return f"{'schema_dsl_' if self.owns_cluster else SCRATCH}{self._token}_"

    def _require_running(self) -> None:
        if self._is_interrupted:
            raise PostgresError("the run was interrupted")

    def close(self) -> None:
        """Close the idle maintenance sessions. The code that started the server has to call this."""
        while self._idle:
            self._idle.pop().close()

    @contextmanager
    def _maintenance(self) -> Iterator[Connection]:
        """Return a maintenance session, and keep it for reuse: connecting takes as long as CREATE DATABASE."""
        # list.pop and list.append are atomic, so two threads never get the same session.
        try:
            connection = self._idle.pop()
        except IndexError:
            connection = self._open()
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        self._idle.append(connection)

    def _not_created(self, error: psycopg.Error) -> PostgresError:
        what = f"Cannot create a database on {self.label}: {error.diag.message_primary or 'connection lost'}."
        instead = error.diag.message_detail
        if isinstance(error, errors.InsufficientPrivilege):
            instead = f"Allow {self.superuser} to create databases: ALTER ROLE {self.superuser} CREATEDB."
        return PostgresError(what, instead=instead)

    def _drop(self, name: str) -> None:
        command = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        try:
            with self._maintenance() as connection:
                connection.execute(command)
        except psycopg.Error as error:
            what = f"Cannot drop the scratch database {name}: {error.diag.message_primary}."
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
        """Return a connection string for other programs; see `Server.conninfo`."""
        return self.server.conninfo(self.name, user=user)


def _wait_until_unused(connection: Connection, name: str) -> None:
    """Wait until ending sessions are gone, and raise an error for other sessions before Postgres does."""
    deadline = time.monotonic() + _TEMPLATE_SECONDS
    query = "SELECT pid, application_name, state FROM pg_stat_activity WHERE datname = %s"
    while sessions := connection.execute(query, [name]).fetchall():
        if time.monotonic() > deadline:
            users = ", ".join(f"{pid} ({program or 'unnamed'}, {state})" for pid, program, state in sessions)
            what = f"The database {name} cannot be copied, because it has sessions: {users}."
            raise PostgresError(what, instead="Close the connections to the template before copying it.")
        time.sleep(0.002)
