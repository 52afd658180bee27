"""Tests of edits and fixes."""

from __future__ import annotations

from collections.abc import Mapping

import attrs
import pytest

from schema_dsl.lint import Level, Source
from schema_dsl.lint.fixing import apply_edits, count_fixable, fix, format_diff
from schema_dsl.lint.reported_finding import ReportedFinding
from schema_dsl.lint.rule import Edit


def build_finding(
    source: Source, rule: str, *edits: Edit, level: Level = Level.WARNING, message: str = "m"
) -> ReportedFinding:
    """Build a finding at the start of a file."""
    return ReportedFinding(source.finding(0, rule, level, message), source, edits)


class TestApply:
    """Edits of texts."""

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
        """The edits of the second of two overlapping findings are left out; line ends are those of the file."""
        assert expected == apply_edits(text, proposals)

    def test_difference(self) -> None:
        """The diff marks a file that does not end with a newline."""
        expected = (
            "--- f\n+++ f\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n"
        )
        assert expected == format_diff("f", "a", "b")


@attrs.define
class Linter:
    """A linter that replaces the first `a` by another text, and reports an error for every `e`."""

    text: str
    instead: str
    calls: int = 0

    def __call__(self, changed: Mapping[str, str]) -> list[ReportedFinding]:
        """Lint the text, or the changed text."""
        self.calls += 1
        source = Source.of(changed.get("f.sql", self.text), "f.sql")
        first = source.text.find("a")
        found = [build_finding(source, "a", Edit(first, first + 1, self.instead))] if first >= 0 else []
        return found + [build_finding(source, "e", level=Level.ERROR)] * source.text.count("e")


class TestFix:
    """Rounds of fixing."""

    def test_until_nothing_is_left(self) -> None:
        """Rounds continue until no finding has edits."""
        fixed = fix(Linter("aaa e", "b"))
        assert {"f.sql": "bbb e"} == fixed.changed
        assert ["e"] == [each.finding.rule for each in fixed.reported]
        assert {} == fixed.notes

    def test_no_end(self) -> None:
        """Fixing stops for a rule whose edits never end."""
        linter = Linter("a", "aa")
        fix(linter)
        assert linter.calls < 20

    def test_a_new_error(self) -> None:
        """Edits that cause a new error are not applied, and a note says so."""
        fixed = fix(Linter("a", "e"))
        assert {} == fixed.changed
        assert ["a"] == [each.finding.rule for each in fixed.reported]
        assert "f.sql is not fixed, because its edits would cause a new error: m" == fixed.notes["f.sql"]

    def test_refused_is_not_fixable(self) -> None:
        """A finding in a file whose edits would cause a new error does not count as one that --fix corrects."""
        fixed = fix(Linter("a", "e"))
        assert (1, 0) == (count_fixable(fixed.reported), count_fixable(fixed.reported, fixed.notes))
