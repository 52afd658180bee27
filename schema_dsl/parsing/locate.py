"""Where in a PL/pgSQL body an error is, as the compiler only tells the token and about which line."""

from __future__ import annotations

import re

import attrs

from schema_dsl.parsing.grammar import Problem, parse
from schema_dsl.parsing.lexer import Token, tokens
from schema_dsl.parsing.lines import Lines
from schema_dsl.parsing.plpgsql import BodyError

_NAMED = re.compile(r'"([^"]+)" is ')
# Behind these a statement of its own begins, or an expression ends.
_EDGES = frozenset({";", "begin", "then", "else", "loop", "declare"})
# The compiler's line is that of the statement before, or of the token behind.
_LINES_BEFORE, _LINES_AFTER = 1, 3
# Where in a PL/pgSQL statement its SQL may begin: `RETURN QUERY EXECUTE`, `FOR x IN`.
_MOST_LEADING_TOKENS = 8


def located(body: str, refused: BodyError) -> Problem:
    """Give the problem with its offset in the body, the best that can be found."""
    problem = refused.problem
    if problem.offset is not None:
        return problem
    lines = Lines(body)
    # The compiler does not count an empty first line.
    line = refused.line + (1 if body[:2].lstrip("\r").startswith("\n") else 0)
    first = lines.offset(max(1, line - _LINES_BEFORE))
    last = lines.offset(line + _LINES_AFTER) if line + _LINES_AFTER <= len(lines) else len(body)
    exact = lines.offset(line)
    chunks = [c for c in _chunks(body) if c[-1].end > first and c[0].start < last]
    # What ends before the line is the last place to look.
    chunks.sort(key=lambda chunk: chunk[-1].end <= exact)
    for chunk in chunks:
        offset = _in_sql(body, chunk, problem)
        if offset is not None:
            return attrs.evolve(problem, offset=offset)
    offset = _by_token(chunks, problem, exact)
    return attrs.evolve(problem, offset=exact if offset is None else offset)


def _chunks(body: str) -> list[list[Token]]:
    chunks: list[list[Token]] = []
    pending: list[Token] = []
    for token in tokens(body):
        pending.append(token)
        if token.word in _EDGES:
            chunks.append(pending)
            pending = []
    if pending:
        chunks.append(pending)
    return chunks


def _in_sql(body: str, chunk: list[Token], problem: Problem) -> int | None:
    """Parse what may be the SQL of a statement until it fails just as the compiler says."""
    end = chunk[-1].start if chunk[-1].word in _EDGES else chunk[-1].end
    for index, token in enumerate(chunk[:_MOST_LEADING_TOKENS]):
        # A PL/pgSQL statement may be one of SQL; an expression comes after its first word.
        for before in ("SELECT ", "") if index else ("",):
            parsed = parse(before + body[token.start : end])
            if not isinstance(parsed, Problem) or parsed.message != problem.message:
                continue
            if parsed.offset is None:
                return end
            offset = token.start + parsed.offset - len(before)
            if offset > token.start:
                return min(offset, end)
    return None


def _by_token(chunks: list[list[Token]], problem: Problem, start: int) -> int | None:
    named = _NAMED.match(problem.message)
    word = problem.token or (named[1].split(".")[0] if named else "")
    places = [t.start for chunk in chunks for t in chunk if t.word.strip('"') == word.lower().strip('"')]
    if problem.message.startswith("duplicate declaration"):
        # The first one was fine.
        places = places[1:]
    return next((place for place in places if place >= start), places[-1] if places else None)
