"""Fresh databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from schema_dsl.errors import PostgresError
from schema_dsl.postgres import Database, Server


def names(server: Server) -> list[str]:
    """The databases that there are."""
    with server.connect() as connection:
        return [name for (name,) in connection.execute("SELECT datname FROM pg_database")]


class TestDatabase:
    """`Server.database()`."""

    def test_life(self, server: Server) -> None:
        """It is there in the block and gone after it."""
        with server.database() as database:
            assert database.name in names(server)
        assert database.name not in names(server)

    def test_forced(self, server: Server) -> None:
        """A connection that somebody forgot does not keep it."""
        with server.database() as database:
            forgotten = database.connect()
        assert database.name not in names(server)
        forgotten.close()

    def test_template(self, server: Server, database: Database) -> None:
        """A copy has what its template has, right after that was written."""
        with database.connect() as connection:
            connection.execute("CREATE TABLE here AS SELECT 7 AS seven")
        with server.database(template=database) as copy, copy.connect() as connection:
            assert (7,) == connection.execute("SELECT seven FROM here").fetchone()

    def test_template_in_use(self, server: Server, database: Database) -> None:
        """A template that somebody is connected to is refused, and the error says who it is."""
        with database.connect() as connection:
            pid = connection.info.backend_pid
            with (
                pytest.raises(PostgresError, match=rf"in use. Connected to it: {pid} \(schema_dsl, idle\)"),
                server.database(template=database),
            ):
                pass

    def test_owner(self, server: Server) -> None:
        """It belongs to whom it was asked for."""
        with server.connect() as connection:
            connection.execute("CREATE ROLE database_owner LOGIN")
        with (
            server.database(owner="database_owner") as database,
            database.connect("database_owner") as connection,
        ):
            connection.execute("CREATE SCHEMA mine")
            assert ("database_owner",) == connection.execute("SELECT current_user").fetchone()

    def test_threads(self, server: Server) -> None:
        """Several threads make theirs at once, and no two are the same."""

        def work(_: int) -> str:
            with server.database() as database, database.connect() as connection:
                connection.execute("CREATE TABLE here (id int)")
                return database.name

        with ThreadPoolExecutor(4) as pool:
            assert 12 == len(set(pool.map(work, range(12))))

    def test_connection_error(self, server: Server) -> None:
        """A session that cannot be had is our error, and says what was asked for."""
        with pytest.raises(PostgresError, match=r'dbname=nowhere: .*database "nowhere" does not exist'):
            server.connect("nowhere")
