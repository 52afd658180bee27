"""A new project for each test of the command line."""

from __future__ import annotations

from pathlib import Path

import click.testing
import pytest
from command_line import Run
from lint_command import INDEX

from schema_dsl.cli import main


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Run `init` for Supabase in an empty folder, which becomes the current folder."""
    monkeypatch.chdir(tmp_path)
    done = click.testing.CliRunner().invoke(main, ["init", "--platform", "supabase"])
    assert 0 == done.exit_code, done.output
    return tmp_path


@pytest.fixture
def run() -> Run:
    """Return a function that runs `schema-dsl` in the current folder."""

    def invoke(*arguments: str, stdin: str | None = None) -> click.testing.Result:
        return click.testing.CliRunner().invoke(main, arguments, input=stdin, catch_exceptions=False)

    return invoke


@pytest.fixture
def index_file(project: Path) -> Path:
    """Return a file with one finding that `schema-dsl lint --fix` can fix."""
    file = project / "007_index.sql"
    file.write_bytes(INDEX.encode())
    return file
