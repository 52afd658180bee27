"""A script's statements, each with its place in the file, whatever else is wrong with the file."""

from __future__ import annotations

import re
from collections.abc import Iterator

import attrs

from schema_dsl.parsing.grammar import Node, Problem, parse
from schema_dsl.parsing.lexer import SplitScript, StatementSpan, block_end, cut, fresh_start
from schema_dsl.parsing.lines import Lines

# What may stand between statements.
_BLANK = re.compile(r"(?:\s+|--[^\n]*(?:\n|\Z))+")
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_FOR_PSQL = re.compile(r"\\|\bstd(?:in|out)\b|(?<!:):[^\W\d]|:['\"{]", re.IGNORECASE)
# A file with more unended quotes than this is not SQL, and each costs another look at the rest.
_MOST_RESUMES = 20


@attrs.define(eq=False)
class Statement:
    """One statement of a script.

    `text` is the SQL from `start` to `end`, offsets in the file, without comments before it and without its
    semicolon; psql's own things in it are blanked out. `kind` is the field that libpg_query has for it
    (`create_stmt`, `do_stmt`), "" if it does not parse; `problem` says why not, with an offset in the file.
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
    # Kept, as each way down into a message costs, and every rule takes it.
    _tree: Node = attrs.field(default=None, repr=False, init=False)

    @property
    def tree(self) -> Node:
        """The statement's message, a `CreateStmt` for instance; None if it does not parse."""
        if self._tree is None and self.kind:
            self._tree = getattr(self._raw.stmt, self.kind)
        return self._tree

    @property
    def comments(self) -> tuple[str, ...]:
        """The comments directly before the statement, with their marks."""
        return tuple(_COMMENT.findall(self.before))

    def offset(self, location: int) -> int:
        """Turn a `location` in the tree, which counts bytes of what was parsed, into a file offset."""
        within = location - self._origin
        if within <= 0:
            return self.start
        if not self.text.isascii():
            within = len(self.text.encode()[:within].decode(errors="ignore"))
        return min(self.start + within, self.end)


@attrs.frozen(eq=False)
class Script:
    """A text cut into statements.

    `sql` is as long as `text`, with what only psql understands blanked out. `placeholders` are the offsets
    in it that stand for psql variables.
    """

    text: str
    sql: str
    lines: Lines
    statements: tuple[Statement, ...]
    placeholders: frozenset[int] = frozenset()


def split(text: str) -> Script:
    """Cut a script into statements.

    A script that parses as a whole is parsed once. Otherwise it is cut as psql would cut it, and each
    statement is parsed on its own. A text may hold no NUL character: Postgres knows none.
    """
    lines = Lines(text)
    parsed = parse(text)
    if not isinstance(parsed, Problem):
        return Script(text, text, lines, tuple(_whole(text, parsed, lines)))
    pieces = cut(text)
    if pieces.sql != text and _FOR_PSQL.search(text):
        parsed = parse(pieces.sql)
        if not isinstance(parsed, Problem):
            found = tuple(_whole(pieces.sql, parsed, lines))
            return Script(text, pieces.sql, lines, found, pieces.placeholders)
    return _one_by_one(text, pieces, lines)


def _whole(text: str, parsed: Node, lines: Lines) -> Iterator[Statement]:
    """Yield the statements of a parsed script; one pass, as locations only ever grow."""
    encoded = None if text.isascii() else text.encode()
    done_bytes = done = gap = 0
    for raw in parsed.stmts:
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
        line, _ = lines.position(first)
        kind = raw.stmt.WhichOneof("node")
        yield Statement(
            body, first, first + len(body), line, kind, before=text[gap:first], raw=raw, origin=origin
        )
        gap = end


def _one_by_one(text: str, pieces: SplitScript, lines: Lines) -> Script:
    sql = pieces.sql
    placeholders = set(pieces.placeholders)
    found: list[Statement] = []
    for _ in range(_MOST_RESUMES):
        resume = None
        for segment in pieces.segments:
            statement = _alone(sql, segment, lines)
            if statement is None:
                continue
            if statement.problem and pieces.unended is not None:
                # Somewhere a quote is missing: here, if the statement swallowed what looks like the next one.
                resume = fresh_start(sql, statement.start, segment.end)
            if resume is not None:
                found.append(_cut_off(sql, StatementSpan(segment.start, resume - 1), lines, statement))
                break
            found.append(statement)
        if resume is None:
            break
        pieces = cut(text, resume)
        sql = sql[:resume] + pieces.sql[resume:]
        placeholders = {p for p in placeholders if p < resume} | pieces.placeholders
    return Script(text, sql, lines, tuple(found), frozenset(placeholders))


def _cut_off(sql: str, segment: StatementSpan, lines: Lines, whole: Statement) -> Statement:
    """Shorten a statement that swallowed others, keeping it wrong: what is left may parse by accident."""
    short = _alone(sql, segment, lines)
    if short is None or whole.problem is None:
        return whole
    if short.problem is None:
        offset = min(whole.problem.offset or short.end, short.end)
        short.problem, short.kind = attrs.evolve(whole.problem, offset=offset), ""
    return short


def _alone(sql: str, segment: StatementSpan, lines: Lines) -> Statement | None:
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
    """Step over white space and comments."""
    while True:
        blank = _BLANK.match(text, start, end)
        start = blank.end() if blank else start
        if not text.startswith("/*", start, end):
            return start
        closed = block_end(text, start, end)
        if closed is None:
            return start
        start = closed
