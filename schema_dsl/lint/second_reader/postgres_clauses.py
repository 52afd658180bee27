"""Cut the clauses of columns and constraints that sqlglot does not know, and read them from their tokens."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlglot import Token, TokenType

from schema_dsl.lint.second_reader.sqlglot_parser import get_word
from schema_dsl.lint.second_reader.token_names import read_name

_CLAUSES: Final[dict[tuple[str, ...], dict[str, Any]]] = {
    ("NO", "INHERIT"): {"no_inherit": True},
    ("NOT", "ENFORCED"): {"enforced": False, "validated": False},
    ("NOT", "VALID"): {"validated": False},
}
# sqlglot knows them, but not behind EXCLUDE.
_AFTER_EXCLUDE: Final[dict[tuple[str, ...], dict[str, Any]]] = {
    ("NOT", "DEFERRABLE"): {},
    ("DEFERRABLE",): {"deferrable": True},
    ("INITIALLY", "DEFERRED"): {"deferrable": True, "initially_deferred": True},
    ("INITIALLY", "IMMEDIATE"): {},
}
_AFTER_NAME: Final = frozenset({TokenType.COMMA, TokenType.R_PAREN})
_SET: Final = frozenset({("SET", "NULL"), ("SET", "DEFAULT")})


def cut_clauses(text: str, tokens: Sequence[Token]) -> tuple[str, dict[str, Any]] | None:
    """Return the text of an element with blanks for these clauses, and the attributes that they set.

    Args:
        text: The text of a column or a constraint.
        tokens: Its tokens.

    Returns:
        None if the text has no such clause.
    """
    values: dict[str, Any] = {}
    is_cut = False
    find = _find_clauses if get_word(tokens[0]) == "CONSTRAINT" else _find_clauses_of_column
    for first, last, meaning in find(tokens):
        values |= meaning
        start, end = tokens[first].start, tokens[last].end + 1
        text = text[:start] + " " * (end - start) + text[end:]
        is_cut = True
    return (text, values) if is_cut else None


def _find_clauses_of_column(tokens: Sequence[Token]) -> Iterator[tuple[int, int, dict[str, Any]]]:
    """Yield the first and the last token of each clause, and the attributes that it sets."""
    words = [get_word(token) for token in tokens]
    depth = 0
    for at, token in enumerate(tokens):
        depth += (token.token_type is TokenType.L_PAREN) - (token.token_type is TokenType.R_PAREN)
        if depth == 1 and words[at] == "CACHE" and "IDENTITY" in words[:at]:
            yield at, at + 1, {"cache": int(tokens[at + 1].text)}
        # sqlglot reads GENERATED ALWAYS AS (expression) without STORED as a virtual column.
        elif not depth and words[at] == "VIRTUAL" and tokens[at - 1].token_type is TokenType.R_PAREN:
            yield at, at, {"stored": False}


def _find_clauses(tokens: Sequence[Token]) -> Iterator[tuple[int, int, dict[str, Any]]]:
    """Yield the first and the last token of each clause, and the attributes that it sets."""
    words = [get_word(token) for token in tokens]
    outer = {**_CLAUSES, **_AFTER_EXCLUDE} if "EXCLUDE" in words[:3] else _CLAUSES
    depth = 0
    for at, token in enumerate(tokens):
        kinds = [each.token_type for each in tokens[at - 1 : at + 2]] if at else []
        depth += (token.token_type is TokenType.L_PAREN) - (token.token_type is TokenType.R_PAREN)
        for clause, meaning in outer.items() if not depth else ():
            if tuple(words[at : at + len(clause)]) == clause:
                yield at, at + len(clause) - 1, meaning
                break
        if words[at : at + 2] == ["WITHOUT", "OVERLAPS"]:
            yield at, at + 1, {"without_overlaps": True}
        # PERIOD is a word before the last column; behind the name of a column comes a comma or a parenthesis.
        elif words[at] == "PERIOD" and kinds[0] is TokenType.COMMA and kinds[2] not in _AFTER_NAME:
            yield at, at, {"period": True}
        elif not depth and tuple(words[at - 1 : at + 1]) in _SET and kinds[2:] == [TokenType.L_PAREN]:
            end = next(i for i in range(at, len(tokens)) if tokens[i].token_type is TokenType.R_PAREN)
            yield at + 1, end, {"on_delete_columns": tuple(map(read_name, tokens[at + 2 : end : 2]))}
