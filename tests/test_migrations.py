"""The migrations folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from schema_dsl.errors import MigrationError
from schema_dsl.migrations import read_history, write_atomically

SEAL = "-- schema-dsl: definitions 0123456789abcdef, content 0123456789abcdef\n"


def folder(path: Path, **files: str) -> Path:
    """Write files of these names, with what they hold."""
    for name, text in files.items():
        (path / f"{name}.sql").write_text(text)
    return path


class TestHistory:
    """What is in the folder, in the order in which it is run."""

    def test_order_is_by_number(self, tmp_path: Path) -> None:
        """Ten comes after nine, whatever the digits."""
        history = read_history(
            folder(tmp_path, **{"10_c": "", "9_b": "", "008_a": "", "notes": ""}), "numbered"
        )
        assert ["008_a.sql", "9_b.sql", "10_c.sql"] == [each.path.name for each in history.migrations]

    def test_rollbacks_are_no_migrations(self, tmp_path: Path) -> None:
        """A file that undoes a migration is not run after it."""
        history = read_history(folder(tmp_path, **{"001_a": "", "001_a_rollback": ""}), "numbered")
        assert ["001_a.sql"] == [each.path.name for each in history.migrations]

    def test_no_folder(self, tmp_path: Path) -> None:
        """A folder that is not there yet has no migrations, and the first number is the settings'."""
        history = read_history(tmp_path / "none", "numbered")
        assert ((), 34) == (history.migrations, history.next_number(34, "2026-01-31"))

    def test_what_is_replayed(self, tmp_path: Path) -> None:
        """The baseline stands for what came before our first migration; all that follows is replayed."""
        files = {"001_theirs": "SELECT 1;", "002_ours": SEAL, "003_theirs": "SELECT 1;", "004_ours": SEAL}
        history = read_history(folder(tmp_path, **files), "numbered")
        assert [2, 3, 4] == [each.number for each in history.since_baseline()]
        assert [2, 4] == [each.number for each in history.ours]
        assert 5 == history.next_number(1, "2026-01-31")


class TestWriting:
    """A file is written whole or not at all."""

    def test_nothing_is_left_behind(self, tmp_path: Path) -> None:
        """After writing, and after failing to, the folder holds no temporary file."""
        target = tmp_path / "new" / "001_a.sql"
        write_atomically(target, "SELECT 'ä';\n")
        assert "SELECT 'ä';\n".encode() == target.read_bytes()
        (tmp_path / "taken.sql").mkdir()
        with pytest.raises(MigrationError):
            write_atomically(tmp_path / "taken.sql", "x")
        assert {"new", "taken.sql"} == {path.name for path in tmp_path.iterdir()}

    def test_others_can_read_it(self, tmp_path: Path) -> None:
        """The file has the permissions that the user's other files have."""
        plain = tmp_path / "plain"
        plain.write_text("")
        write_atomically(tmp_path / "a.sql", "")
        assert plain.stat().st_mode == (tmp_path / "a.sql").stat().st_mode
