"""`-- schema-dsl: ignore[rule] reason`: what a comment at a statement takes out of the report."""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import attrs

from schema_dsl.lint.finding import Finding, Level
from schema_dsl.lint.named_checks import ALWAYS, UNKNOWN_RULE, UNUSED, WITHOUT_REASON
from schema_dsl.lint.reported_finding import ReportedFinding
from schema_dsl.lint.selection import Selection, did_you_mean, is_known
from schema_dsl.lint.source import Source
from schema_dsl.parsing import Statement
from schema_dsl.parsing.bodies import body_of
from schema_dsl.parsing.lexer import tokens

_COMMENT: Final = re.compile(r"--[^\S\n]*schema-dsl:[^\S\n]*ignore\b(?P<rest>[^\r\n]*)")
_REST: Final = re.compile(r"\s*\[(?P<names>[^\]]*)\][\s:,-]*(?P<reason>.*)")
_FORM: Final = "Write: -- schema-dsl: ignore[rule-name] why it does not apply here."
_NOTHING: Final = re.compile(r"(?:\s|--[^\n]*(?:\n|\Z))*")

Span = tuple[int, int]


@attrs.define(eq=False)
class Ignore:
    """A comment: the rules it names, whether it says why, and the stretch of the file that it is for."""

    offset: int
    length: int
    names: tuple[str, ...]
    reason: str
    target: Span | None
    used: set[str] = attrs.field(factory=set)

    def covers(self, reported: ReportedFinding) -> bool:
        """Say whether a finding is one of those that are meant."""
        if not self.reason or self.target is None or reported.finding.rule not in self.names:
            return False
        start, end = self.target
        return start <= reported.offset <= end


def has_ignores(source: Source) -> bool:
    """Say whether a file may have such comments."""
    return _COMMENT.search(source.script.sql) is not None


def suppress(
    found: Iterable[ReportedFinding], source: Source, inner: Sequence[Span], selection: Selection
) -> list[ReportedFinding]:
    """Leave out what one file's comments say is meant to be so, and tell what is wrong with the comments.

    `inner` are the places of the statements in DO blocks.
    """
    ignores = list(_ignores(source, inner))
    by_statement: dict[int, list[Ignore]] = {}
    for each in ignores:
        if each.target is not None:
            by_statement.setdefault(_statement_before(source, each.target[0]), []).append(each)
    kept = []
    for reported in found:
        ignored = False
        if reported.finding.rule != ALWAYS and by_statement:
            for each in by_statement.get(_statement_before(source, reported.offset), ()):
                if each.covers(reported):
                    each.used.add(reported.finding.rule)
                    ignored = True
        if not ignored:
            kept.append(reported)
    complaints = [told for ignore in ignores for told in _complaints(ignore, source, selection)]
    judged = [made for told in complaints for made in [selection.judged(told)] if made is not None]
    return kept + [ReportedFinding(each, source) for each in judged]


def _ignores(source: Source, inner: Sequence[Span]) -> Iterator[Ignore]:
    for found in _COMMENT.finditer(source.script.sql):
        at = _statement_before(source, found.start())
        statement = source.statements[at] if at >= 0 else None
        if (
            statement is not None
            and found.start() < statement.end
            and not _is_comment(statement, found.start())
        ):
            continue
        rest = _REST.match(found["rest"])
        names = tuple(name.strip() for name in rest["names"].split(",") if name.strip()) if rest else ()
        reason = rest["reason"].strip() if rest else ""
        target = _target(source, at, found.start(), found.end(), inner)
        yield Ignore(found.start(), found.end() - found.start(), names, reason, target)


def _statement_before(source: Source, offset: int) -> int:
    return bisect.bisect_right(source.statements, offset, key=lambda each: each.start) - 1


def _is_comment(statement: Statement, offset: int) -> bool:
    """Say whether what looks like a comment is one, and no part of a string."""
    text, start = statement.text, statement.start
    body = body_of(statement) if statement.kind else None
    if body is not None and body.start <= offset < body.offset(len(body.text)):
        text, start = body.text, body.start
    return not any(token.start <= offset - start < token.end for token in tokens(text))


def _target(source: Source, at: int, start: int, end: int, inner: Sequence[Span]) -> Span | None:
    """Find what a comment is for: the statement whose line it ends, or else the one directly behind it."""
    text = source.script.sql
    if at >= 0:
        statement = source.statements[at]
        if start < statement.end:
            return _inside(text, statement, start, end, inner)
        if "\n" not in text[statement.end : start]:
            return statement.start, statement.end
    if at + 1 < len(source.statements):
        follower = source.statements[at + 1]
        return follower.start, follower.end
    return None


def _inside(text: str, statement: Statement, start: int, end: int, inner: Sequence[Span]) -> Span:
    first_inside = bisect.bisect_left(inner, (statement.start, 0))
    behind_all = bisect.bisect_left(inner, (statement.end, 0))
    within = inner[first_inside:behind_all]
    for first, last in within:
        if first < start and (start < last or "\n" not in text[last:start]):
            return first, last
    behind = _NOTHING.match(text, end)
    for first, last in within:
        if behind is not None and behind.end() == first:
            return first, last
    return statement.start, statement.end


def _complaints(ignore: Ignore, source: Source, selection: Selection) -> Iterator[Finding]:
    def told(rule: str, message: str, remedy: str) -> Finding:
        return source.finding(ignore.offset, rule, Level.WARNING, message, remedy, length=ignore.length)

    if not ignore.names:
        yield told(UNKNOWN_RULE, "this comment does not say what to ignore", _FORM)
        return
    for name in ignore.names:
        if name == ALWAYS:
            yield told(UNKNOWN_RULE, f"{ALWAYS} cannot be ignored", "Correct the SQL.")
        elif not is_known(name):
            yield told(UNKNOWN_RULE, f"there is no rule {name}", did_you_mean(name))
    if not ignore.reason:
        yield told(WITHOUT_REASON, "this comment does not say why, and so ignores nothing", _FORM)
        return
    for name in ignore.names:
        unused = name not in ignore.used and name != ALWAYS and is_known(name)
        if unused and selection.is_on(name, source.path):
            yield told(UNUSED, f"{name} is not reported here: nothing is ignored", "Remove the comment.")
