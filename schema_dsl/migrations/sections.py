"""The sections of a file: the forward migration, and its rollback."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import zip_longest
from typing import Final, Literal, TypeAlias

import attrs

from schema_dsl.migrations.marks import (
    BREAKPOINT,
    MAY_HAVE_MARKS,
    NO_TRANSACTION,
    NO_TRANSACTION_AT_START,
    TOOLS,
    Tool,
)
from schema_dsl.parsing.lexer import SplitScript, split_by_lexer, tokens
from schema_dsl.parsing.lines import Lines

_BOM: Final = "\ufeff"
_NOT_A_LINE_END: Final = re.compile(r"[^\r\n]")
_COMMENT_LINE: Final = re.compile(r"^[ \t]*(?:#[ \t]*)?(--[^\n]*)", re.MULTILINE)
_SECTION_MARK: Final = re.compile(
    "|".join(
        f"(?:{pattern.pattern})"
        for tool in TOOLS
        for pattern in (tool.up, tool.down, tool.statement)
        if pattern is not None
    )
    + f"|{BREAKPOINT}",
    re.IGNORECASE,
)
_SectionKind: TypeAlias = Literal["up", "down"]


@attrs.frozen
class Fault:
    """The reason why a file cannot be read or replayed, and its offset in the file."""

    offset: int
    what: str
    instead: str | None = None


@attrs.frozen
class Span:
    """The start and end of a part of a file."""

    start: int
    end: int


@attrs.frozen(slots=False)
class Sections:
    """A file, divided by the marks of its tool.

    Attributes:
        text: The text of the file.
        tool: The tool whose marks the file has; None if it has no sections.
        statements: The text with a semicolon in place of every mark that ends a statement, with blanks in place of a
            text that the tool ignores, and of the same length.
        other: The parts that undo the migration.
        runs_without_transaction: Whether a mark turns off the transaction in which the tool runs the file.
        has_breakpoints: Whether Drizzle's marks separate the statements.
        fault: The reason why the tool refuses the file, or cannot divide it; None if there is none.
    """

    text: str
    tool: Tool | None = None
    statements: str = ""
    other: tuple[Span, ...] = ()
    runs_without_transaction: bool = False
    has_breakpoints: bool = False
    fault: Fault | None = None

    @cached_property
    def forward(self) -> str:
        """The SQL that runs forward: everything else is replaced by blanks, so that offsets and lines stay valid."""
        return blank_spans(self.statements, self.other)

    def is_forward(self, offset: int) -> bool:
        """Return whether the statement at an offset runs forward."""
        return not any(span.start <= offset < span.end for span in self.other)


@attrs.frozen
class _Mark:
    start: int
    end: int
    kind: _SectionKind


def blank_spans(text: str, spans: Iterable[Span]) -> str:
    """Replace parts of a text by blanks, except for line ends."""
    pieces, done = [], 0
    for span in spans:
        pieces += [text[done : span.start], _NOT_A_LINE_END.sub(" ", text[span.start : span.end])]
        done = span.end
    return "".join([*pieces, text[done:]])


def read_sections(text: str) -> Sections:
    """Divide a file by the marks of the tools in `TOOLS`, and of Drizzle.

    A mark in a string, a function body, a comment or COPY data is not a mark.
    """
    statements = text.replace(_BOM, " ", 1) if text.startswith(_BOM) else text
    if MAY_HAVE_MARKS.search(text) is None:
        return Sections(text, statements=statements)
    script = split_by_lexer(statements, section_mark=_SECTION_MARK)
    comments = list(_find_comments(statements, script))
    tool, marks = _find_tool(statements, comments)
    breakpoints = list(_find_breakpoints(statements, comments))
    ends = [Span(mark.start, mark.end) for mark in marks] + breakpoints
    if tool is not None and tool.statement is not None:
        ends += [span for span in comments if tool.statement.match(statements, span.start, span.end)]
    if tool is not None and tool.escaped_semicolon:
        statements = statements.replace(tool.escaped_semicolon, ";".ljust(len(tool.escaped_semicolon)))
    ignored = [Span(0, marks[0].start)] if tool is not None and tool.prologue == "ignored" else []
    return Sections(
        text,
        tool,
        blank_spans(_end_statements(statements, ends), ignored),
        tuple(_find_other(statements, marks)),
        _has_no_transaction_mark(statements, comments),
        bool(breakpoints),
        _find_fault(statements, tool, marks, comments),
    )


def _find_comments(text: str, script: SplitScript) -> Iterator[Span]:
    """Yield the `--` comments outside of quotes, bodies and COPY data.

    After a quote that is never closed, every line that looks like a comment is one: a tool finds its marks there.
    """
    for start, end in script.line_comments:
        yield Span(start, end)
    if script.unended is not None:
        for match in _COMMENT_LINE.finditer(text, script.unended):
            yield Span(*match.span(1))


def _find_line_start(text: str, offset: int, prefix: str) -> int | None:
    """Return the offset of the first text in a line, if it is the comment at an offset, or a prefix of the comment."""
    before = text[text.rfind("\n", 0, offset) + 1 : offset].strip(" \t")
    if before not in {"", prefix}:
        return None
    return text.rindex(before, 0, offset) if before else offset


def _find_tool(text: str, comments: Sequence[Span]) -> tuple[Tool | None, list[_Mark]]:
    """Return the tool with the first mark, and its marks."""
    marks_of: list[tuple[Tool, list[_Mark]]] = []
    for tool in TOOLS:
        marks = list(_find_marks(text, tool, comments))
        # Without a mark of the forward section, a comment such as "-- down migration" is an ordinary one.
        if any(mark.kind == "up" for mark in marks) or (tool.up is None and marks):
            marks_of.append((tool, marks if tool.may_repeat else _take_first(marks)))
    return min(marks_of, key=lambda each: each[1][0].start, default=(None, []))


def _find_marks(text: str, tool: Tool, comments: Iterable[Span]) -> Iterator[_Mark]:
    for comment in comments:
        start = _find_line_start(text, comment.start, tool.prefix)
        kind = None if start is None else _read_kind(tool, text[comment.start : comment.end])
        if start is not None and kind is not None:
            yield _Mark(start, comment.end, kind)


def _read_kind(tool: Tool, comment: str) -> _SectionKind | None:
    if tool.up is not None and tool.up.match(comment):
        return "up"
    return "down" if tool.down.match(comment) else None


def _take_first(marks: Iterable[_Mark]) -> list[_Mark]:
    first: dict[_SectionKind, _Mark] = {}
    for mark in marks:
        first.setdefault(mark.kind, mark)
    return list(first.values())


def _find_breakpoints(text: str, comments: Iterable[Span]) -> Iterator[Span]:
    """Yield the comments with a breakpoint of Drizzle, which may follow a statement or another comment."""
    return (span for span in comments if BREAKPOINT in text[span.start : span.end])


def _end_statements(text: str, marks: Iterable[Span]) -> str:
    pieces, done = [], 0
    for span in sorted(marks, key=lambda each: each.start):
        pieces += [text[done : span.start], ";", _NOT_A_LINE_END.sub(" ", text[span.start + 1 : span.end])]
        done = span.end
    return "".join([*pieces, text[done:]])


def _find_other(text: str, marks: Sequence[_Mark]) -> Iterator[Span]:
    """Yield the parts that undo the migration, without the marks, each of which is a semicolon."""
    for mark, following in zip_longest(marks, marks[1:]):
        if mark.kind == "down":
            yield Span(mark.end, following.start if following is not None else len(text))


def _has_no_transaction_mark(text: str, comments: Iterable[Span]) -> bool:
    return text.startswith(NO_TRANSACTION_AT_START) or any(
        NO_TRANSACTION.match(text[span.start : span.end]) for span in comments
    )


def _find_fault(
    text: str, tool: Tool | None, marks: Sequence[_Mark], comments: Iterable[Span]
) -> Fault | None:
    if tool is not None:
        if tool.needs_up and marks[0].kind == "down":
            what = f"{tool.name} refuses a file whose down section is before its up section"
            return Fault(marks[0].start, what, "Move the up section to the start of the file.")
        first = next(tokens(text), None)
        if tool.prologue == "refused" and first is not None and first.start < marks[0].start:
            what = f"{tool.name} refuses a statement before its first mark"
            return Fault(first.start, what, "Move the statement below the mark.")
    # The only mark of tern may be the one in a quote.
    return _find_quoted_mark(text, [tool] if tool else [each for each in TOOLS if each.up is None], comments)


def _find_quoted_mark(text: str, tools: Sequence[Tool], comments: Iterable[Span]) -> Fault | None:
    """Return the quote with a mark in it: tools ignore quotes, so the end of the quote was probably forgotten."""
    known = {span.start for span in comments}
    for line in _COMMENT_LINE.finditer(text):
        tool = next((each for each in tools if _read_kind(each, line[1]) is not None), None)
        if tool is None or line.start(1) in known:
            continue
        opened = split_by_lexer(text[: line.start(1)], section_mark=_SECTION_MARK).unended
        if opened is not None and text[opened] in "'\"eE":
            number, _ = Lines(text).position(line.start(1))
            what = f"the quote that opens here contains the mark of {tool.name} in line {number}"
            return Fault(opened, what, "Close the quote before the mark.")
    return None
