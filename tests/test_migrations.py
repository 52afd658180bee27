"""The migrations folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from schema_dsl.errors import MigrationError
from schema_dsl.migrations import read_history, write_atomically

SEAL = "-- schema-dsl: definitions 0123456789abcdef, content 0123456789abcdef\n"


def folder(path: Path, **files: str) -> Path:
    """Write files with these names and texts."""
    for name, text in files.items():
        (path / f"{name}.sql").write_text(text)
    return path


class TestHistory:
    """The migrations of a folder."""

    def test_order_is_by_number(self, tmp_path: Path) -> None:
        """Migrations are sorted by number, not by text."""
        history = read_history(
            folder(tmp_path, **{"10_c": "", "9_b": "", "008_a": "", "notes": ""}), "numbered"
        )
        assert ["008_a.sql", "9_b.sql", "10_c.sql"] == [each.path.name for each in history.migrations]

    def test_rollbacks_are_excluded(self, tmp_path: Path) -> None:
        """A rollback is not part of the history."""
        history = read_history(folder(tmp_path, **{"001_a": "", "001_a_rollback": ""}), "numbered")
        assert ["001_a.sql"] == [each.path.name for each in history.migrations]

    def test_no_folder(self, tmp_path: Path) -> None:
        """A missing folder has no migrations, and the next number is the first number of the settings."""
        history = read_history(tmp_path / "none", "numbered")
        assert ((), 34) == (history.migrations, history.next_number(34, "2026-01-31"))

    def test_replayed_migrations(self, tmp_path: Path) -> None:
        """The replay starts with the first generated migration, and includes later hand-written migrations."""
        files = {"001_manual": "SELECT 1;", "002_own": SEAL, "003_manual": "SELECT 1;", "004_own": SEAL}
        history = read_history(folder(tmp_path, **files), "numbered")
        assert [2, 3, 4] == [each.number for each in history.since_baseline()]
        assert [2, 4] == [each.number for each in history.generated]
        assert 5 == history.next_number(1, "2026-01-31")


class TestWriting:
    """A file is written atomically."""

    def test_no_temporary_files(self, tmp_path: Path) -> None:
        """The folder contains no temporary file after a success or a failure."""
        target = tmp_path / "new" / "001_a.sql"
        write_atomically(target, "SELECT 'ä';\n")
        assert "SELECT 'ä';\n".encode() == target.read_bytes()
        (tmp_path / "taken.sql").mkdir()
        with pytest.raises(MigrationError):
            write_atomically(tmp_path / "taken.sql", "x")
        assert {"new", "taken.sql"} == {path.name for path in tmp_path.iterdir()}

    def test_permissions(self, tmp_path: Path) -> None:
        """The file has the permissions of an ordinary new file."""
        plain = tmp_path / "plain"
        plain.write_text("")
        write_atomically(tmp_path / "a.sql", "")
        assert plain.stat().st_mode == (tmp_path / "a.sql").stat().st_mode
