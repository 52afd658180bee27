"""Mutants of SQL with one damaged token, like typing errors."""

from __future__ import annotations

import random
from collections.abc import Iterator

import attrs

from schema_dsl.parsing import Statement
from schema_dsl.parsing.bodies import find_body
from schema_dsl.parsing.lexer import Token, tokens

STRAYS = (",", ";", ")", "(", "'", "select", "from", "x", "1", "not", "end", ":", "=", ".", "as")


@attrs.frozen
class Mutant:
    """A damaged statement, and a description of the damage."""

    text: str
    damage: str


def generate_mutants(statement: Statement, chance: random.Random) -> Iterator[Mutant]:
    """Yield distinct mutants of a statement at random tokens, also in bodies."""
    text = statement.text
    statement_tokens = _tokens(statement)
    seen = {text}
    kinds = (_deleted, _doubled, _swapped, _misspelt, _strayed)
    for _ in range(50):
        index = chance.randrange(len(statement_tokens))
        mutant = chance.choice(kinds)(text, statement_tokens, index, chance)
        if mutant is not None and mutant.text not in seen:
            seen.add(mutant.text)
            yield mutant


def _tokens(statement: Statement) -> list[Token]:
    """Return the tokens of a statement, with the tokens of its body in place of the string."""
    statement_tokens = list(tokens(statement.text))
    body = find_body(statement)
    start = body.start - statement.start if body is not None else 0
    if body is None or not statement.text.startswith(body.text, start):
        return statement_tokens
    outside = [t for t in statement_tokens if not t.start < start < t.end]
    inside = [Token(t.kind, t.word, t.start + start, t.end + start) for t in tokens(body.text)]
    return sorted(outside + inside, key=lambda token: token.start)


def _deleted(text: str, statement_tokens: list[Token], index: int, _: random.Random) -> Mutant:
    token = statement_tokens[index]
    return Mutant(text[: token.start] + text[token.end :], f"deleted {token.word[:20]!r}")


def _doubled(text: str, statement_tokens: list[Token], index: int, _: random.Random) -> Mutant:
    token = statement_tokens[index]
    return Mutant(
        f"{text[: token.end]} {text[token.start : token.end]}{text[token.end :]}",
        f"doubled {token.word[:20]!r}",
    )


def _swapped(text: str, statement_tokens: list[Token], index: int, _: random.Random) -> Mutant | None:
    if index + 1 >= len(statement_tokens):
        return None
    a, b = statement_tokens[index], statement_tokens[index + 1]
    between = text[a.end : b.start] or " "
    swapped = text[b.start : b.end] + between + text[a.start : a.end]
    return Mutant(text[: a.start] + swapped + text[b.end :], f"swapped {a.word[:20]!r} {b.word[:20]!r}")


def _misspelt(text: str, statement_tokens: list[Token], index: int, chance: random.Random) -> Mutant | None:
    token = statement_tokens[index]
    if token.kind != "word" or token.end - token.start < 3:
        return None
    at = chance.randrange(token.start, token.end)
    return Mutant(text[: at + 1] + text[at:], f"misspelt {token.word!r}")


def _strayed(text: str, statement_tokens: list[Token], index: int, chance: random.Random) -> Mutant:
    token, stray = statement_tokens[index], chance.choice(STRAYS)
    return Mutant(f"{text[: token.start]}{stray} {text[token.start :]}", f"stray {stray!r}")
