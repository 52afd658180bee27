"""Tests of SQL files and findings in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from schema_dsl.lint import Level, Source
from schema_dsl.lint.syntax import check_syntax


class TestRead:
    """Every file can be read; characters that Postgres rejects are reported."""

    @pytest.mark.parametrize(
        ("raw", "places"),
        [
            (b"", []),
            (b"   \n;;\n-- nothing\n", []),
            (b"\xef\xbb\xbfSELECT 1;", []),
            (b"SELECT 1;\r\nselec 2;\r\n", [(2, 1)]),
            (b"SELECT '\xc3\xa9', '\xe9';\n", [(1, 14)]),
            (b"SELECT 1;\nSELECT '\x00';", [(2, 9)]),
            (b"S\x00E\x00L\x00E\x00C\x00T\x00", [(1, 1), (1, 2)]),
            (b"\xff\xfe", [(1, 1)]),
        ],
    )
    def test_findings_not_tracebacks(self, tmp_path: Path, raw: bytes, places: list[tuple[int, int]]) -> None:
        """Invalid bytes are findings at their position, and the rest of the file is still checked."""
        path = tmp_path / "a.sql"
        path.write_bytes(raw)
        found = check_syntax(Source.read(path))
        assert places == [(finding.line, finding.column) for finding in found]

    def test_half_a_surrogate_pair(self) -> None:
        """A character that UTF-8 cannot encode is a finding."""
        found = check_syntax(Source.of("SELECT '\ud800';"))
        assert [(1, 9)] == [(finding.line, finding.column) for finding in found]

    def test_carriage_returns_are_not_shown(self) -> None:
        """The source line of a file from Windows has no carriage return."""
        (finding,) = check_syntax(Source.of("SELECT 1;\r\nselec 2;\r\n"))
        assert "selec 2;" == finding.source_line


class TestFinding:
    """Positions of findings."""

    def test_made_from_an_offset(self) -> None:
        """Line, column and line text come from the source; the mark ends with the line."""
        source = Source.of("SELECT 1;\nSELECT é;", "x.sql")
        finding = source.finding(17, "some-rule", Level.INFO, "What.", length=99)
        assert ("x.sql", 2, 8, 10, "SELECT é;") == (
            finding.file,
            finding.line,
            finding.column,
            finding.end_column,
            finding.source_line,
        )

    def test_order_is_by_place(self) -> None:
        """Findings sort by their position in the file."""
        source = Source.of("SELECT 1;\nSELECT 2;")
        low, high = (source.finding(at, "r", Level.ERROR, "m") for at in (12, 3))
        assert [high, low] == sorted([low, high])
