"""Reports for people and for programs."""

from __future__ import annotations

import json

import pytest

from schema_dsl.lint import FORMATS, Level, Source
from schema_dsl.lint.report import caret


class TestText:
    """What a person reads."""

    def test_paragraph(self) -> None:
        """Place, level, rule and message; the line with a mark; the remedy."""
        finding = Source.of("SELECT 1;\nGRANT x;", "a.sql").finding(
            16, "no-x", Level.WARNING, "x is granted", "Do not.\nReally.", length=1
        )
        expected = "a.sql:2:7: warning[no-x] x is granted\n    GRANT x;\n          ^\n  Do not.\n  Really.\n"
        assert expected == FORMATS["text"]([finding])

    @pytest.mark.parametrize(
        ("line", "marked", "expected"),
        [
            ("abc xyz", "xyz", "    ^^^"),
            ("\ta\txyz", "xyz", "\t \t^^^"),
            ("日本 xyz", "xyz", "     ^^^"),
            ("x 日本", "日本", "  ^^^^"),
            ("e\u0301 xyz", "xyz", "  ^^^"),
            ("👍 xyz", "xyz", "   ^^^"),
            ("👩\u200d👧 xyz", "xyz", "   ^^^"),
        ],
    )
    def test_mark_is_under_what_it_marks(self, line: str, marked: str, expected: str) -> None:
        """Tabs, wide and combining characters before the mark do not shift it."""
        source = Source.of(line)
        finding = source.finding(line.index(marked), "r", Level.ERROR, "m", length=len(marked))
        assert expected == caret(finding)


class TestJson:
    """What a program reads."""

    def test_objects(self) -> None:
        """An object a finding, with these keys and no others."""
        finding = Source.of("SELECT é", "a.sql").finding(7, "r", Level.ERROR, "é is bad", "No é.")
        expected = {
            "file": "a.sql",
            "line": 1,
            "column": 8,
            "rule": "r",
            "level": "error",
            "message": "é is bad",
            "remedy": "No é.",
        }
        assert [expected] == json.loads(FORMATS["json"]([finding]))

    def test_nothing(self) -> None:
        """No findings are an empty list, and no text."""
        assert [] == json.loads(FORMATS["json"]([]))
        assert "" == FORMATS["text"]([])
