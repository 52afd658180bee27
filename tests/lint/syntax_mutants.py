"""Small damages to SQL, one token each, as typing makes them."""

from __future__ import annotations

import random
from collections.abc import Iterator

import attrs

from schema_dsl.parsing import Statement
from schema_dsl.parsing.bodies import body_of
from schema_dsl.parsing.lexer import Token, tokens

STRAYS = (",", ";", ")", "(", "'", "select", "from", "x", "1", "not", "end", ":", "=", ".", "as")


@attrs.frozen
class Mutant:
    """A damaged statement, and what was done to it."""

    text: str
    damage: str


def mutants(statement: Statement, chance: random.Random) -> Iterator[Mutant]:
    """Yield one mutant after another of a statement, at random places, down into bodies; never two alike."""
    text = statement.text
    found = _tokens(statement)
    seen = {text}
    kinds = (_deleted, _doubled, _swapped, _misspelt, _strayed)
    for _ in range(50):
        index = chance.randrange(len(found))
        mutant = chance.choice(kinds)(text, found, index, chance)
        if mutant is not None and mutant.text not in seen:
            seen.add(mutant.text)
            yield mutant


def _tokens(statement: Statement) -> list[Token]:
    """The tokens outside of string bodies, and those of the language inside."""
    found = list(tokens(statement.text))
    body = body_of(statement)
    if body is None or body.offset(len(body.text)) != body.start + len(body.text):
        return found
    start = body.start - statement.start
    outside = [t for t in found if not t.start < start < t.end]
    inside = [Token(t.kind, t.word, t.start + start, t.end + start) for t in tokens(body.text)]
    return sorted(outside + inside, key=lambda token: token.start)


def _deleted(text: str, found: list[Token], index: int, _: random.Random) -> Mutant:
    token = found[index]
    return Mutant(text[: token.start] + text[token.end :], f"deleted {token.word[:20]!r}")


def _doubled(text: str, found: list[Token], index: int, _: random.Random) -> Mutant:
    token = found[index]
    return Mutant(
        f"{text[: token.end]} {text[token.start : token.end]}{text[token.end :]}",
        f"doubled {token.word[:20]!r}",
    )


def _swapped(text: str, found: list[Token], index: int, _: random.Random) -> Mutant | None:
    if index + 1 >= len(found):
        return None
    a, b = found[index], found[index + 1]
    between = text[a.end : b.start] or " "
    swapped = text[b.start : b.end] + between + text[a.start : a.end]
    return Mutant(text[: a.start] + swapped + text[b.end :], f"swapped {a.word[:20]!r} {b.word[:20]!r}")


def _misspelt(text: str, found: list[Token], index: int, chance: random.Random) -> Mutant | None:
    token = found[index]
    if token.kind != "word" or token.end - token.start < 3:
        return None
    at = chance.randrange(token.start, token.end)
    return Mutant(text[: at + 1] + text[at:], f"misspelt {token.word!r}")


def _strayed(text: str, found: list[Token], index: int, chance: random.Random) -> Mutant:
    token, stray = found[index], chance.choice(STRAYS)
    return Mutant(f"{text[: token.start]}{stray} {text[token.start :]}", f"stray {stray!r}")
