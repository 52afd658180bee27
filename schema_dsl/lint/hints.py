"""What to do about a syntax error, guessed from the words around it."""

from __future__ import annotations
from schema_dsl.parsing import Problem, Statement


def hint(text: str, statement: Statement, problem: Problem) -> str:
    """Guess."""
    return ""
