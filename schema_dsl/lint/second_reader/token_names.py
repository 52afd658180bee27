"""Read names from tokens of sqlglot, for the statements that sqlglot does not model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlglot import Token, TokenType

from schema_dsl.lint.second_reader.facts import Relation
from schema_dsl.lint.second_reader.sqlglot_parser import get_word
from schema_dsl.lint.second_reader.trees import fold_case

_EXISTENCE: Final = frozenset({"IF", "NOT", "EXISTS"})


def read_name(token: Token) -> str:
    """Return the name of a token as Postgres stores it."""
    return str(token.text) if token.token_type is TokenType.IDENTIFIER else fold_case(str(token.text))


def read_names(tokens: Sequence[Token], start: int) -> tuple[list[str], int]:
    """Return the parts of a qualified name, and the index of the token behind it."""
    names: list[str] = []
    while start < len(tokens):
        names.append(read_name(tokens[start]))
        start += 1
        if start >= len(tokens) or tokens[start].token_type is not TokenType.DOT:
            break
        start += 1
    return names, start


def read_relation_tokens(tokens: Sequence[Token], start: int) -> tuple[Relation | None, int]:
    """Return a relation, with the schema "" if the text does not name one, and the index of the token behind it."""
    names, end = read_names(tokens, start)
    if not names:
        return None, end
    return (names[-2] if len(names) > 1 else "", names[-1]), end


def skip_existence(tokens: Sequence[Token], start: int) -> int:
    """Return the index behind IF EXISTS or IF NOT EXISTS."""
    while start < len(tokens) and get_word(tokens[start]) in _EXISTENCE:
        start += 1
    return start
