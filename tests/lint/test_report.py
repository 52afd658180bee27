"""Reports as text and JSON."""

from __future__ import annotations

import json

import pytest

from schema_dsl.lint import FORMATS, Level, Source
from schema_dsl.lint.report import format_caret


class TestText:
    """The text report."""

    def test_paragraph(self) -> None:
        """Position, level, rule and message; the marked line; the remedy."""
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
        assert expected == format_caret(finding)

    def test_long_line(self) -> None:
        """The report shortens a long line to the part around the mark, and the mark stays aligned."""
        line = f"{'x ' * 1000}here{' y' * 1000}"
        text = FORMATS["text"]([Source.of(line).finding(2000, "r", Level.ERROR, "m", length=4)])
        place, shown, mark = text.splitlines()
        assert place.startswith("<sql>:1:2001:")
        assert len(shown) < 200
        assert shown[mark.index("^") : mark.rindex("^") + 1] == "here"

    @pytest.mark.parametrize("sign", ["\x1b", "\x07", "\r", "\x9b", "\u202e", "\x7f"])
    def test_what_a_terminal_would_obey(self, sign: str) -> None:
        """Control characters in a file neither reach the terminal nor hide other text."""
        finding = Source.of(f"SELECT {sign} x").finding(9, "r", Level.ERROR, f"{sign}\nm", f"a{sign}\nb")
        text = FORMATS["text"]([finding])
        assert sign not in text
        _, shown, mark, *remedy = text.splitlines()
        assert "x" == shown[mark.index("^")]
        assert 2 == len(remedy)


class TestJson:
    """The JSON report."""

    def test_objects(self) -> None:
        """One object per finding, with exactly these keys."""
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
        """Without findings, the list and the text are empty."""
        assert [] == json.loads(FORMATS["json"]([]))
        assert "" == FORMATS["text"]([])
