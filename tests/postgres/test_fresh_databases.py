"""Tests of fresh databases on a server."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from schema_dsl.errors import PostgresError
from schema_dsl.postgres import Database, Server


def names(server: Server) -> list[str]:
    """List the databases of the server."""
    with server.connect() as connection:
        return [name for (name,) in connection.execute("SELECT datname FROM pg_database")]


class TestDatabase:
    """`Server.database()`."""

    def test_life(self, server: Server) -> None:
        """The database exists inside the block only."""
        with server.database() as database:
            assert database.name in names(server)
        assert database.name not in names(server)

    def test_forced(self, server: Server) -> None:
        """An open connection does not prevent the drop of the database."""
        with server.database() as database:
            forgotten = database.connect()
        assert database.name not in names(server)
        forgotten.close()

    def test_template(self, server: Server, database: Database) -> None:
        """A copy contains the rows of its template, even directly after they were written."""
        with database.connect() as connection:
            connection.execute("CREATE TABLE here AS SELECT 7 AS seven")
        with server.database(template=database) as copy, copy.connect() as connection:
            assert (7,) == connection.execute("SELECT seven FROM here").fetchone()

    def test_template_in_use(self, server: Server, database: Database) -> None:
        """A template with sessions is refused, and the error lists the sessions."""
        with database.connect() as connection:
            pid = connection.info.backend_pid
            with (
                pytest.raises(PostgresError, match=rf"because it has sessions: {pid} \(schema_dsl, idle\)"),
                server.database(template=database),
            ):
                pass

    def test_owner(self, server: Server) -> None:
        """The database belongs to the given owner."""
        with server.connect() as connection:
            connection.execute("CREATE ROLE database_owner LOGIN")
        with (
            server.database(owner="database_owner") as database,
            database.connect("database_owner") as connection,
        ):
            connection.execute("CREATE SCHEMA mine")
            assert ("database_owner",) == connection.execute("SELECT current_user").fetchone()

    def test_threads(self, server: Server) -> None:
        """Several threads can create databases at the same time, and every database has its own name."""

        def work(_: int) -> str:
            with server.database() as database, database.connect() as connection:
                connection.execute("CREATE TABLE here (id int)")
                return database.name

        with ThreadPoolExecutor(4) as pool:
            assert 12 == len(set(pool.map(work, range(12))))

    def test_connection_error(self, server: Server) -> None:
        """A failed connection raises PostgresError with the name of the database."""
        with pytest.raises(PostgresError, match=r'dbname=nowhere: .*database "nowhere" does not exist'):
            server.connect("nowhere")
