"""What holds of every rule: its examples are what it says they are, and a person can act on its words."""

from __future__ import annotations

from pathlib import Path

import pytest
from asked import edited

from schema_dsl.lint import Source, lint_text, rules_by_name
from schema_dsl.lint import rules as package
from schema_dsl.lint.check import check
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.schema import Schema
from schema_dsl.lint.initial_schema import of_platform
from schema_dsl.lint.named_checks import NAMED
from schema_dsl.lint.rule import GROUPS, Hit, Rule
from schema_dsl.lint.selection import GROUP_NAMES, selection
from schema_dsl.platforms import platform

RULES = list(rules_by_name().values())
BAD = [(rule, number) for rule in RULES for number in range(len(rule.bad))]
GOOD = [(rule, number) for rule in RULES for number in range(len(rule.good))]

# What is wrong with them cannot be shown in one script; tests of their own hold them.
OF_SEVERAL_FILES = {"duplicate-migration-number", "migration-order-as-text"}


def named(value: object) -> str | None:
    """Name a case."""
    return value.name if isinstance(value, Rule) else None


def schema_for(rule: Rule) -> Schema:
    """Give what a database has in which the rule applies."""
    return of_platform(platform(rule.platform or "supabase"))


def hits(rule: Rule, text: str) -> list[Hit]:
    """Ask the rule about a text."""
    return [placed.hit for _, placed in check([Source.of(text)], schema_for(rule), [rule])]


class TestWords:
    """What a rule says of itself."""

    def test_names(self) -> None:
        """The file has the rule's name; no name stands for two things."""
        files = {path.stem for path in Path(package.__path__[0]).glob("*.py")} - {"__init__"}
        assert files == {rule.name.replace("-", "_") for rule in RULES}
        assert set() == {rule.name for rule in RULES} & ({*NAMED} | {*GROUP_NAMES})

    @pytest.mark.parametrize("rule", RULES, ids=named)
    def test_sentences(self, rule: Rule) -> None:
        """Summary, reason and remedy are sentences, of a length that is read."""
        assert rule.group in GROUPS
        for text in (rule.summary, rule.why, rule.remedy):
            assert text == " ".join(text.split())
            assert text.endswith(".")
        assert len(rule.summary) <= 120
        assert rule.name in OF_SEVERAL_FILES or (rule.bad and rule.good)


class TestExamples:
    """Each example is what it is given as."""

    @pytest.mark.parametrize(("rule", "number"), BAD, ids=named)
    def test_bad(self, rule: Rule, number: int) -> None:
        """A bad example parses, and the rule says where it is bad."""
        text = rule.bad[number]
        found = hits(rule, text)
        assert found
        assert all(statement.problem is None for statement in Source.of(text).statements)
        assert all(0 <= hit.offset < len(text) and hit.length > 0 for hit in found)
        assert all(hit.message and not hit.message.endswith(".") for hit in found)

    @pytest.mark.parametrize(("rule", "number"), GOOD, ids=named)
    def test_good(self, rule: Rule, number: int) -> None:
        """A good example parses, and neither the rule nor any other that is on minds it."""
        text = rule.good[number]
        on = platform(rule.platform or "supabase")
        found = lint_text(text, "good.sql", on, selection(on.name, select=["default", rule.name]))
        assert [] == [each for each in found if each.level is not Level.INFO or each.rule == rule.name]

    @pytest.mark.parametrize(("rule", "number"), BAD, ids=named)
    def test_mended(self, rule: Rule, number: int) -> None:
        """What a rule mends is SQL, and nothing more is to be mended by it."""
        text = rule.bad[number]
        found = hits(rule, text)
        if not any(hit.edits for hit in found):
            return
        fixed = edited(text, found)
        assert all(statement.problem is None for statement in Source.of(fixed).statements)
        assert [] == [hit for hit in hits(rule, fixed) if hit.edits]
        if all(hit.edits for hit in found):
            assert [] == hits(rule, fixed)
