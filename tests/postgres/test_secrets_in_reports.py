"""Tests that no report of pytest contains the password of a connection string."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from schema_dsl.postgres import Server
from schema_dsl.postgres.local import LocalProvider

PASSWORD = "Zq9xW3mark:\\ '"  # noqa: S105 - the text to search for

DEFINITIONS = """
from schema_dsl import Column, Table, bigint

notes = Table("notes", columns=[Column("id", bigint, primary_key=True)])
"""

TESTS = """
import pytest


def test_fails(database):
    with database.connect() as connection:
        assert connection.execute("SELECT 1").fetchone() == (2,)


def test_shows_the_connection_string(database):
    assert database.conninfo() == ""


def test_shows_settings(schema_project, postgres_server):
    assert schema_project.settings == postgres_server


def test_error(database):
    database.connect("no_such_role")


def test_interrupted(database, row_factory):
    raise KeyboardInterrupt
"""


@pytest.fixture(scope="module")
def existing() -> Iterator[Server]:
    """A server whose superuser has the password."""
    with LocalProvider(sockets=False).start() as server, server.connect() as connection:
        connection.execute(
            sql.SQL("CREATE ROLE me SUPERUSER LOGIN PASSWORD {}").format(sql.Literal(PASSWORD))
        )
        yield server


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a generated migration and failing tests."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "definitions").mkdir()
    (folder / "definitions" / "notes.py").write_text(DEFINITIONS, "utf-8")
    (folder / "test_it.py").write_text(TESTS, "utf-8")
    (folder / "pyproject.toml").write_text('[tool.schema-dsl]\nplatform = "vanilla"\n', "utf-8")
    subprocess.run(
        [sys.executable, "-m", "schema_dsl", "generate"], cwd=folder, check=True, capture_output=True
    )
    return folder


@pytest.mark.parametrize("place", ["option", "setting", "refused", "misspelled"])
def test_no_password(existing: Server, project: Path, place: str) -> None:
    """No form of report has the password of the option or of the settings, nor if the server refuses the login."""
    changes = {"passfile": "", "user": "me", "password": PASSWORD}
    dsn = make_conninfo(existing.conninfo(), **changes)
    expected = "assert (1,) == (2,)"
    if place == "refused":
        dsn, expected = make_conninfo(dsn, user="stranger"), "cannot connect to user=stranger"
    if place == "misspelled":
        dsn, expected = (
            f"postgresql://me:{PASSWORD}@127.0.0.1:port/x",
            "The connection string cannot be parsed",
        )
    setting = dsn.replace("\\", "\\\\") if place == "setting" else "embedded"
    options = [] if place == "setting" else ["--postgres", dsn]
    (project / "pyproject.toml").write_text(
        f'[tool.schema-dsl]\nplatform = "vanilla"\npostgres = "{setting}"\n', "utf-8"
    )
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:hypothesispytest",  # a third of the start of pytest
        "-l",
        "--full-trace",
        "--tb=long",
        "-vv",
    ]
    done = subprocess.run(
        [*command, "--junitxml=report.xml", *options],
        cwd=project,
        check=False,
        capture_output=True,
        text=True,
    )
    assert expected in done.stdout
    report = (project / "report.xml").read_text("utf-8") if (project / "report.xml").exists() else ""
    for text in (done.stdout, done.stderr, report):
        assert "Zq9xW3mark" not in text
