"""Properties of every rule: the name, the texts and the examples."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest
from rule_hits import apply_hits

from schema_dsl.lint import Source, lint_text, rules_by_name
from schema_dsl.lint import rules as package
from schema_dsl.lint.check import apply_rules
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.schema import HistorySchema
from schema_dsl.lint.initial_schema import schema_of_platform
from schema_dsl.lint.named_checks import NAMED_CHECKS
from schema_dsl.lint.rule import GROUPS, HistoryStep, Hit, Hits, Rule
from schema_dsl.lint.selection import GROUP_NAMES, build_selection
from schema_dsl.platforms import platform

RULES = list(rules_by_name().values())
BAD = [(rule, number) for rule in RULES for number in range(len(rule.bad))]
GOOD = [(rule, number) for rule in RULES for number in range(len(rule.good))]

# One script cannot break these rules, so other tests cover them.
RULES_ABOUT_SEVERAL_FILES = {"duplicate-migration-number", "migration-order-as-text"}


def case_id(value: object) -> str | None:
    """Return the name of a rule as the id of a test case."""
    return value.name if isinstance(value, Rule) else None


def schema_for(rule: Rule) -> HistorySchema:
    """Return the initial schema of a platform on which the rule applies."""
    return schema_of_platform(platform(rule.platform or "supabase"))


def hits(rule: Rule, text: str) -> list[Hit]:
    """Return the hits of a rule in a script."""
    return [placed.hit for _, placed in apply_rules([Source.of(text)], schema_for(rule), [rule])]


class TestTexts:
    """The names and texts of rules."""

    def test_names(self) -> None:
        """A module has the name of its rule, and no other check or group has the same name."""
        files = {path.stem for path in Path(package.__path__[0]).glob("*.py")} - {"__init__"}
        assert files == {rule.name.replace("-", "_") for rule in RULES}
        assert set() == {rule.name for rule in RULES} & ({*NAMED_CHECKS} | {*GROUP_NAMES})

    @pytest.mark.parametrize("rule", RULES, ids=case_id)
    def test_sentences(self, rule: Rule) -> None:
        """Summary, reason and remedy are sentences, and the summary is short."""
        assert rule.group in GROUPS
        for text in (rule.summary, rule.why, rule.remedy):
            assert text == " ".join(text.split())
            assert text.endswith(".")
        assert len(rule.summary) <= 120
        assert rule.name in RULES_ABOUT_SEVERAL_FILES or (rule.bad and rule.good)


class TestExamples:
    """The bad and good examples of rules."""

    @pytest.mark.parametrize(("rule", "number"), BAD, ids=case_id)
    def test_bad(self, rule: Rule, number: int) -> None:
        """A bad example parses, and the rule reports it with a position and a message."""
        text = rule.bad[number]
        found = hits(rule, text)
        assert found
        assert all(statement.problem is None for statement in Source.of(text).statements)
        assert all(0 <= hit.offset < len(text) and hit.length > 0 for hit in found)
        assert all(hit.message and not hit.message.endswith(".") for hit in found)

    @pytest.mark.parametrize(("rule", "number"), GOOD, ids=case_id)
    def test_good(self, rule: Rule, number: int) -> None:
        """A good example parses, and no enabled rule reports it."""
        text = rule.good[number]
        on = platform(rule.platform or "supabase")
        found = lint_text(text, "good.sql", on, build_selection(on.name, select=["default", rule.name]))
        assert [] == [each for each in found if each.level is not Level.INFO or each.rule == rule.name]

    @pytest.mark.parametrize(("rule", "number"), BAD, ids=case_id)
    def test_edits(self, rule: Rule, number: int) -> None:
        """The edits of a rule result in valid SQL, without further edits of the rule."""
        text = rule.bad[number]
        found = hits(rule, text)
        if not any(hit.edits for hit in found):
            return
        fixed = apply_hits(text, found)
        assert all(statement.problem is None for statement in Source.of(fixed).statements)
        assert [] == [hit for hit in hits(rule, fixed) if hit.edits]
        if all(hit.edits for hit in found):
            assert [] == hits(rule, fixed)


class TestSelection:
    """The choice of the rules for each statement."""

    def test_commands(self) -> None:
        """A rule has no hit in an ALTER TABLE without the commands that the rule names."""
        narrow = [rule for rule in RULES if rule.commands]
        wide = [attrs.evolve(rule, commands=frozenset()) for rule in narrow]
        initial = platform("supabase")
        for text in {text for rule in RULES for text in (*rule.bad, *rule.good)}:
            found = [
                [
                    (rule.name, located.hit)
                    for rule, located in apply_rules([Source.of(text)], schema_of_platform(initial), rules)
                ]
                for rules in (narrow, wide)
            ]
            assert found[0] == found[1]

    def test_calls(self) -> None:
        """A rule is asked about the commands that it names, and about the files that it applies to."""
        asked: list[str] = []

        def record(step: HistoryStep) -> Hits:
            asked.append(step.statement.text)
            return ()

        rule = attrs.evolve(
            rules_by_name()["ban-drop-not-null"],
            statement=record,
            applies_to=lambda source: source.path != "2.sql",
        )
        text = "ALTER TABLE t ALTER a DROP NOT NULL, ADD b int; ALTER TABLE t ENABLE ROW LEVEL SECURITY; SELECT 1;"
        apply_rules([Source.of(text, path) for path in ("1.sql", "2.sql")], HistorySchema(), [rule])
        assert ["ALTER TABLE t ALTER a DROP NOT NULL, ADD b int"] == asked
