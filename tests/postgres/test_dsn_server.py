"""Tests of existing servers, which a connection string names."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from schema_dsl.errors import PostgresError
from schema_dsl.postgres import Server, provider
from schema_dsl.postgres.local import LocalProvider


@pytest.fixture(scope="module")
def existing() -> Iterator[Server]:
    """A server that listens on TCP and requires a password, like most existing servers."""
    with LocalProvider(sockets=False).start() as server:
        yield server


def names(server: Server) -> set[str]:
    """List the databases of the server."""
    with server.connect() as connection:
        return {name for (name,) in connection.execute("SELECT datname FROM pg_database")}


class TestDsn:
    """The provider for a connection string."""

    def test_scratch(self, existing: Server) -> None:
        """Scratch databases are created and dropped, and the server is not marked as our own."""
        before = names(existing)
        with provider(existing.conninfo()).start() as server, server.database() as database:
            assert not server.owns_cluster
            assert database.name.startswith("schema_dsl_scratch_")
            assert before | {database.name} == names(existing)
        assert before == names(existing)

    @pytest.mark.parametrize("fsync", ["on", "off"])
    def test_checkpoint(self, existing: Server, fsync: str) -> None:
        """Creating a database makes a checkpoint only without fsync: with it, a checkpoint would take seconds."""
        query = "SELECT checkpoint_lsn FROM pg_control_checkpoint()"
        with existing.connect() as connection:
            connection.execute(f"ALTER SYSTEM SET fsync = {fsync}")
            connection.execute("SELECT pg_reload_conf()")
            # Postgres reads the new value between two statements.
            while connection.execute("SHOW fsync").fetchone() != (fsync,):
                pass
            before = connection.execute(query).fetchone()
            with provider(existing.conninfo()).start() as server, server.database():
                assert (fsync == "on") is (before == connection.execute(query).fetchone())
            connection.execute("ALTER SYSTEM RESET fsync")
            connection.execute("SELECT pg_reload_conf()")

    def test_label(self, existing: Server) -> None:
        """The label has the address of the server, and neither label nor repr contain the password."""
        parts = psycopg.conninfo.conninfo_to_dict(existing.conninfo())
        with provider(existing.conninfo()).start() as server:
            assert server.label.endswith(f"(127.0.0.1:{parts['port']})")
            password = Path(str(parts["passfile"])).read_text().rpartition(":")[2].strip()
            assert password not in repr(server) + server.label + server.conninfo()

    def test_wrong_password(self, existing: Server) -> None:
        """The error of a refused login has the user and the address, but not the password."""
        dsn = psycopg.conninfo.make_conninfo(existing.conninfo(), password="hunter2")  # noqa: S106  # wrong on purpose
        with (
            pytest.raises(PostgresError, match=r"user=supabase_admin host=127.0.0.1 port=") as caught,
            provider(dsn).start(),
        ):
            pass
        assert "hunter2" not in str(caught.value)

    def test_password_of_the_environment(self, existing: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        """PGPASSWORD, which belongs to some other server, does not replace the password of the connection string."""
        parts = psycopg.conninfo.conninfo_to_dict(existing.conninfo())
        password = Path(str(parts["passfile"])).read_text().rpartition(":")[2].strip()
        dsn = psycopg.conninfo.make_conninfo(existing.conninfo(), passfile=None, password=password)
        monkeypatch.setenv("PGPASSWORD", "hunter2")
        with provider(dsn).start() as server, server.connect() as connection:
            assert not connection.closed
        assert "hunter2" == os.environ["PGPASSWORD"]

    def test_interrupted(self, existing: Server) -> None:
        """After an interruption the databases of the run are gone, and it can create no further ones."""
        before = names(existing)
        with provider(existing.conninfo()).start() as server:
            with (
                pytest.raises(KeyboardInterrupt),
                server.database(),
                server.database() as database,
                database.connect(),
            ):
                raise KeyboardInterrupt
            assert before == names(existing)
            with pytest.raises(PostgresError, match="interrupted"), server.database():
                pass

    def test_interrupted_while_creating(self, existing: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        """A database that the server creates at the moment of Ctrl-C does not stay."""
        create = Server._create  # noqa: SLF001  # the moment after the server has carried out the command

        def create_and_interrupt(*arguments: Any) -> None:
            create(*arguments)
            raise KeyboardInterrupt

        before = names(existing)
        monkeypatch.setattr(Server, "_create", create_and_interrupt)
        with (
            pytest.raises(KeyboardInterrupt),
            provider(existing.conninfo()).start() as server,
            server.database(),
        ):
            pass
        assert before == names(existing)

    def test_may_not_create(self, server: Server) -> None:
        """A role without CREATEDB is refused when the provider starts."""
        with server.connect() as connection:
            connection.execute("CREATE ROLE dsn_poor LOGIN")
        with (
            pytest.raises(PostgresError, match=r"dsn_poor cannot create scratch databases(.|\n)*CREATEDB"),
            provider(server.conninfo(user="dsn_poor")).start(),
        ):
            pass

    def test_ordinary_role(self, server: Server) -> None:
        """A role with CREATEDB works, and acting as another role raises PostgresError."""
        with server.connect() as connection:
            connection.execute("CREATE ROLE dsn_maker LOGIN CREATEDB; CREATE ROLE dsn_other")
        with provider(server.conninfo(user="dsn_maker")).start() as ours, ours.database() as database:
            assert "dsn_maker" == ours.superuser
            with pytest.raises(PostgresError, match="dsn_maker cannot act as dsn_other"):
                database.connect("dsn_other")


class TestLeftovers:
    """Scratch databases of other runs."""

    def test_dead(self, existing: Server) -> None:
        """The next run drops the scratch database of a dead run, and no database with a similar name."""
        with existing.connect() as connection:
            connection.execute("CREATE DATABASE schema_dsl_scratch_00112233445566ff_3")
            connection.execute("CREATE DATABASE schema_dsl_scratch_mine")
        with provider(existing.conninfo()).start():
            pass
        assert "schema_dsl_scratch_00112233445566ff_3" not in names(existing)
        assert "schema_dsl_scratch_mine" in names(existing)

    def test_living(self, existing: Server) -> None:
        """The scratch database of a living run stays, whichever database the other run connects to."""
        with provider(existing.conninfo()).start() as first, first.database() as database:
            with provider(existing.conninfo("template1")).start():
                pass
            assert database.name in names(existing)

    def test_in_use(self, existing: Server) -> None:
        """The scratch database of a dead run stays while it has sessions."""
        name = "schema_dsl_scratch_ffeeddccbbaa9988_0"
        with existing.connect() as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        with existing.connect(name), provider(existing.conninfo()).start():
            assert name in names(existing)
