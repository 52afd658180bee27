"""Pass one: what the Postgres grammar refuses, down into the bodies of routines and DO blocks."""

from __future__ import annotations

import re

from schema_dsl.lint.finding import Finding, Level
from schema_dsl.lint.hints import hint
from schema_dsl.lint.post_parse import analysis_error
from schema_dsl.lint.source import Source
from schema_dsl.parsing import Problem, Statement
from schema_dsl.parsing.bodies import Body, body_of
from schema_dsl.parsing.grammar import parse
from schema_dsl.parsing.locate import located
from schema_dsl.parsing.plpgsql import check

RULE = "syntax-error"

_WITH_BODIES = frozenset({"do_stmt", "create_function_stmt"})
_LONGEST_TOKEN = 40


def check_syntax(source: Source) -> list[Finding]:
    """Find every statement that Postgres would refuse with a syntax error (SQLSTATE 42601).

    One finding a statement: behind the first error the grammar has lost its way.
    """
    found = [
        source.finding(flaw.offset, RULE, Level.ERROR, flaw.message, flaw.remedy) for flaw in source.flaws
    ]
    for statement in source.statements:
        problem = statement.problem or analysis_error(statement) or _inside(statement)
        if problem is not None and problem.offset not in source.script.placeholders:
            found.append(_finding(source, statement, problem))
    return sorted(found)


def _inside(statement: Statement) -> Problem | None:
    if statement.kind not in _WITH_BODIES:
        return None
    body = body_of(statement)
    if body is None:
        return None
    if body.language == "plpgsql":
        routine = statement.tree if statement.kind == "create_function_stmt" else None
        refused = check(body.text, routine)
        return _placed(body, located(body.text, refused)) if refused else None
    if body.language == "sql":
        parsed = parse(body.text)
        return _placed(body, parsed) if isinstance(parsed, Problem) else None
    return None


def _placed(body: Body, problem: Problem) -> Problem:
    within = len(body.text) if problem.offset is None else problem.offset
    return Problem(problem.message, body.offset(within), problem.token)


def _finding(source: Source, statement: Statement, problem: Problem) -> Finding:
    offset = statement.start if problem.offset is None else problem.offset
    message = _short(problem)
    length = len((problem.token or "x").split("\n")[0])
    return source.finding(offset, RULE, Level.ERROR, message, hint(statement, problem), length=length)


def _short(problem: Problem) -> str:
    """Cut the token in the message: of an unended quote it is the rest of the file."""
    token = problem.token
    if token is None or len(token) <= _LONGEST_TOKEN:
        return problem.message
    start = re.split(r"\s*\n", token)[0][:_LONGEST_TOKEN]
    return problem.message.replace(token, f"{start}...")
