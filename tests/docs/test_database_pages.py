"""The pages on existing databases and on drift are run as they are written."""

from __future__ import annotations

import contextlib
import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click.testing
import pytest

from schema_dsl.cli import main
from schema_dsl.postgres import Database, Server

DOCS: Final = Path(__file__).parents[2] / "docs"
_BLOCK: Final = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)


class Session:
    """Runs the blocks of a page in a folder.

    Attributes:
        folder: The folder of the project.
        database: The database of `$DATABASE_URL`.
    """

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder = folder
        self.database = database

    def run(self, command: str) -> str:
        """Run a command in the folder as a shell does, and return the output."""
        line, _, target = command.partition(" > ")
        arguments = [part.replace("$DATABASE_URL", self.database.conninfo()) for part in shlex.split(line)]
        assert "schema-dsl" == arguments[0]
        done = click.testing.CliRunner().invoke(main, arguments[1:], catch_exceptions=False)
        assert done.exit_code in {0, 1}, done.stderr
        if target:
            (self.folder / target).write_text(done.stdout, "utf-8")
        return "" if target else done.stdout


@pytest.fixture(scope="module")
def session(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """A project in an empty folder, on the server of the session."""
    folder = tmp_path_factory.mktemp("shop")
    (folder / "pyproject.toml").write_text(
        f"[tool.schema-dsl]\npostgres = {json.dumps(server.conninfo())}\n", "utf-8"
    )
    with server.database() as database:
        yield Session(folder, database)


def run_text(session: Session, page: str) -> None:
    """Run the SQL and the commands of a part of a page, and compare the output of the commands."""
    for language, text in _BLOCK.findall(page):
        if language == "sql":
            with contextlib.closing(session.database.connect()) as connection:
                connection.execute(text.encode())
        elif language == "console":
            for command, expected in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", text, re.MULTILINE):
                printed = session.run(command)
                assert not expected or expected == printed, command


def test_the_pages(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """The output of each command, and each file, are as the pages show them."""
    monkeypatch.chdir(session.folder)
    page = (DOCS / "coming-from" / "database.md").read_text("utf-8")
    before, _, after = page.partition("From now on, change the definitions")
    run_text(session, before)
    module = (session.folder / "definitions" / "orders.py").read_text("utf-8")
    settings = (session.folder / "pyproject.toml").read_text("utf-8")
    shown = dict(_BLOCK.findall(page))
    assert shown["py"] == module
    assert shown["toml"].splitlines()[1:] == [
        line for line in settings.splitlines()[1:] if not line.startswith("postgres")
    ]
    changed = module.replace("    text,\n", "    text,\n    timestamptz,\n").replace(
        "check=at_least(0)),\n", 'check=at_least(0)),\n        Column("shipped_at", timestamptz),\n'
    )
    (session.folder / "definitions" / "orders.py").write_text(changed, "utf-8")
    (session.folder / "migrations").mkdir()
    (session.folder / "migrations" / "001_more.sql").write_text("CREATE TABLE more (id int);", "utf-8")
    run_text(session, after)
    assert (session.folder / "declared" / "more.py").is_file()
    (session.folder / "pyproject.toml").write_text(settings, "utf-8")
    # The page on drift starts with the database that the definitions describe.
    (session.folder / "definitions" / "orders.py").write_text(module, "utf-8")
    drift = (DOCS / "drift.md").read_text("utf-8")
    run_text(session, drift)
    (command,) = re.findall(r"- run: (schema-dsl diff .*)", drift)
    assert "- table public.orders_backup" in session.run(command)
    for file in ("back.sql", "forth.sql"):
        assert "numeric(1" in (session.folder / file).read_text("utf-8")
