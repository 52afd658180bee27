"""Whole schemas go from a database into definitions and back with nothing lost."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import click.testing
import pytest
from schema_dumps import dump_schema

from schema_dsl.cli import main
from schema_dsl.parsing import split
from schema_dsl.postgres import Database, Server

# One schema is part of each run.
SCHEMAS: Final = [
    pytest.param(path, id=path.stem, marks=() if path.stem == "circles" else pytest.mark.full)
    for path in sorted((Path(__file__).parent / "schemas").glob("*.sql"))
]

Run = Callable[..., click.testing.Result]


@pytest.fixture(scope="module", params=SCHEMAS)
def database(request: pytest.FixtureRequest, server: Server) -> Iterator[Database]:
    """A database with one of the schemas."""
    with server.database() as made:
        _apply(made, request.param.read_text("utf-8"))
        yield made


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server) -> Run:
    """Return a function that runs `schema-dsl` in an empty project."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text(
        f'[tool.schema-dsl]\nplatform = "vanilla"\npostgres = {json.dumps(server.conninfo())}\n'
    )

    def invoke(*arguments: str) -> click.testing.Result:
        return click.testing.CliRunner().invoke(main, arguments, catch_exceptions=False)

    return invoke


def test_dump(run: Run, database: Database, server: Server) -> None:
    """The dump creates a database for which pg_dump writes the same."""
    done = run("dump", "--from", database.conninfo())
    assert (0, "") == (done.exit_code, done.stderr)
    with server.database() as built:
        _apply(built, done.stdout)
        assert dump_schema(database) == dump_schema(built)


def test_import(run: Run, database: Database, server: Server, tmp_path: Path) -> None:
    """The definitions are up to date at once, do not differ from the database, and create it with nothing lost."""
    done = run("import", "--from", database.conninfo())
    assert (0, "") == (done.exit_code, done.stderr)
    checked = run("generate", "--check")
    assert (0, "up to date: the baseline already produces definitions/\n") == (
        checked.exit_code,
        checked.stdout,
    ), checked.stderr
    assert 0 == run("diff", "--from", database.conninfo(), "--to", "definitions", "--exit-code").exit_code
    settings = tmp_path / "pyproject.toml"
    settings.write_text(settings.read_text().replace('baseline = "baseline.sql"\n', ""))
    with server.database() as built:
        script = run("diff", "--from", built.conninfo(), "--to", "definitions", "--sql").stdout
        _apply(built, script)
        assert dump_schema(database) == dump_schema(built)


def _apply(database: Database, script: str) -> None:
    with contextlib.closing(database.connect()) as connection:
        for statement in split(script).statements:
            connection.execute(statement.text.encode())
