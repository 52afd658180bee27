"""Servers of somebody else."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from schema_dsl.errors import PostgresError
from schema_dsl.postgres import Server, provider
from schema_dsl.postgres.local import LocalProvider


@pytest.fixture(scope="module")
def theirs() -> Iterator[Server]:
    """A server that listens on TCP and wants passwords, as servers of others do."""
    with LocalProvider(sockets=False).start() as server:
        yield server


def names(server: Server) -> set[str]:
    """The databases that there are."""
    with server.connect() as connection:
        return {name for (name,) in connection.execute("SELECT datname FROM pg_database")}


class TestDsn:
    """A connection string."""

    def test_scratch(self, theirs: Server) -> None:
        """Scratch databases are made and dropped, and roles are not ours."""
        before = names(theirs)
        with provider(theirs.conninfo()).start() as server, server.database() as database:
            assert not server.owns_cluster
            assert database.name.startswith("schema_dsl_scratch_")
            assert before | {database.name} == names(theirs)
        assert before == names(theirs)

    def test_label(self, theirs: Server) -> None:
        """The label says where it is, and holds no secret."""
        parts = psycopg.conninfo.conninfo_to_dict(theirs.conninfo())
        with provider(theirs.conninfo()).start() as server:
            assert server.label.endswith(f"(127.0.0.1:{parts['port']})")
            assert str(parts["password"]) not in repr(server) + server.label

    def test_wrong_password(self, theirs: Server) -> None:
        """A refused login shows where, as whom, and no password."""
        dsn = psycopg.conninfo.make_conninfo(theirs.conninfo(), password="hunter2")  # noqa: S106  # wrong on purpose
        with (
            pytest.raises(PostgresError, match=r"user=supabase_admin host=127.0.0.1 port=") as caught,
            provider(dsn).start(),
        ):
            pass
        assert "hunter2" not in str(caught.value)

    def test_may_not_create(self, server: Server) -> None:
        """A role without CREATEDB is told so before anything is tried."""
        with server.connect() as connection:
            connection.execute("CREATE ROLE dsn_poor LOGIN")
        with (
            pytest.raises(PostgresError, match=r"dsn_poor may not make scratch databases(.|\n)*CREATEDB"),
            provider(server.conninfo(user="dsn_poor")).start(),
        ):
            pass

    def test_ordinary_role(self, server: Server) -> None:
        """CREATEDB is enough; acting as another role is then refused in words."""
        with server.connect() as connection:
            connection.execute("CREATE ROLE dsn_maker LOGIN CREATEDB; CREATE ROLE dsn_other")
        with provider(server.conninfo(user="dsn_maker")).start() as ours, ours.database() as database:
            assert "dsn_maker" == ours.superuser
            with pytest.raises(PostgresError, match="dsn_maker may not act as dsn_other"):
                database.connect("dsn_other")


class TestLeftovers:
    """Scratch databases of other runs."""

    def test_dead(self, theirs: Server) -> None:
        """One whose run is dead is dropped by the next run; a similar name is not."""
        with theirs.connect() as connection:
            connection.execute("CREATE DATABASE schema_dsl_scratch_00112233445566ff_3")
            connection.execute("CREATE DATABASE schema_dsl_scratch_mine")
        with provider(theirs.conninfo()).start():
            pass
        assert "schema_dsl_scratch_00112233445566ff_3" not in names(theirs)
        assert "schema_dsl_scratch_mine" in names(theirs)

    def test_living(self, theirs: Server) -> None:
        """One whose run lives stays, whichever database the other run begins in."""
        with provider(theirs.conninfo()).start() as first, first.database() as database:
            with provider(theirs.conninfo("template1")).start():
                pass
            assert database.name in names(theirs)

    def test_in_use(self, theirs: Server) -> None:
        """One that somebody is connected to stays, even without its run."""
        name = "schema_dsl_scratch_ffeeddccbbaa9988_0"
        with theirs.connect() as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        with theirs.connect(name), provider(theirs.conninfo()).start():
            assert name in names(theirs)
