"""Writing a file of the migrations folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from schema_dsl.errors import MigrationError
from schema_dsl.migrations import write_atomically


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
