"""Findings as text for people and as JSON for programs, and the list of all formats."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterable

from schema_dsl.lint.finding import Finding
from schema_dsl.lint.formats.github import github
from schema_dsl.lint.formats.junit import junit
from schema_dsl.lint.formats.sarif import sarif

# Joins two emoji into one that is as wide as the first.
_JOINER = "\u200d"


def text(findings: Iterable[Finding]) -> str:
    """Lay out findings as compilers do: place and message, the source line with a mark below, the remedy."""
    return "".join(_paragraph(finding) for finding in findings)


def as_json(findings: Iterable[Finding]) -> str:
    """Give a JSON list with an object a finding."""
    return json.dumps([_object(finding) for finding in findings], indent=2, ensure_ascii=False) + "\n"


# Every format by the name that a user asks for it.
FORMATS: dict[str, Callable[[Iterable[Finding]], str]] = {
    "text": text,
    "json": as_json,
    "sarif": sarif,
    "github": github,
    "junit": junit,
}


def _object(finding: Finding) -> dict[str, str | int]:
    return {
        "file": finding.file,
        "line": finding.line,
        "column": finding.column,
        "rule": finding.rule,
        "level": finding.level.value,
        "message": finding.message,
        "remedy": finding.remedy,
    }


def _paragraph(finding: Finding) -> str:
    place = f"{finding.file}:{finding.line}:{finding.column}"
    lines = [f"{place}: {finding.level.value}[{finding.rule}] {finding.message}"]
    if finding.source_line.strip():
        lines += [f"    {finding.source_line}", f"    {caret(finding)}"]
    if finding.remedy:
        lines += [f"  {line}" for line in finding.remedy.splitlines()]
    return "\n".join(lines) + "\n"


def caret(finding: Finding) -> str:
    """Draw the mark under the characters concerned.

    Tabs before the mark are kept, as only the terminal knows how wide they are; other characters become as
    many blanks as a terminal gives them columns.
    """
    start = finding.column - 1
    before = finding.source_line[:start]
    marked = finding.source_line[start : finding.end_column - 1]
    lead = "".join(c if c == "\t" else " " * width for c, width in _widths(before))
    return lead + "^" * max(1, sum(width for _, width in _widths(marked)))


def _widths(text: str) -> Iterable[tuple[str, int]]:
    """Yield each character with the columns a terminal gives it."""
    joined = False
    for character in text:
        if (
            joined
            or unicodedata.combining(character)
            or unicodedata.category(character) in {"Cf", "Me", "Mn"}
        ):
            width = 0
        else:
            width = 2 if unicodedata.east_asian_width(character) in "WF" else 1
        joined = character == _JOINER
        yield character, width
