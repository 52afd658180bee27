"""The history of a folder: generated files, numbers of new files, and replayed files."""

from __future__ import annotations

from pathlib import Path

import pytest

from schema_dsl.migrations import History, Migration, read_history
from schema_dsl.render import seal_text

SEAL = "-- schema-dsl: definitions 0123456789abcdef, content 0123456789abcdef\n"


def read(folder: Path, naming: str = "numbered", **files: str) -> History:
    """Write files with these names and texts, and read the folder."""
    for name, text in files.items():
        (folder / f"{name}.sql").write_text(text)
    return read_history(folder, naming)


class TestHistory:
    """The migrations of a folder."""

    def test_order_is_by_number(self, tmp_path: Path) -> None:
        """Migrations are sorted by number, not by text."""
        history = read(tmp_path, **{"10_c": "", "9_b": "", "008_a": "", "notes": ""})
        assert ["008_a.sql", "9_b.sql", "10_c.sql"] == [each.path.name for each in history.migrations]

    def test_rollbacks_are_excluded(self, tmp_path: Path) -> None:
        """A rollback is not part of the history."""
        history = read(tmp_path, **{"001_a": "", "001_a_rollback": ""})
        assert ["001_a.sql"] == [each.path.name for each in history.migrations]

    def test_no_folder(self, tmp_path: Path) -> None:
        """A missing folder has no migrations, and the next number is the first number of the settings."""
        history = read_history(tmp_path / "none", "numbered")
        assert ((), 34) == (history.migrations, history.next_number(34, "2026-01-31"))

    def test_replayed_migrations(self, tmp_path: Path) -> None:
        """All migrations are replayed, or those from a number on; Flyway's repeatable files always are."""
        files = {"001_manual": "SELECT 1;", "002_own": SEAL, "003_manual": "SELECT 1;", "004_own": SEAL}
        history = read(tmp_path, **files)
        assert [1, 2, 3, 4] == [each.number for each in history.since(None)]
        assert [3, 4] == [each.number for each in history.since(3)]
        assert [2, 4] == [each.first.number for each in history.generated]
        assert 5 == history.next_number(1, "2026-01-31")

    def test_repeatable_files_are_no_versions(self, tmp_path: Path) -> None:
        """Flyway's repeatable files run last, and are not the newest version."""
        history = read(tmp_path, "flyway", V1__a="", V3__b="", R__c="")
        assert "R__c" == history.migrations[-1].path.stem
        assert "V3__b" == history.versioned[-1].path.stem
        assert 4 == history.next_number(1, "2026-01-31")


class TestNewFiles:
    """The naming of new files follows the setting, not the files."""

    @pytest.mark.parametrize(
        ("naming", "present", "expected"),
        [
            ("numbered", "007_a", "008_new.sql"),
            ("numbered", "0007_a.up", "0008_new.sql"),
            ("numbered", "V7__a", "008_new.sql"),
            ("flyway", "V7.2__a", "V8__new.sql"),
            ("flyway", "007_a", "V8__new.sql"),
            ("supabase", "20250101000000_a", "20260131000000_new.sql"),
            ("supabase", "20260131000000_a", "20260131000001_new.sql"),
        ],
    )
    def test_naming(self, tmp_path: Path, naming: str, present: str, expected: str) -> None:
        """The number continues that of the newest file of any layout."""
        history = read(tmp_path, naming, **{present: ""})
        assert expected == history.path_for(history.next_number(1, "2026-01-31"), "new").name


class TestGenerated:
    """Files that schema-dsl generated."""

    @pytest.mark.parametrize("eol", ["\n", "\r\n", "\r"])
    def test_line_ends_are_no_edit(self, tmp_path: Path, eol: str) -> None:
        """A generated file that git checked out with other line ends is not edited."""
        path = tmp_path / "001_a.sql"
        path.write_bytes(seal_text(f"{SEAL}SELECT 1;\n").replace("\n", eol).encode())
        migration = Migration(path, 1, "a")
        assert (True, False) == (migration.is_generated, migration.is_edited)
        assert migration.seal is not None
        assert "0123456789abcdef" == migration.seal.definitions
        path.write_bytes(path.read_bytes().replace(b"1;", b"2;"))
        assert Migration(path, 1, "a").is_edited
