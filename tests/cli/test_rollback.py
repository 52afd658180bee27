"""`schema-dsl generate --rollback`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import Run

from schema_dsl.postgres import Server


@pytest.fixture(autouse=True)
def on_the_shared_server(project: Path, server: Server) -> None:
    """Make the project use the running server."""
    with (project / "pyproject.toml").open("a", encoding="utf-8") as settings:
        settings.write(f"postgres = {json.dumps(server.conninfo())}\n")


@pytest.fixture
def written(run: Run, project: Path) -> Path:
    """Write the first migration with its rollback, and return the path of the rollback."""
    done = run("generate", "--rollback", "--date", "2026-01-31")
    assert (0, "wrote migrations/001_notes.sql\nwrote migrations/001_notes_rollback.sql\n") == (
        done.exit_code,
        done.output,
    )
    return project / "migrations" / "001_notes_rollback.sql"


class TestRollback:
    """--rollback writes the script that reverts the newest migration into the same folder."""

    def test_written_once(self, run: Run, written: Path) -> None:
        """The rollback has the date of the migration, is not itself a migration, and is written once."""
        text = written.read_text("utf-8")
        assert "-- Rollback of 001_notes.sql\n" in text
        assert "-- Date: 2026-01-31\n" in text
        assert "DROP TABLE IF EXISTS public.notes;" in text
        done = run("generate", "--rollback")
        assert 0 == done.exit_code
        assert "up to date: migrations/001_notes_rollback.sql is the rollback" in done.output
        assert text == written.read_text("utf-8")
        assert 0 == run("generate", "--check", "--rollback").exit_code

    def test_missing(self, run: Run, written: Path) -> None:
        """A missing rollback of an up-to-date migration is regenerated with the same bytes."""
        before = written.read_bytes()
        written.unlink()
        done = run("generate", "--check", "--rollback")
        assert 1 == done.exit_code
        assert "`schema-dsl generate --rollback` would write migrations/001_notes_rollback.sql" in done.output
        assert not written.exists()
        assert before.decode() == run("generate", "--rollback", "--stdout").stdout
        assert not written.exists()
        assert "wrote migrations/001_notes_rollback.sql" in run("generate", "--rollback").output
        assert before == written.read_bytes()

    def test_outdated(self, run: Run, project: Path, written: Path) -> None:
        """After --amend the rollback is regenerated, unless it was edited by hand."""
        definitions = project / "definitions" / "notes.py"
        definitions.write_text(definitions.read_text().replace("indexes=[", 'indexes=[Index("created_at"), '))
        before = written.read_text("utf-8")
        written.write_text(f"{before}\nSELECT 1;\n", "utf-8")
        done = run("generate", "--amend", "--rollback")
        assert 2 == done.exit_code
        assert "was edited by hand, and does not match the present 001_notes.sql" in done.output
        assert written.read_text("utf-8").endswith("SELECT 1;\n")
        assert "wrote migrations/001_notes_rollback.sql" in run("generate", "--rollback", "--force").output
        assert not written.read_text("utf-8").endswith("SELECT 1;\n")

    def test_edited(self, run: Run, written: Path) -> None:
        """--check --rollback fails if the rollback was edited by hand."""
        written.write_text(written.read_text("utf-8") + "SELECT 1;\n", "utf-8")
        done = run("generate", "--check", "--rollback")
        assert 1 == done.exit_code
        assert "migrations/001_notes_rollback.sql was edited by hand" in done.output

    def test_of_a_later_migration(self, run: Run, project: Path, written: Path) -> None:
        """The rollback of a later migration reverts only that migration."""
        assert written.exists()
        definitions = project / "definitions" / "notes.py"
        text = definitions.read_text().replace("max_length(10_000)", "max_length(5_000)")
        text = text.replace(
            'Column("created_at"', 'Column("pinned_at", timestamptz),\n        Column("created_at"'
        )
        definitions.write_text(text)
        done = run("generate", "--name", "pinned", "--rollback")
        assert 0 == done.exit_code, done.output
        text = (project / "migrations" / "002_pinned_rollback.sql").read_text("utf-8")
        assert "DROP COLUMN IF EXISTS pinned_at;" in text
        assert "10000" in text
        assert "DROP TABLE" not in text

    def test_nothing_to_undo(self, run: Run, project: Path) -> None:
        """Without a migration, and with nothing to generate, --rollback is an error."""
        (project / "definitions" / "notes.py").write_text('"""Nothing."""\n')
        done = run("generate", "--rollback")
        assert 2 == done.exit_code
        assert "there is no migration to undo" in done.output
