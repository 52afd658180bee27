"""Writing a file of the migrations folder."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from schema_dsl.errors import MigrationError
from schema_dsl.migrations import write_atomically, write_migration


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

    def test_killed_run(self, tmp_path: Path) -> None:
        """The temporary file of a killed run is removed by the next run; the file of a living run stays."""
        old, new = tmp_path / ".001_a.sql.abc.schema-dsl", tmp_path / ".001_b.sql.abc.schema-dsl"
        for file in (old, new):
            file.write_text("CREATE TABLE ha", "utf-8")
        os.utime(old, (time.time() - 120, time.time() - 120))
        write_atomically(tmp_path / "001_a.sql", "")
        assert {new.name, "001_a.sql"} == {path.name for path in tmp_path.iterdir()}


class TestNewNumber:
    """A number is given once."""

    def test_two_runs(self, tmp_path: Path) -> None:
        """Of runs that write one number at the same time, one writes it, and the others name the file that exists."""

        def write(name: str) -> str:
            try:
                write_migration({tmp_path / f"035_{name}.sql": name})
            except MigrationError as error:
                return str(error)
            return ""

        with ThreadPoolExecutor(8) as pool:
            messages = list(pool.map(write, "abcdefgh"))
        [written] = tmp_path.iterdir()
        assert messages.count("") == 1
        assert all(f"{written}: exists by now" in message for message in messages if message)

    def test_similar_number(self, tmp_path: Path) -> None:
        """A longer number with the same digits at its start is another number."""
        (tmp_path / "0351_other.sql").write_text("", "utf-8")
        write_migration({tmp_path / "035_new.sql": "x"})
        assert (tmp_path / "035_new.sql").read_text("utf-8") == "x"
