"""Locate errors in PL/pgSQL bodies. The compiler reports only a token and an approximate line."""

from __future__ import annotations

import re

import attrs

from schema_dsl.parsing.grammar import Problem, parse
from schema_dsl.parsing.lexer import Token, tokens
from schema_dsl.parsing.lines import Lines
from schema_dsl.parsing.plpgsql import BodyError

_NAMED = re.compile(r'"([^"]+)" is ')
# A new statement starts or an expression ends after these words.
_EDGES = frozenset({";", "begin", "then", "else", "loop", "declare"})
# The compiler reports the line of the statement before the error, or of the token after it.
_LINES_BEFORE, _LINES_AFTER = 1, 3
# The number of words that may precede the SQL in a PL/pgSQL statement: `RETURN QUERY EXECUTE`, `FOR x IN`.
_MOST_LEADING_TOKENS = 8


def locate_problem(body: str, refused: BodyError) -> Problem:
    """Return the problem with its most likely offset in the body."""
    problem = refused.problem
    if problem.offset is not None:
        return problem
    lines = Lines(body)
    # The compiler skips an empty first line when it counts lines.
    line = refused.line + (1 if body[:2].lstrip("\r").startswith("\n") else 0)
    first = lines.offset(max(1, line - _LINES_BEFORE))
    last = lines.offset(line + _LINES_AFTER) if line + _LINES_AFTER <= len(lines) else len(body)
    exact = lines.offset(line)
    chunks = [c for c in _split_into_chunks(body) if c[-1].end > first and c[0].start < last]
    # Search the chunks that end before the reported line last.
    chunks.sort(key=lambda chunk: chunk[-1].end <= exact)
    for chunk in chunks:
        offset = _find_failing_sql(body, chunk, problem)
        if offset is not None:
            return attrs.evolve(problem, offset=offset)
    offset = _find_token(chunks, problem, exact)
    return attrs.evolve(problem, offset=exact if offset is None else offset)


def _split_into_chunks(body: str) -> list[list[Token]]:
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


def _find_failing_sql(body: str, chunk: list[Token], problem: Problem) -> int | None:
    """Return the offset at which the SQL of a statement fails to parse with the same message, if any."""
    end = chunk[-1].start if chunk[-1].word in _EDGES else chunk[-1].end
    for index, token in enumerate(chunk[:_MOST_LEADING_TOKENS]):
        # A statement of PL/pgSQL may be a statement of SQL. An expression follows the first word of a statement.
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


def _find_token(chunks: list[list[Token]], problem: Problem, start: int) -> int | None:
    match = _NAMED.match(problem.message)
    word = problem.token or (match[1].split(".")[0] if match else "")
    places = [t.start for chunk in chunks for t in chunk if t.word.strip('"') == word.lower().strip('"')]
    if problem.message.startswith("duplicate declaration"):
        # The first declaration is valid.
        places = places[1:]
    return next((place for place in places if place >= start), places[-1] if places else None)
