"""A server of somebody else, by connection string."""

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
from schema_dsl.postgres.redact import describe_dsn, parse_dsn
from schema_dsl.postgres.server import SCRATCH, Server

_OLDEST: Final = 140000
_OURS: Final = re.compile(re.escape(SCRATCH) + r"([0-9a-f]{16})_[0-9]+")
_LOCK_CLASS: Final = 0x5D51
"""Half of our advisory locks' key; the other half is from the run's token."""


@attrs.frozen
class DsnProvider:
    """A server that runs already. Scratch databases are made on it, and nothing else is touched.

    The connection must be a session of its own (not through a pooler in transaction mode): a lock held in it
    tells other runs that this one lives.
    """

    _dsn: str = attrs.field(repr=False)

    @property
    def spec(self) -> str:
        """What of the connection string may be shown."""
        return describe_dsn(self._dsn)

    def start(self) -> AbstractContextManager[Server]:
        """Connect; on the way, drop scratch databases whose run is dead.

        Raises:
            PostgresError: If the server does not answer, is older than 14, or lets us make no database.
        """
        return self._start()

    @contextmanager
    def _start(self) -> Iterator[Server]:
        parameters = parse_dsn(self._dsn)
        # Not made with `with`: that would commit on the way out, on a connection that may be lost by then.
        keeper = open_connection(parameters, ours=False)
        try:
            server = _server(keeper, parameters)
            token = server._token  # noqa: SLF001  # the name of the run, which no caller needs
            keeper.execute("SELECT pg_advisory_lock(%s, %s)", [_LOCK_CLASS, _lock_key(token)])
            _drop_leftovers(keeper)
            with contextlib.closing(server):
                yield server
        finally:
            keeper.close()


def _server(keeper: Connection, parameters: dict[str, str]) -> Server:
    row = keeper.execute(
        "SELECT current_setting('server_version_num')::int, current_setting('server_version'), session_user,"
        " current_database(), rolsuper OR rolcreatedb FROM pg_roles WHERE rolname = session_user",
    ).fetchone()
    version, text, user, database, may_create = row or (0, "?", "?", "?", False)
    where = f"{keeper.info.host or 'local'}:{keeper.info.port}"
    if version < _OLDEST:
        what = f"The server at {where} is PostgreSQL {text}; the oldest supported is 14."
        raise PostgresError(what, instead="Use PostgreSQL 14 to 18.")
    if not may_create:
        what = f"{user} may not make scratch databases on the server at {where}."
        raise PostgresError(what, instead=f"ALTER ROLE {user} CREATEDB; or use embedded.")
    return Server(
        version=version,
        label=f"PostgreSQL {text.split()[0]} ({where})",
        superuser=user,
        owns_cluster=False,
        parameters={**parameters, "dbname": database},
    )


def _lock_key(token: str) -> int:
    return int(token[:8], 16) - 2**31


def _drop_leftovers(connection: Connection) -> None:
    """Drop scratch databases of dead runs.

    A run takes its lock before it makes a database and keeps it until the last one is dropped, and pg_locks
    shows it to everybody, whatever database it was taken in. Should a run have lost its lock (the network),
    its databases still stand while somebody is connected to them: there is no FORCE here.
    """
    # One in use would make DROP DATABASE wait for 5 seconds before it refuses.
    names = connection.execute(
        "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
        " AND datname NOT IN (SELECT datname FROM pg_stat_activity WHERE datname IS NOT NULL)",
        [SCRATCH],
    ).fetchall()
    for (name,) in names:
        match = _OURS.fullmatch(name)
        if match is None:
            continue
        held = connection.execute(
            "SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted"
            " AND classid = %s::int4::oid AND objid = %s::int4::oid AND objsubid = 2",
            [_LOCK_CLASS, _lock_key(match[1])],
        ).fetchone()
        if held is None:
            # In use, not ours to drop, or dropped by another run just now: all of them are no reason to stop.
            with contextlib.suppress(psycopg.Error):
                connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
