"""Suppression of findings by comments: `-- schema-dsl: ignore[rule] reason`."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import attrs

from schema_dsl.lint.finding import Finding, Level
from schema_dsl.lint.named_checks import SYNTAX_ERROR, UNKNOWN_RULE, UNUSED_IGNORE, WITHOUT_REASON
from schema_dsl.lint.reported_finding import ReportedFinding
from schema_dsl.lint.selection import Selection, is_check_name, suggest_name
from schema_dsl.lint.source import Source
from schema_dsl.parsing import Statement
from schema_dsl.parsing.bodies import find_body
from schema_dsl.parsing.lexer import tokens

_COMMENT: Final = re.compile(r"--[^\S\n]*schema-dsl:[^\S\n]*ignore\b(?P<rest>[^\r\n]*)")
_REST: Final = re.compile(r"\s*\[(?P<names>[^\]]*)\][\s:,-]*(?P<reason>.*)")
_FORM: Final = "Write: -- schema-dsl: ignore[rule-name] reason."
_BLANKS_AND_COMMENTS: Final = re.compile(r"(?:\s|--[^\n]*(?:\n|\Z))*")

OffsetRange = tuple[int, int]


@attrs.define(eq=False)
class IgnoreComment:
    """A suppression comment.

    Attributes:
        offset: The offset of the comment in the file.
        length: The length of the comment.
        names: The rules that the comment names.
        reason: The reason, "" for none.
        target: The offsets of the statement to which the comment applies.
        used: The rules with a finding that the comment suppresses.
    """

    offset: int
    length: int
    names: tuple[str, ...]
    reason: str
    target: OffsetRange | None
    used: set[str] = attrs.field(factory=set)

    def covers(self, reported: ReportedFinding) -> bool:
        """Return whether the comment suppresses a finding."""
        if not self.reason or self.target is None or reported.finding.rule not in self.names:
            return False
        start, end = self.target
        return start <= reported.offset <= end


def has_ignores(source: Source) -> bool:
    """Return whether a file may contain suppression comments."""
    return _COMMENT.search(source.script.sql) is not None


def suppress(
    found: Iterable[ReportedFinding],
    source: Source,
    block_ranges: Sequence[OffsetRange],
    selection: Selection,
) -> list[ReportedFinding]:
    """Return the findings of a file without the suppressed ones, and findings about the comments.

    Args:
        found: The findings.
        source: The file.
        block_ranges: The offsets of the statements in DO blocks.
        selection: The active checks.
    """
    ignores = list(_find_comments(source, block_ranges))
    by_statement: dict[int, list[IgnoreComment]] = {}
    for comment in ignores:
        if comment.target is not None:
            by_statement.setdefault(_statement_before(source, comment.target[0]), []).append(comment)
    reported_findings = []
    for reported in found:
        ignored = False
        if reported.finding.rule != SYNTAX_ERROR and by_statement:
            for candidate in by_statement.get(_statement_before(source, reported.offset), ()):
                if candidate.covers(reported):
                    candidate.used.add(reported.finding.rule)
                    ignored = True
        if not ignored:
            reported_findings.append(reported)
    comment_findings = [
        finding for ignore in ignores for finding in _check_comment(ignore, source, selection)
    ]
    selected = [
        selected_finding
        for finding in comment_findings
        for selected_finding in [selection.apply_level(finding)]
        if selected_finding is not None
    ]
    return reported_findings + [ReportedFinding(finding, source) for finding in selected]


def _find_comments(source: Source, block_ranges: Sequence[OffsetRange]) -> Iterator[IgnoreComment]:
    for match in _COMMENT.finditer(source.script.sql):
        index = _statement_before(source, match.start())
        statement = source.statements[index] if index >= 0 else None
        if (
            statement is not None
            and match.start() < statement.end
            and not _is_comment(statement, match.start())
        ):
            continue
        parts = _REST.match(match["rest"])
        names = tuple(name.strip() for name in parts["names"].split(",") if name.strip()) if parts else ()
        reason = parts["reason"].strip() if parts else ""
        target = _find_target(source, index, match.start(), match.end(), block_ranges)
        yield IgnoreComment(match.start(), match.end() - match.start(), names, reason, target)


def _statement_before(source: Source, offset: int) -> int:
    return bisect.bisect_right(source.statements, offset, key=lambda each: each.start) - 1


def _is_comment(statement: Statement, offset: int) -> bool:
    """Return whether an offset is in a comment, and not in a string."""
    text, start = statement.text, statement.start
    body = find_body(statement) if statement.kind else None
    if body is not None and body.start <= offset < body.end:
        text, start = body.text, body.start
    return not any(token.start <= offset - start < token.end for token in tokens(text))


def _find_target(
    source: Source, index: int, start: int, end: int, block_ranges: Sequence[OffsetRange]
) -> OffsetRange | None:
    """Return the start and end of the statement that a comment applies to; None if there is none.

    A comment applies to the statement around it (in a DO block, to one inner statement), else to the statement that
    ends on its line, else to the next statement.
    """
    text = source.script.sql
    if index >= 0:
        statement = source.statements[index]
        if start < statement.end:
            return _find_inner_target(text, statement, start, end, block_ranges)
        if "\n" not in text[statement.end : start]:
            return statement.start, statement.end
    if index + 1 < len(source.statements):
        next_statement = source.statements[index + 1]
        return next_statement.start, next_statement.end
    return None


def _find_inner_target(
    text: str, statement: Statement, start: int, end: int, block_ranges: Sequence[OffsetRange]
) -> OffsetRange:
    first_inside = bisect.bisect_left(block_ranges, (statement.start, 0))
    behind_all = bisect.bisect_left(block_ranges, (statement.end, 0))
    candidates = block_ranges[first_inside:behind_all]
    for first, last in candidates:
        if first < start and (start < last or "\n" not in text[last:start]):
            return first, last
    after_comment = _BLANKS_AND_COMMENTS.match(text, end)
    for first, last in candidates:
        if after_comment is not None and after_comment.end() == first:
            return first, last
    return statement.start, statement.end


def _check_comment(ignore: IgnoreComment, source: Source, selection: Selection) -> Iterator[Finding]:
    def build_finding(rule: str, message: str, remedy: str) -> Finding:
        return source.finding(ignore.offset, rule, Level.WARNING, message, remedy, length=ignore.length)

    if not ignore.names:
        yield build_finding(UNKNOWN_RULE, "this comment names no rule", _FORM)
        return
    for name in ignore.names:
        if name == SYNTAX_ERROR:
            yield build_finding(UNKNOWN_RULE, f"{SYNTAX_ERROR} cannot be ignored", "Correct the SQL.")
        elif not is_check_name(name):
            yield build_finding(UNKNOWN_RULE, f"there is no rule {name}", suggest_name(name))
    if not ignore.reason:
        yield build_finding(WITHOUT_REASON, "this comment has no reason, so it ignores nothing", _FORM)
        return
    for name in ignore.names:
        unused = name not in ignore.used and name != SYNTAX_ERROR and is_check_name(name)
        if unused and selection.is_on(name, source.path):
            yield build_finding(
                UNUSED_IGNORE, f"{name} reports nothing here, so this comment ignores nothing", "Remove it."
            )
