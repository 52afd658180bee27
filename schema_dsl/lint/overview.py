"""A table of many findings: one line per rule, for the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from schema_dsl.lint.finding import Finding, Level

# The table has so many rules; the others share one line.
_MOST_RULES: Final = 30
_LEVELS: Final = list(Level)


def format_overview(findings: Sequence[Finding], newest: str) -> str:
    """Return a table of findings by level and rule, with the first place, and how to see or accept them.

    Args:
        findings: All findings of a run.
        newest: The newest migration, whose findings the report shows whole.
    """
    by_rule: dict[tuple[Level, str], list[Finding]] = {}
    for finding in findings:
        by_rule.setdefault((finding.level, finding.rule), []).append(finding)
    ordered = sorted(
        by_rule.items(), key=lambda entry: (_LEVELS.index(entry[0][0]), -len(entry[1]), entry[0][1])
    )
    rows = [("level", "rule", "findings", "first")]
    rows += [
        (level.value, rule, str(len(of_rule)), f"{of_rule[0].file}:{of_rule[0].line}")
        for (level, rule), of_rule in ordered[:_MOST_RULES]
    ]
    rest = ordered[_MOST_RULES:]
    if rest:
        number = sum(len(of_rule) for _, of_rule in rest)
        rules = "1 more rule" if len(rest) == 1 else f"{len(rest)} more rules"
        rows.append(("", rules, str(number), ""))
    shown = sum(finding.file == newest for finding in findings)
    files = len({finding.file for finding in findings})
    places = "1 file" if files == 1 else f"{files} files"
    return "\n".join(
        [
            *_align(rows),
            "",
            f"{len(findings)} findings in {places}; shown whole: {shown} of {newest}",
            "  --full                 shows all of them",
            "  --since last           reports on the newest migration only",
            "  --write-baseline FILE  accepts the present ones, and --baseline FILE then reports new ones only",
        ]
    )


def _align(rows: Iterable[tuple[str, str, str, str]]) -> list[str]:
    table = list(rows)
    level, rule, number, _ = (max(map(len, column)) for column in zip(*table, strict=True))
    return [f"{row[0]:{level}}  {row[1]:{rule}}  {row[2]:>{number}}  {row[3]}".rstrip() for row in table]
