"""Errors, and the escaping of their texts."""

from __future__ import annotations

from pathlib import Path

import pytest

from schema_dsl.errors import SchemaDslError, escape_output


class TestEscapeOutput:
    """Texts that a server or a name brings into a report."""

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("plain text,\n\twith lines: a::b", "plain text,\n\twith lines: a::b"),
            ("::error::planted", r"\::error::planted"),
            ("first\n  ::set-output name=x::y", "first\n  \\::set-output name=x::y"),
            ("##[error]planted", r"\##[error]planted"),
            ("\x1b[31mred\x1b[0m", r"\x1b[31mred\x1b[0m"),
            ("line\rother", r"line\rother"),
            ("right\u202eleft", r"right\u202eleft"),
            ("Größe 表", "Größe 表"),
        ],
    )
    def test_text(self, text: str, expected: str) -> None:
        """Control characters and the first characters of CI commands are escaped; other text stays."""
        assert escape_output(text) == expected

    def test_error(self) -> None:
        """The text of an error is escaped in all of its parts."""
        error = SchemaDslError("a\n::error::b", where="f\x07:1", instead="c\x1b")
        assert str(error) == "f\\x07:1: a\n\\::error::b\n  c\\x1b"


class TestLocation:
    """The location of an error is a path that the reader can open from the current folder."""

    @pytest.mark.parametrize("line", ["", ":7", ":7:3"])
    def test_relative(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str) -> None:
        """A path in the current folder is relative, and another path is given in full."""
        monkeypatch.chdir(tmp_path)
        inside, outside = tmp_path / "a folder" / "b:1.py", tmp_path.parent / "c.py"
        assert f"a folder/b:1.py{line}" == SchemaDslError("", where=f"{inside}{line}").where
        assert f"{outside}{line}" == SchemaDslError("", where=f"{outside}{line}").where
        assert f"--option{line}" == SchemaDslError("", where=f"--option{line}").where

    def test_removed_folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without a current folder, a path is given in full."""
        gone = tmp_path / "gone"
        gone.mkdir()
        monkeypatch.chdir(gone)
        gone.rmdir()
        assert f"{tmp_path}/a.py:1" == SchemaDslError("", where=f"{tmp_path}/a.py:1").where
