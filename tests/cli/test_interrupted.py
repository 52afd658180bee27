"""Ctrl-C and SIGTERM end a command soon, with the exit code of the signal, and leave nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from schema_dsl.cli import main
from schema_dsl.postgres import Server
from schema_dsl.postgres.local import LocalProvider

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM")

DEFINITIONS = """
from schema_dsl import Access, Column, Table, gen_random_uuid, may, text, uuid
from schema_dsl.platforms.supabase import auth_users, owner_may, service_role_may

tables = []
for number in range({count}):
    globals()[f"table_{{number}}"] = Table(
        f"table_{{number}}",
        columns=[
            Column("id", uuid, primary_key=True, default=gen_random_uuid()),
            Column("user_id", uuid, not_null=True, references=auth_users),
            Column("body", text),
        ],
        policies=[owner_may("select", own="user_id"), service_role_may("all")],
        access=Access(
            own="user_id", authenticated=may("select", rows="own"), service_role=may("all", rows="all")
        ),
    )
"""
# A shell starts background processes with SIGINT ignored, and child processes inherit that.
PROGRAM = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from schema_dsl.__main__ import run
run()
"""
# An interrupted run ends in less than 2 seconds. A loaded machine takes longer, but much less than the whole run.
SECONDS = 8.0


@pytest.fixture(scope="module")
def existing() -> Iterator[Server]:
    """A server of the user's."""
    with LocalProvider(sockets=False).start() as server:
        yield server


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, for a project."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write_project(folder: Path, count: int, server: str = "embedded") -> None:
    """Write a project with one migration that creates some tables."""
    settings = f'[tool.schema-dsl]\nplatform = "supabase"\npostgres = "{server}"\n'
    (folder / "pyproject.toml").write_text(settings)
    (folder / "definitions").mkdir()
    (folder / "definitions/tables.py").write_text(DEFINITIONS.format(count=count))
    written = CliRunner().invoke(main, ["generate", "--name", "tables"])
    assert 0 == written.exit_code, written.output


def interrupt(
    arguments: Sequence[str], number: signal.Signals, is_due: Callable[[subprocess.Popen[str]], bool]
) -> tuple[int, str]:
    """Start a command, send a signal when it is due, and return the exit code and the output."""
    command = [sys.executable, "-c", PROGRAM, *arguments]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        while not is_due(process):
            assert process.poll() is None
            time.sleep(0.01)
        started = time.monotonic()
        process.send_signal(number)
        _, rest = process.communicate(timeout=60)
        assert time.monotonic() - started < SECONDS
    return process.returncode, rest


def list_scratch_databases(server: Server) -> list[str]:
    """Return the scratch databases on a server."""
    with server.connect() as connection:
        rows = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'schema_dsl_scratch_%'")
        return [name for (name,) in rows.fetchall()]


def list_roles(server: Server) -> list[str]:
    """Return the roles of a server."""
    with server.connect() as connection:
        return [name for (name,) in connection.execute("SELECT rolname FROM pg_roles ORDER BY 1").fetchall()]


@pytest.mark.parametrize(("count", "number", "code"), [(3, signal.SIGTERM, 143), (50, signal.SIGINT, 130)])
def test_proofs(folder: Path, count: int, number: signal.Signals, code: int) -> None:
    """`verify` ends while its proofs run, with the exit code of the signal and without a traceback."""
    write_project(folder, count)

    def proofs_run(process: subprocess.Popen[str]) -> bool:
        assert process.stderr is not None
        return "never weaker ..." in process.stderr.readline()

    status, rest = interrupt(["verify"], number, proofs_run)
    assert (code, False) == (status, "Traceback" in rest)


@pytest.mark.parametrize(
    ("arguments", "number", "code"),
    [
        (["verify", "--quiet"], signal.SIGINT, 130),
        (["verify", "--quiet"], signal.SIGTERM, 143),
        (["generate", "--check"], signal.SIGTERM, 143),
        (["import", "--from", "generated", "--output", "written"], signal.SIGTERM, 143),
    ],
)
def test_existing_server(
    folder: Path, existing: Server, arguments: list[str], number: signal.Signals, code: int
) -> None:
    """No command that a signal ends leaves databases or roles on an existing server, or says more than that."""
    before = list_roles(existing)
    write_project(folder, 3, existing.conninfo())
    file = folder / "definitions/tables.py"
    if arguments[0] == "generate":
        file.write_text(file.read_text().replace('"body"', '"text"'))
    status, rest = interrupt(arguments, number, lambda _: bool(list_scratch_databases(existing)))
    assert (code, "interrupted\n" if number == signal.SIGINT else "") == (status, rest)
    assert ([], before) == (list_scratch_databases(existing), list_roles(existing))


def await_end(server: Server) -> None:
    """Wait until the sessions in scratch databases have ended, as Postgres ends them after their statements."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname LIKE 'schema_dsl_scratch_%'"
    deadline = time.monotonic() + 60
    with server.connect() as connection:
        while connection.execute(query).fetchone() != (0,):
            assert time.monotonic() < deadline
            time.sleep(0.01)


@pytest.mark.parametrize("count", [3, pytest.param(50, marks=pytest.mark.full)])
def test_killed(folder: Path, existing: Server, count: int) -> None:
    """The next run drops the databases and the roles of a run that was killed while its proofs ran."""
    before = list_roles(existing)
    write_project(folder, count, existing.conninfo())
    command = [sys.executable, "-c", PROGRAM, "verify"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert any("never weaker ..." in line for line in process.stderr)
        process.kill()
    left = list_scratch_databases(existing), list_roles(existing)
    assert left[0]
    assert before != left[1]
    await_end(existing)
    done = CliRunner().invoke(main, ["verify", "--quiet", "--only", "applies"])
    assert 0 == done.exit_code, done.output
    assert ([], before) == (list_scratch_databases(existing), list_roles(existing))


@pytest.mark.parametrize(
    ("arguments", "number", "code"),
    [
        (["dump"], signal.SIGTERM, 143),
        (["introspect"], signal.SIGINT, 130),
        (["diff", "--to", "definitions"], signal.SIGTERM, 143),
    ],
)
def test_waiting_session(
    folder: Path, existing: Server, arguments: list[str], number: signal.Signals, code: int
) -> None:
    """A command that waits for a lock in the database that it reads ends at once, and so does its session."""
    write_project(folder, 1)
    query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    with existing.database() as database, database.connect() as locking, existing.connect() as watching:

        def count_waiting() -> int:
            row = watching.execute(query).fetchone()
            assert row is not None
            return int(row[0])

        with locking.transaction():
            locking.execute("LOCK pg_aggregate")
            command = [*arguments, "--from", database.conninfo()]
            status, rest = interrupt(command, number, lambda _: count_waiting() > 0)
            assert 0 == count_waiting()
    assert (code, "interrupted\n" if number == signal.SIGINT else "") == (status, rest)


def test_import_of_the_program(tmp_path: Path) -> None:
    """Ctrl-C while the program is still being imported is no traceback."""
    (tmp_path / "click.py").write_text("raise KeyboardInterrupt\n")
    command = [sys.executable, "-c", PROGRAM, "--help"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path])}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (130, "", "") == (done.returncode, done.stdout, done.stderr)
