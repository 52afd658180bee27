"""Split a script into statements with their spans in the file, even if the file has syntax errors."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any, TypeVar

import attrs

from schema_dsl.parsing.grammar import Node, Problem, parse
from schema_dsl.parsing.lexer import (
    SplitScript,
    StatementSpan,
    find_comment_end,
    find_statement_end,
    split_by_lexer,
)
from schema_dsl.parsing.lines import Lines

T = TypeVar("T")

# White space and comments between statements.
_BLANK = re.compile(r"(?:\s+|--[^\n]*(?:\n|\Z))+")
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_FOR_PSQL = re.compile(r"\\|\bstd(?:in|out)\b|(?<!:):[^\W\d]|:['\"{]", re.IGNORECASE)
# Every unended quote requires another pass over the rest of the file. A file with more of them is not SQL.
_MAX_RESUMES = 20


@attrs.define(eq=False)
class Statement:
    """One statement of a script.

    Attributes:
        text: The SQL from `start` to `end`, without leading comments and without the semicolon. Text that only
            psql understands is replaced by blanks.
        start: The offset of the statement in the file.
        end: The offset of the end of the statement in the file.
        line: The line of the statement.
        kind: The field of libpg_query's Node for the statement (`create_stmt`, `do_stmt`); "" if it does not parse.
        problem: The syntax error, with an offset in the file; None if the statement parses.
        before: The text between the previous statement and this one.
        derived: The values that `remember` keeps, by the function that derived them.
    """

    text: str
    start: int
    end: int
    line: int
    kind: str = ""
    problem: Problem | None = None
    before: str = attrs.field(default="", repr=False)
    _raw: Node = attrs.field(default=None, repr=False)
    _origin: int = attrs.field(default=0, repr=False)
    # Cached, because access to a nested message is slow and every rule needs the tree.
    _tree: Node = attrs.field(default=None, repr=False, init=False)
    derived: dict[object, Any] = attrs.field(factory=dict, repr=False, init=False)

    @property
    def tree(self) -> Node:
        """The parse tree of the statement, such as a `CreateStmt`; None if the statement does not parse."""
        if self._tree is None and self.kind:
            self._tree = getattr(self._raw.stmt, self.kind)
        return self._tree

    @property
    def node(self) -> Node:
        """The `Node` that contains the tree."""
        return self._raw.stmt

    @property
    def comments(self) -> tuple[str, ...]:
        """The comments directly before the statement, including `--` or `/* */`."""
        return tuple(_COMMENT.findall(self.before))

    def part(self, start: int, end: int, node: Node) -> Statement:
        """Return the statement between two offsets of the text, whose `Node` is a part of this tree."""
        before = self.text[:start]
        return Statement(
            self.text[start:end],
            self.start + start,
            self.start + end,
            self.line + before.count("\n"),
            node.WhichOneof("node"),
            raw=SimpleNamespace(stmt=node),
            origin=self._origin + len(before.encode()),
        )

    def offset(self, location: int) -> int:
        """Convert a `location` in the parse tree, which counts bytes of the parsed text, to an offset in the file."""
        within = location - self._origin
        if within <= 0:
            return self.start
        if not self.text.isascii():
            within = len(self.text.encode()[:within].decode(errors="ignore"))
        return min(self.start + within, self.end)


def remember(derive: Callable[[Statement], T]) -> Callable[[Statement], T]:
    """Cache the results of a function in the statements."""

    @functools.wraps(derive)
    def wrapper(statement: Statement) -> T:
        derived: dict[object, T] = statement.derived
        try:
            return derived[derive]
        except KeyError:
            found = derived[derive] = derive(statement)
            return found

    return wrapper


@attrs.frozen(eq=False)
class Script:
    """A script, split into statements.

    Attributes:
        text: The text of the script.
        sql: The text, of the same length, with blanks for the text that only psql understands.
        lines: The lines of the text.
        statements: The statements.
        placeholders: The offsets of psql variables in `sql`.
    """

    text: str
    sql: str
    lines: Lines
    statements: tuple[Statement, ...]
    placeholders: frozenset[int] = frozenset()


def split(text: str) -> Script:
    """Split a script into statements.

    If the whole script parses, it is parsed once. Otherwise the script is split like psql does, and every
    statement is parsed separately. The text must not contain NUL characters, which Postgres does not support.
    """
    lines = Lines(text)
    parsed = parse(text)
    if not isinstance(parsed, Problem):
        return Script(text, text, lines, tuple(_split_parsed(text, parsed)))
    pieces = split_by_lexer(text)
    if pieces.sql != text and _FOR_PSQL.search(text):
        parsed = parse(pieces.sql)
        if not isinstance(parsed, Problem):
            statements = tuple(_split_parsed(pieces.sql, parsed))
            return Script(text, pieces.sql, lines, statements, pieces.placeholders)
    return _split_unparsed(text, pieces, lines)


def split_part(text: str, start: int, line: int) -> Iterator[Statement]:
    """Yield the statements of a text which starts at an offset and a line of a file."""
    for statement in split(text).statements:
        statement.start += start
        statement.end += start
        statement.line += line - 1
        yield statement


def _split_parsed(text: str, parsed: Node) -> Iterator[Statement]:
    """Yield the statements of a parsed script, in one pass, because their locations are ascending."""
    encoded = None if text.isascii() else text.encode()
    done_bytes = done = gap = counted = 0
    line = 1
    for raw in parsed.stmts[:]:
        origin = raw.stmt_location
        if encoded is None:
            start = origin
            end = origin + raw.stmt_len if raw.stmt_len else len(text)
        else:
            start = done + len(encoded[done_bytes:origin].decode())
            end_bytes = origin + raw.stmt_len if raw.stmt_len else len(encoded)
            end = start + len(encoded[origin:end_bytes].decode())
            done_bytes, done = end_bytes, end
        first = _skip_blank(text, start, end)
        if first != start:
            origin += len(text[start:first].encode())
        body = text[first:end].rstrip()
        line += text.count("\n", counted, first)
        counted = first
        kind = raw.stmt.WhichOneof("node")
        yield Statement(
            body, first, first + len(body), line, kind, before=text[gap:first], raw=raw, origin=origin
        )
        gap = end


def _split_unparsed(text: str, pieces: SplitScript, lines: Lines) -> Script:
    sql = pieces.sql
    placeholders = set(pieces.placeholders)
    statements: list[Statement] = []
    for _ in range(_MAX_RESUMES):
        resume = None
        for segment in pieces.segments:
            statement = _parse_segment(sql, segment, lines)
            if statement is None:
                continue
            if statement.problem and pieces.unended is not None:
                # A quote is missing. If this statement contains the start of another one, it is missing here.
                resume = find_statement_end(sql, statement.start, segment.end)
            if resume is not None:
                span = StatementSpan(segment.start, resume - 1)
                statements.append(_truncate(sql, span, lines, statement))
                break
            statements.append(statement)
        if resume is None:
            break
        pieces = split_by_lexer(text, resume)
        sql = sql[:resume] + pieces.sql[resume:]
        placeholders = {p for p in placeholders if p < resume} | pieces.placeholders
    return Script(text, sql, lines, tuple(statements), frozenset(placeholders))


def _truncate(sql: str, segment: StatementSpan, lines: Lines, whole: Statement) -> Statement:
    """Shorten a statement that contains others, and keep its problem, because the shorter text may parse."""
    short = _parse_segment(sql, segment, lines)
    if short is None or whole.problem is None:
        return whole
    if short.problem is None:
        offset = min(whole.problem.offset or short.end, short.end)
        short.problem, short.kind = attrs.evolve(whole.problem, offset=offset), ""
    return short


def _parse_segment(sql: str, segment: StatementSpan, lines: Lines) -> Statement | None:
    first = _skip_blank(sql, segment.start, segment.end)
    body = sql[first : segment.end].rstrip()
    if not body:
        return None
    line, _ = lines.position(first)
    end = first + len(body)
    before = sql[segment.start : first].lstrip(";")
    parsed = parse(body)
    if not isinstance(parsed, Problem):
        if not parsed.stmts:
            return None
        raw = parsed.stmts[0]
        return Statement(body, first, end, line, raw.stmt.WhichOneof("node"), before=before, raw=raw)
    offset = len(body) if parsed.offset is None else min(parsed.offset, len(body))
    problem = attrs.evolve(parsed, offset=first + offset)
    return Statement(body, first, end, line, problem=problem, before=before)


def _skip_blank(text: str, start: int, end: int) -> int:
    """Return the offset after white space and comments."""
    while True:
        blank = _BLANK.match(text, start, end)
        start = blank.end() if blank else start
        if not text.startswith("/*", start, end):
            return start
        closed = find_comment_end(text, start, end)
        if closed is None:
            return start
        start = closed
