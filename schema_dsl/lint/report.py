"""Findings as text for people and as JSON for programs, and the list of all formats."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterable

import attrs

from schema_dsl.lint.finding import Finding
from schema_dsl.lint.formats.github import github
from schema_dsl.lint.formats.junit import junit
from schema_dsl.lint.formats.sarif import sarif

# Of a longer line only so many characters are shown.
_LONGEST = 160
_CONTROLS: dict[int, int] = {
    **{code: 0x2400 + code for code in range(32) if code != ord("\t")},
    0x7F: 0x2421,
    **dict.fromkeys((*range(0x80, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)), 0xFFFD),
}
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
    finding = _visible(finding)
    place = f"{finding.file}:{finding.line}:{finding.column}"
    finding = _cut(finding)
    lines = [f"{place}: {finding.level.value}[{finding.rule}] {finding.message}"]
    if finding.source_line.strip():
        lines += [f"    {finding.source_line}", f"    {caret(finding)}"]
    if finding.remedy:
        lines += [f"  {line}" for line in finding.remedy.splitlines()]
    return "\n".join(lines) + "\n"


def _visible(finding: Finding) -> Finding:
    """Show what would have a terminal do something, or turn text round, as a sign of its own."""
    return attrs.evolve(
        finding,
        file=finding.file.translate(_CONTROLS),
        message=finding.message.translate(_CONTROLS),
        remedy=finding.remedy.translate(_CONTROLS | {10: 10}),
        source_line=finding.source_line.translate(_CONTROLS),
    )


def _cut(finding: Finding) -> Finding:
    """Show of a long line only what is around the mark."""
    line = finding.source_line
    if len(line) <= _LONGEST:
        return finding
    start = max(0, min(finding.column - 1 - _LONGEST // 4, len(line) - _LONGEST))
    piece = line[start : start + _LONGEST]
    before, behind = "…" if start else "", "…" if start + _LONGEST < len(line) else ""
    shift = len(before) - start
    end = min(finding.end_column + shift, len(before) + len(piece) + 1)
    return attrs.evolve(
        finding, column=finding.column + shift, end_column=end, source_line=f"{before}{piece}{behind}"
    )


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
