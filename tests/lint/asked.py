"""Rules, put to a text or to files that follow each other."""

from __future__ import annotations

from schema_dsl.lint.check import check
from schema_dsl.lint.finding import Finding
from schema_dsl.lint.history.schema import Schema
from schema_dsl.lint.rule import Hit, Rule
from schema_dsl.lint.rules import rules
from schema_dsl.lint.source import Source


def hits(text: str, name: str) -> list[Hit]:
    """Ask one rule about a text."""
    return [placed.hit for _, placed in check([Source.of(text)], Schema(), [rules()[name]])]


def marks(text: str, name: str) -> list[str]:
    """Give what one rule marks in a text."""
    return [text[hit.offset : hit.offset + hit.length] for hit in hits(text, name)]


def findings(*sources: Source, name: str) -> list[Finding]:
    """Ask one rule about a history."""
    rule = rules()[name]
    return [
        placed.step.source.finding(
            placed.hit.offset, rule.name, rule.level, placed.hit.message, length=placed.hit.length
        )
        for _, placed in check(sources, Schema(), [rule])
    ]


def edited(text: str, found: list[Hit]) -> str:
    """Apply what hits propose."""
    edits = sorted((edit for hit in found for edit in hit.edits), key=lambda edit: edit.start, reverse=True)
    for edit in edits:
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def of_group(group: str) -> list[Rule]:
    """Give the rules of a group."""
    return [rule for rule in rules().values() if rule.group == group]
