"""Merge findings that repeat one decision: a type in many columns of a table, timeouts that a folder never sets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import attrs

from schema_dsl.lint.finding import Finding
from schema_dsl.lint.reported_finding import ReportedFinding

# A merged finding names so many of the other places.
_NAMED_PLACES: Final = 3


def merge_repeated(reported: Iterable[ReportedFinding]) -> list[Finding]:
    """Return the findings, with one finding for all those of one check that share a topic.

    The merged finding is at the first place, and names the places after it.
    """
    by_topic: dict[tuple[str, str] | int, list[Finding]] = {}
    for number, each in enumerate(reported):
        key = (each.finding.rule, each.topic) if each.topic else number
        by_topic.setdefault(key, []).append(each.finding)
    return [_merge(findings) for findings in by_topic.values()]


def _merge(findings: list[Finding]) -> Finding:
    first, *others = findings
    first_place = _format_place(first, first)
    places = [
        place
        for place in dict.fromkeys(_format_place(other, first) for other in others)
        if place != first_place
    ]
    if not places:
        return first
    named = places if len(places) <= _NAMED_PLACES + 1 else places[:_NAMED_PLACES]
    more = f" and {len(places) - len(named)} more places" if len(named) < len(places) else ""
    return attrs.evolve(first, message=f"{first.message} (also {', '.join(named)}{more})")


def _format_place(finding: Finding, first: Finding) -> str:
    return f"line {finding.line}" if finding.file == first.file else f"{finding.file}:{finding.line}"
