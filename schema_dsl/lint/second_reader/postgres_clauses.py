"""Cut the clauses of constraints that Postgres has and sqlglot does not know, and read them from their tokens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlglot import Token

from schema_dsl.lint.second_reader.sqlglot_parser import get_word

_CLAUSES: Final[dict[tuple[str, ...], dict[str, Any]]] = {
    ("WITHOUT", "OVERLAPS"): {"without_overlaps": True},
}
# sqlglot knows them, but not behind EXCLUDE.
_AFTER_EXCLUDE: Final[dict[tuple[str, ...], dict[str, Any]]] = {
    ("NOT", "DEFERRABLE"): {},
    ("DEFERRABLE",): {"deferrable": True},
    ("INITIALLY", "DEFERRED"): {"deferrable": True, "initially_deferred": True},
    ("INITIALLY", "IMMEDIATE"): {},
}


def cut_clauses(text: str, tokens: Sequence[Token]) -> tuple[str, dict[str, Any]] | None:
    """Return the text of a constraint with blanks for these clauses, and the attributes that they set.

    Args:
        text: The text of the constraint.
        tokens: Its tokens.

    Returns:
        None if the text has no such clause.
    """
    words = [get_word(token) for token in tokens]
    clauses = {**_CLAUSES, **_AFTER_EXCLUDE} if "EXCLUDE" in words[:3] else _CLAUSES
    values: dict[str, Any] = {}
    cut: list[tuple[int, int]] = []
    for at in range(len(tokens)):
        for clause, meaning in clauses.items():
            if tuple(words[at : at + len(clause)]) == clause:
                values |= meaning
                cut.append((at, at + len(clause) - 1))
                break
    if not cut:
        return None
    for first, last in cut:
        start, end = tokens[first].start, tokens[last].end + 1
        text = text[:start] + " " * (end - start) + text[end:]
    return text, values
