"""Whole schemas go from a database into definitions and back with nothing lost."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import attrs
import click.testing
import pytest
from command_line import Run
from schema_dumps import dump_schema

from schema_dsl.cli import main
from schema_dsl.model.catalog import Catalog
from schema_dsl.parsing import split
from schema_dsl.platforms import platform
from schema_dsl.postgres import Database, Server
from schema_dsl.verify import Scratch, Subject

# One schema is part of each run. A folder has the schema of an application on the platform of its name.
SCHEMAS: Final = [
    pytest.param(path, id=path.stem, marks=() if path.stem == "circles" else pytest.mark.full)
    for path in sorted((Path(__file__).parent / "schemas").iterdir())
]

# Modules and files of SQL that the documentation shows, by the platform.
SHOWN: Final = Path(__file__).parents[2] / "docs" / "coming-from"


@attrs.frozen
class Source:
    """A database to import, and a way to make databases with the objects of its platform.

    Attributes:
        database: The database.
        platform: The name of the platform.
        scratch: The scratch server of the platform.
    """

    database: Database
    platform: str
    scratch: Scratch

    @contextlib.contextmanager
    def build(self, script: str) -> Iterator[Database]:
        """Yield a database of the platform to which a script is applied."""
        with self.scratch.fresh("before") as made:
            _apply(self.scratch, made, script)
            yield made


@pytest.fixture(scope="module", params=SCHEMAS)
def source(request: pytest.FixtureRequest, server: Server) -> Iterator[Source]:
    """A database with one of the schemas."""
    path = request.param
    files = sorted(path.glob("*.sql")) if path.is_dir() else [path]
    name = path.name if path.is_dir() else "vanilla"
    subject = Subject(platform=platform(name), baseline="", earlier=(), file="", script="", wanted=Catalog())
    # A project that is older than the change of the default privileges: the set that grants the most.
    oldest = list(subject.platform.default_privileges)[-1:] or [""]
    with Scratch(server, subject) as scratch, scratch.fresh("before", oldest[0]) as made:
        for file in files:
            _apply(scratch, made, file.read_text("utf-8"))
        yield Source(made, name, scratch)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server, source: Source) -> Run:
    """Return a function that runs `schema-dsl` in an empty project."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text(
        f'[tool.schema-dsl]\nplatform = "{source.platform}"\npostgres = {json.dumps(server.conninfo())}\n'
    )

    def invoke(*arguments: str) -> click.testing.Result:
        return click.testing.CliRunner().invoke(main, arguments, catch_exceptions=False)

    return invoke


def test_dump(run: Run, source: Source) -> None:
    """The dump creates a database for which pg_dump writes the same."""
    done = run("dump", "--from", source.database.conninfo())
    assert (0, "") == (done.exit_code, done.stderr)
    with source.build(done.stdout) as built:
        assert dump_schema(source.database) == dump_schema(built)


def test_import(run: Run, source: Source, server: Server, tmp_path: Path) -> None:
    """The definitions are up to date at once and proven, do not differ from the database, and create it exactly."""
    here = source.database.conninfo()
    done = run("import", "--from", here)
    assert (0, "") == (done.exit_code, done.stderr)
    checked = run("generate", "--check")
    assert (0, "up to date: the baseline already produces definitions/\n") == (
        checked.exit_code,
        checked.stdout,
    ), checked.stderr
    assert 0 == run("diff", "--from", here, "--to", "definitions", "--exit-code").exit_code
    folder = SHOWN / source.platform
    for shown in (*folder.rglob("*.py"), *folder.rglob("*.sql")):
        written = (tmp_path / "definitions" / shown.relative_to(folder)).read_text("utf-8")
        expected = shown.read_text("utf-8")
        if server.version < 170000:
            # MAINTAIN exists since Postgres 17.
            expected = expected.replace(
                '# "all" leaves out MAINTAIN, which exists since Postgres 17.\n', ""
            ).replace('"maintain", ', "")
        assert expected == written
    verified = run("verify")
    assert 0 == verified.exit_code, verified.stdout
    settings = tmp_path / "pyproject.toml"
    settings.write_text(settings.read_text().replace('baseline = "baseline.sql"\n', ""))
    with source.build("") as built:
        script = run(
            "diff", "--from", built.conninfo(), "--to", "definitions", "--sql", "--allow", "wider-policy"
        ).stdout
        _apply(source.scratch, built, script)
        assert dump_schema(source.database) == dump_schema(built)


def _apply(scratch: Scratch, database: Database, script: str) -> None:
    with scratch.connect(database) as connection:
        for statement in split(script).statements:
            connection.execute(statement.text.encode())
