"""The SQL statements within PL/pgSQL, as statements of the file: what a rule about ALTER TABLE wants to see too."""

from __future__ import annotations

import re
from collections.abc import Iterator

from schema_dsl.parsing.bodies import Body, body_of
from schema_dsl.parsing.grammar import Problem, parse
from schema_dsl.parsing.lexer import Token, tokens
from schema_dsl.parsing.statements import Statement

# Behind these a PL/pgSQL statement may begin.
_EDGES = frozenset({";", "begin", "then", "else", "loop", "atomic"})
# What begins a statement of SQL there. EXECUTE and PERFORM are PL/pgSQL's own.
_COMMANDS = re.compile(
    "alter|analyze|call|cluster|comment|copy|create|delete|discard|do|drop|explain|grant|import|insert|"
    "lock|merge|notify|reassign|refresh|reindex|reset|revoke|security|select|set|truncate|update|vacuum|with"
)


def embedded(statement: Statement) -> tuple[Statement, ...]:
    """Give the SQL statements in the body of a DO block or a routine, in order, with their places in the file.

    In PL/pgSQL these are the static ones: text that EXECUTE puts together is not seen, nor are queries that are
    part of a PL/pgSQL statement, as in `FOR r IN SELECT`. INTO and its targets are blanked out.
    """
    body = body_of(statement)
    if body is None:
        return ()
    if body.language == "sql":
        pieces = _pieces(body.text)
    elif body.language == "plpgsql":
        pieces = _statements(body.text)
    else:
        return ()
    first_line = statement.line
    return tuple(_placed(statement, body, first_line, piece) for piece in pieces)


def _pieces(text: str) -> Iterator[list[Token]]:
    found: list[Token] = []
    for token in tokens(text):
        if token.word != ";":
            found.append(token)
        elif found:
            yield found
            found = []
    if found:
        yield found


def _statements(text: str) -> Iterator[list[Token]]:
    at_edge = False
    current: list[Token] = []
    for token in tokens(text):
        if current:
            if token.word == ";":
                yield current
                current, at_edge = [], True
            else:
                current.append(token)
            continue
        if at_edge and token.kind == "word" and _COMMANDS.fullmatch(token.word):
            current = [token]
        at_edge = token.word in _EDGES


def _placed(outer: Statement, body: Body, first_line: int, piece: list[Token]) -> Statement:
    begin, end = piece[0].start, piece[-1].end
    text = _without_into(body.text, piece)
    start = body.offset(begin)
    line = first_line + outer.text.count("\n", 0, start - outer.start)
    parsed = parse(text)
    if isinstance(parsed, Problem) or not parsed.stmts:
        problem = parsed if isinstance(parsed, Problem) else Problem("not a statement")
        return Statement(text, start, body.offset(end), line, problem=problem)
    raw = parsed.stmts[0]
    return Statement(text, start, body.offset(end), line, raw.stmt.WhichOneof("node"), raw=raw)


def _without_into(text: str, piece: list[Token]) -> str:
    """Blank out `INTO [STRICT] target, ...`, which is PL/pgSQL's and not the statement's."""
    depth = 0
    base, end = piece[0].start, piece[-1].end
    for index, token in enumerate(piece):
        depth += (token.word == "(") - (token.word == ")")
        if token.word == "into" and not depth and piece[index - 1].word not in {"insert", "merge"}:
            last = _last_target(piece, index)
            blank = text[token.start : piece[last].end]
            return (
                text[base : token.start]
                + "".join(c if c == "\n" else " " for c in blank)
                + text[piece[last].end : end]
            )
    return text[base:end]


def _last_target(piece: list[Token], into: int) -> int:
    """Find the last token of the targets: names with their fields and subscripts, and commas between."""
    last = into
    if last + 1 < len(piece) and piece[last + 1].word == "strict":
        last += 1
    depth = 0
    for index in range(last + 1, len(piece)):
        token, before = piece[index], piece[index - 1]
        depth += (token.word == "[") - (token.word == "]")
        name = token.kind in {"word", "quoted"} and (
            index == last + 1 and before.word in {"into", "strict", ",", "."}
        )
        if not (depth or name or token.word in {",", ".", "]"}):
            break
        last = index
    return last
