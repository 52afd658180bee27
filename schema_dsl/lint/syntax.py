"""Syntax errors according to the Postgres grammar, also in the bodies of routines and DO blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import attrs

from schema_dsl.analysis.bodies import expand_blocks
from schema_dsl.lint.finding import Finding, Level
from schema_dsl.lint.hints import find_hint
from schema_dsl.lint.post_parse import find_post_parse_error
from schema_dsl.lint.source import Source
from schema_dsl.parsing import Problem, Statement
from schema_dsl.parsing.bodies import BODY_KINDS, find_body
from schema_dsl.parsing.body_syntax import find_body_problem
from schema_dsl.parsing.grammar import parse

RULE = "syntax-error"

_MAX_TOKEN_LENGTH = 40
_ROUTINE: Final = re.compile(r"\b(?:function|procedure)\b", re.IGNORECASE)


def check_syntax(source: Source) -> list[Finding]:
    """Return a finding for every statement that Postgres rejects with a syntax error (SQLSTATE 42601).

    A statement has at most one finding, because the parser cannot continue after the first error. Of the statements of
    a DO block, that of each routine may have one.
    """
    findings = [
        source.finding(defect.offset, RULE, Level.ERROR, defect.message, defect.remedy)
        for defect in source.defects
    ]
    unread = [obstacle.offset for obstacle in source.obstacles]
    for statement in source.statements:
        if unread and any(statement.start <= offset < statement.end for offset in unread):
            # Only the tool that runs the file knows the statement.
            continue
        for each, problem in _find_problems(statement):
            if problem.offset not in source.script.placeholders:
                findings.append(_finding(source, each, problem))
    return sorted(findings)


def _find_problems(statement: Statement) -> Iterator[tuple[Statement, Problem]]:
    """Yield the syntax error of a statement; of a DO block without one, those of the routines that it creates."""
    problem = statement.problem or find_post_parse_error(statement) or _find_body_problem(statement)
    if problem is not None:
        yield statement, problem
    elif statement.kind == "do_stmt" and _ROUTINE.search(statement.text):
        for inner in expand_blocks([statement]):
            refused = _find_body_problem(inner) if inner.kind == "create_function_stmt" else None
            if refused is not None:
                yield inner, refused


def _find_body_problem(statement: Statement) -> Problem | None:
    body = find_body(statement) if statement.kind in BODY_KINDS else None
    if body is None:
        return None
    if body.language == "plpgsql":
        refused = find_body_problem(statement)
        return refused if refused is not None and refused.is_syntax else None
    problem = parse(body.text) if body.language == "sql" else None
    if not isinstance(problem, Problem):
        return None
    offset = len(body.text) if problem.offset is None else problem.offset
    return attrs.evolve(problem, offset=body.start + offset)


def _finding(source: Source, statement: Statement, problem: Problem) -> Finding:
    offset = statement.start if problem.offset is None else problem.offset
    message = _shorten_message(problem)
    length = len((problem.token or "x").split("\n")[0])
    return source.finding(offset, RULE, Level.ERROR, message, find_hint(statement, problem), length=length)


def _shorten_message(problem: Problem) -> str:
    """Return the message with a shortened token: the token of an unterminated quote is the rest of the file."""
    token = problem.token
    if token is None or len(token) <= _MAX_TOKEN_LENGTH:
        return problem.message
    start = re.split(r"\s*\n", token)[0][:_MAX_TOKEN_LENGTH]
    return problem.message.replace(token, f"{start}...")
