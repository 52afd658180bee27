"""Edits: put in together, or not at all, and looked at again."""

from __future__ import annotations

from collections.abc import Mapping

import attrs
import pytest

from schema_dsl.lint import Level, Source
from schema_dsl.lint.fixing import apply, difference, fix
from schema_dsl.lint.reported_finding import ReportedFinding
from schema_dsl.lint.rule import Edit


def reported(
    source: Source, rule: str, *edits: Edit, level: Level = Level.WARNING, message: str = "m"
) -> ReportedFinding:
    """Make a finding at the start of a file."""
    return ReportedFinding(source.finding(0, rule, level, message), source, edits)


class TestApply:
    """Texts."""

    @pytest.mark.parametrize(
        ("text", "proposals", "expected"),
        [
            ("abc", [(Edit(1, 2, "X"),)], "aXc"),
            ("abc", [(Edit(2, 3, "Z"),), (Edit(0, 1, "X"),)], "XbZ"),
            ("abc", [(Edit(0, 2, "X"),), (Edit(1, 3, "Y"),)], "Xc"),
            ("abc", [(Edit(1, 1, "X"),), (Edit(1, 1, "Y"),)], "aXbc"),
            ("abc", [(Edit(0, 1, "X"), Edit(2, 3, "Z")), (Edit(1, 2, "Y"), Edit(2, 2, "!"))], "XbZ"),
            ("abc", [(Edit(0, 3, "X"),), (Edit(1, 1, "Y"),)], "X"),
            ("a\r\nb", [(Edit(3, 3, "x\n"),)], "a\r\nx\r\nb"),
        ],
    )
    def test_first_wins(self, text: str, proposals: list[tuple[Edit, ...]], expected: str) -> None:
        """Of two that meet the second is left out, all of it; lines end as the file's do."""
        assert expected == apply(text, proposals)

    def test_difference(self) -> None:
        """A file without a last line end is shown as one."""
        expected = (
            "--- f\n+++ f\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n"
        )
        assert expected == difference("f", "a", "b")


@attrs.define
class Linter:
    """A linter that minds every `a`, proposes another letter for the first, and an error for every `e`."""

    text: str
    instead: str
    looks: int = 0

    def __call__(self, changed: Mapping[str, str]) -> list[ReportedFinding]:
        """Look at the text, or at the changed one."""
        self.looks += 1
        source = Source.of(changed.get("f.sql", self.text), "f.sql")
        first = source.text.find("a")
        found = [reported(source, "a", Edit(first, first + 1, self.instead))] if first >= 0 else []
        return found + [reported(source, "e", level=Level.ERROR)] * source.text.count("e")


class TestFix:
    """Rounds."""

    def test_until_nothing_is_left(self) -> None:
        """What a round leaves, the next one mends."""
        fixed = fix(Linter("aaa e", "b"))
        assert {"f.sql": "bbb e"} == fixed.changed
        assert ["e"] == [each.finding.rule for each in fixed.reported]
        assert () == fixed.notes

    def test_no_end(self) -> None:
        """A rule that is never content is given up."""
        linter = Linter("a", "aa")
        fix(linter)
        assert linter.looks < 20

    def test_a_new_error(self) -> None:
        """What would bring a new error is not written, and that is said."""
        fixed = fix(Linter("a", "e"))
        assert {} == fixed.changed
        assert ["a"] == [each.finding.rule for each in fixed.reported]
        assert "f.sql is not fixed, nothing is written: that would bring a new error: m" in fixed.notes
