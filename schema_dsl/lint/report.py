"""Report formats of findings: text, JSON, and the formats in `formats`."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterable

import attrs

from schema_dsl.lint.finding import Finding, Level
from schema_dsl.lint.formats.github import format_github
from schema_dsl.lint.formats.junit import format_junit
from schema_dsl.lint.formats.sarif import format_sarif

# The report shows this many characters of a longer line.
_MAX_LINE_LENGTH = 160
_CONTROLS: dict[int, int] = {
    **{code: 0x2400 + code for code in range(32) if code != ord("\t")},
    0x7F: 0x2421,
    **dict.fromkeys((*range(0x80, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)), 0xFFFD),
}
# The zero width joiner combines two emoji into one that is as wide as the first.
_JOINER = "\u200d"
# Escape sequences of terminals: bold red, bold yellow, bold cyan.
_COLORS = {Level.ERROR: "\033[1;31m", Level.WARNING: "\033[1;33m", Level.INFO: "\033[1;36m"}
_BOLD, _RESET = "\033[1m", "\033[0m"


def format_text(findings: Iterable[Finding], *, color: bool = False) -> str:
    """Return findings in the form of compilers: position and message, the marked source line, the remedy.

    Args:
        findings: The findings.
        color: Whether to add escape sequences for a terminal with colors.
    """
    return "".join(_format_finding(finding, color=color) for finding in findings)


def format_json(findings: Iterable[Finding]) -> str:
    """Return a JSON list with one object per finding."""
    return (
        json.dumps([_finding_as_dict(finding) for finding in findings], indent=2, ensure_ascii=False) + "\n"
    )


# The formats by the name in `--format`.
FORMATS: dict[str, Callable[[Iterable[Finding]], str]] = {
    "text": format_text,
    "json": format_json,
    "sarif": format_sarif,
    "github": format_github,
    "junit": format_junit,
}


def _finding_as_dict(finding: Finding) -> dict[str, str | int]:
    return {
        "file": finding.file,
        "line": finding.line,
        "column": finding.column,
        "rule": finding.rule,
        "level": finding.level.value,
        "message": finding.message,
        "remedy": finding.remedy,
    }


def _format_finding(finding: Finding, *, color: bool) -> str:
    finding = _replace_control_characters(finding)
    place = f"{finding.file}:{finding.line}:{finding.column}"
    finding = _shorten_source_line(finding)
    level, caret = f"{finding.level.value}[{finding.rule}]", format_caret(finding)
    if color:
        start = _COLORS[finding.level]
        place, level, caret = f"{_BOLD}{place}{_RESET}", f"{start}{level}{_RESET}", f"{start}{caret}{_RESET}"
    lines = [f"{place}: {level} {finding.message}"]
    if finding.source_line.strip():
        lines += [f"    {finding.source_line}", f"    {caret}"]
    if finding.remedy:
        lines += [f"  {line}" for line in finding.remedy.splitlines()]
    return "\n".join(lines) + "\n"


def _replace_control_characters(finding: Finding) -> Finding:
    """Replace control characters and bidirectional controls by visible characters."""
    return attrs.evolve(
        finding,
        file=finding.file.translate(_CONTROLS),
        message=finding.message.translate(_CONTROLS),
        remedy=finding.remedy.translate(_CONTROLS | {10: 10}),
        source_line=finding.source_line.translate(_CONTROLS),
    )


def _shorten_source_line(finding: Finding) -> Finding:
    """Shorten a long source line to the part around the mark."""
    line = finding.source_line
    if len(line) <= _MAX_LINE_LENGTH:
        return finding
    start = max(0, min(finding.column - 1 - _MAX_LINE_LENGTH // 4, len(line) - _MAX_LINE_LENGTH))
    visible = line[start : start + _MAX_LINE_LENGTH]
    before, behind = "…" if start else "", "…" if start + _MAX_LINE_LENGTH < len(line) else ""
    shift = len(before) - start
    end = min(finding.end_column + shift, len(before) + len(visible) + 1)
    return attrs.evolve(
        finding, column=finding.column + shift, end_column=end, source_line=f"{before}{visible}{behind}"
    )


def format_caret(finding: Finding) -> str:
    """Return the mark under the characters of a finding.

    Tabs before the mark remain, because only the terminal knows their width. Other characters become as many blanks
    as they have columns in a terminal.
    """
    start = finding.column - 1
    before = finding.source_line[:start]
    marked = finding.source_line[start : finding.end_column - 1]
    lead = "".join(c if c == "\t" else " " * width for c, width in _character_widths(before))
    return lead + "^" * max(1, sum(width for _, width in _character_widths(marked)))


def _character_widths(text: str) -> Iterable[tuple[str, int]]:
    """Yield the characters of a text with their number of columns in a terminal."""
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
