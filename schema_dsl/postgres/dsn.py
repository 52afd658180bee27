"""An existing server, given by a connection string."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Final

import attrs
import psycopg
from psycopg import sql

from schema_dsl.errors import PostgresError
from schema_dsl.postgres.connection import Connection, open_connection
from schema_dsl.postgres.marked_roles import LOCK_CLASS, drop_marked_roles
from schema_dsl.postgres.passfile import password_in_file
from schema_dsl.postgres.redact import describe_dsn, parse_dsn
from schema_dsl.postgres.server import SCRATCH, Server

_OLDEST: Final = 140000
_SCRATCH_NAME: Final = re.compile(re.escape(SCRATCH) + r"([0-9a-f]{16})_[0-9]+")


@attrs.frozen
class DsnProvider:
    """An existing server, on which scratch databases and missing roles are created and dropped again.

    The connection must not use a pooler in transaction mode: an advisory lock of its session marks the run as
    alive for other runs.
    """

    _dsn: str = attrs.field(repr=False)

    @property
    def spec(self) -> str:
        """The connection string without its secrets."""
        return describe_dsn(self._dsn)

    def start(self) -> AbstractContextManager[Server]:
        """Connect, and drop the scratch databases and the roles of dead runs.

        Raises:
            PostgresError: If the server does not answer, is older than 14, or does not allow CREATE DATABASE.
        """
        return self._start()

    @contextmanager
    def _start(self) -> Iterator[Server]:
        with password_in_file(parse_dsn(self._dsn)) as parameters:
            yield from self._run(parameters)

    def _run(self, parameters: dict[str, str]) -> Iterator[Server]:
        # Not a `with` block, which would commit at its end, when the connection may be lost.
        lock_session = open_connection(parameters, own_server=False)
        try:
            server = _describe_server(lock_session, parameters)
            token = server._token  # noqa: SLF001  # the name of the run, which no caller needs
            lock_session.execute("SELECT pg_advisory_lock(%s, %s)", [LOCK_CLASS, _lock_key(token)])
            _drop_leftovers(lock_session)
            drop_marked_roles(lock_session, _lock_key(token))
            try:
                with contextlib.closing(server):
                    yield server
            finally:
                drop_marked_roles(lock_session, _lock_key(token))
        finally:
            lock_session.close()


def _describe_server(lock_session: Connection, parameters: dict[str, str]) -> Server:
    row = lock_session.execute(
        "SELECT current_setting('server_version_num')::int, current_setting('server_version'), session_user,"
        " current_database(), rolsuper OR rolcreatedb, current_setting('fsync')::bool"
        " FROM pg_roles WHERE rolname = session_user",
    ).fetchone()
    version, text, user, database, may_create, has_fsync = row or (0, "?", "?", "?", False, True)
    where = f"{lock_session.info.host or 'local'}:{lock_session.info.port}"
    if version < _OLDEST:
        what = f"The server at {where} is PostgreSQL {text}; the oldest supported is 14."
        raise PostgresError(what, instead="Use PostgreSQL 14 to 18.")
    if not may_create:
        what = f"The role {user} cannot create scratch databases on the server at {where}."
        raise PostgresError(what, instead=f"ALTER ROLE {user} CREATEDB; or use embedded.")
    return Server(
        version=version,
        label=f"PostgreSQL {text.split()[0]} ({where})",
        superuser=user,
        owns_cluster=False,
        has_fsync=has_fsync,
        parameters={**parameters, "dbname": database},
    )


def _lock_key(token: str) -> int:
    return int(token[:8], 16) - 2**31


def _drop_leftovers(connection: Connection) -> None:
    """Drop the scratch databases of dead runs.

    A run takes its advisory lock before it creates the first database and keeps the lock until it has dropped the
    last one. pg_locks shows the locks of all databases. If a run has lost its lock with its connection, its
    databases are still not dropped while they have sessions, because this code does not use FORCE.
    """
    # DROP DATABASE waits 5 seconds before it refuses to drop a database with sessions.
    names = connection.execute(
        "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
        " AND datname NOT IN (SELECT datname FROM pg_stat_activity WHERE datname IS NOT NULL)",
        [SCRATCH],
    ).fetchall()
    for (name,) in names:
        match = _SCRATCH_NAME.fullmatch(name)
        if match is None:
            continue
        lock = connection.execute(
            "SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted"
            " AND classid = %s::int4::oid AND objid = %s::int4::oid AND objsubid = 2",
            [LOCK_CLASS, _lock_key(match[1])],
        ).fetchone()
        if lock is None:
            # DROP DATABASE may fail: sessions exist, another role owns it, or another run has just dropped it.
            with contextlib.suppress(psycopg.Error):
                connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
