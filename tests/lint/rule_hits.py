"""Helpers that apply one rule to a text or to a history."""

from __future__ import annotations

from schema_dsl.lint.check import apply_rules
from schema_dsl.lint.finding import Finding
from schema_dsl.lint.history.schema import HistorySchema
from schema_dsl.lint.rule import Hit, Rule
from schema_dsl.lint.rules import rules_by_name
from schema_dsl.lint.source import Source


def find_hits(text: str, name: str) -> list[Hit]:
    """Return the hits of one rule in a text."""
    return [
        located.hit for _, located in apply_rules([Source.of(text)], HistorySchema(), [rules_by_name()[name]])
    ]


def find_marked_text(text: str, name: str) -> list[str]:
    """Return the parts of a text that one rule marks."""
    return [text[hit.offset : hit.offset + hit.length] for hit in find_hits(text, name)]


def find_findings(*sources: Source, name: str) -> list[Finding]:
    """Return the findings of one rule in a history."""
    rule = rules_by_name()[name]
    return [
        located.step.source.finding(
            located.hit.offset, rule.name, rule.level, located.hit.message, length=located.hit.length
        )
        for _, located in apply_rules(sources, HistorySchema(), [rule])
    ]


def apply_hits(text: str, hits: list[Hit]) -> str:
    """Return a text with the edits of hits applied."""
    edits = sorted((edit for hit in hits for edit in hit.edits), key=lambda edit: edit.start, reverse=True)
    for edit in edits:
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def rules_of_group(group: str) -> list[Rule]:
    """Return the rules of a group."""
    return [rule for rule in rules_by_name().values() if rule.group == group]
