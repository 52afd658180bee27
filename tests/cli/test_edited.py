"""`schema-dsl verify` on a generated migration that was edited by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import Run

from schema_dsl.postgres import Server

REMARK = "migrations/001_notes.sql was edited by hand: the proofs are about the file as it is"


@pytest.fixture
def migration(project: Path, run: Run, server: Server) -> Path:
    """Generate the first migration of a project that uses the running server."""
    with (project / "pyproject.toml").open("a", encoding="utf-8") as settings:
        settings.write(f"postgres = {json.dumps(server.conninfo())}\n")
    assert 0 == run("generate", "--name", "notes").exit_code
    return project / "migrations" / "001_notes.sql"


def test_sealed(run: Run, migration: Path) -> None:
    """The report on a generated file does not speak of edits."""
    assert migration.is_file()
    assert "edited" not in run("verify", "--only", "applies").output


@pytest.mark.parametrize("style", ["text", "markdown", "json"])
def test_edited(run: Run, migration: Path, style: str) -> None:
    """The head of the report and every verdict name the broken seal."""
    migration.write_text(migration.read_text("utf-8") + "\n-- An edit.\n", "utf-8")
    done = run("verify", "--only", "applies", "--only", "locks", "--format", style)
    assert 0 == done.exit_code, done.output
    if style == "json":
        (server,) = json.loads(done.stdout)
        assert server["server"].endswith(REMARK)
        assert ["(edited by hand) "] * 2 == [proof["summary"][:17] for proof in server["proofs"]]
    else:
        text = " ".join(done.output.split())
        assert REMARK in text
        assert text.index(REMARK) < text.index("(edited by hand)")
        assert 2 == text.count("(edited by hand)")


def test_row_of_an_edit(run: Run, migration: Path) -> None:
    """An UPDATE that was added by hand is a failure."""
    migration.write_text(migration.read_text("utf-8") + "\nUPDATE auth.users SET email = 'x';\n", "utf-8")
    done = run("verify", "--only", "matches")
    assert 1 == done.exit_code
    text = " ".join(done.output.split())
    assert "auth.users has changed values in email" in text
    assert REMARK in text
