"""A script in the pieces that are damaged one at a time: its statements, and those inside of its blocks."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from schema_dsl.lint.history.body_statements import inner_of
from schema_dsl.parsing import Statement
from schema_dsl.parsing.bodies import body_of
from schema_dsl.parsing.lexer import Token, tokens

_CLOSING = {"(": ")", "[": "]"}


@attrs.frozen
class Piece:
    """Some SQL of a script; tokens have their places in the whole of it.

    `kind` is a statement's, as libpg_query names it, and "block" of what is around the statements in a block.
    `alone` says that its block has no other statement. `about` is what a block is about.
    """

    script: str
    kind: str
    start: int
    end: int
    tokens: tuple[Token, ...]
    alone: bool = False
    about: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """Give the tokens in lower case."""
        return tuple(token.word for token in self.tokens)

    @property
    def subject(self) -> str:
        """Name what it is about, so that its like are told apart."""
        words = self.words
        if self.about:
            return self.about
        if self.kind == "comment_stmt":
            return _joined(words[2 : words.index("is")])
        if self.kind == "index_stmt":
            return words[words.index("on") - 1]
        if self.kind in {"create_trig_stmt", "create_policy_stmt"}:
            at, named = words.index("on"), words.index("trigger" if "trigger" in words else "policy") + 1
            return (
                f"{words[named]} of {_joined(words[at + 1 : at + 4])}"
                if at + 3 < len(words)
                else words[named]
            )
        for number in range(1, len(words) - 1):
            if words[number] == "." and self.tokens[number - 1].kind in {"word", "quoted"}:
                return "".join(words[number - 1 : number + 2])
        return " ".join(words[:2])

    def find(self, *wanted: str, start: int = 0) -> Iterator[int]:
        """Find where these words follow one another."""
        words = self.words
        for number in range(start, len(words) - len(wanted) + 1):
            if words[number : number + len(wanted)] == wanted:
                yield number

    def closing(self, opening: int) -> int:
        """Find the bracket that closes the one at a token."""
        depth = 0
        words = self.words
        opens, closes = words[opening], _CLOSING[words[opening]]
        for number in range(opening, len(words)):
            depth += (words[number] == opens) - (words[number] == closes)
            if not depth:
                return number
        return len(words) - 1

    def items(self, first: int, last: int) -> list[tuple[int, int]]:
        """Cut tokens from `first` up to `last` at the commas between them: the first and the last token of each."""
        found = []
        depth, begun = 0, first
        for number in range(first, last + 1):
            word = self.tokens[number].word
            depth += (word in _CLOSING) - (word in _CLOSING.values())
            if word == "," and not depth:
                found.append((begun, number - 1))
                begun = number + 1
        return [*found, (begun, last)] if begun <= last else found

    def text(self, first: int, last: int) -> str:
        """Give the text from one token to another."""
        return self.script[self.tokens[first].start : self.tokens[last].end]


def pieces_of(script: str, statements: tuple[Statement, ...]) -> Iterator[Piece]:
    """Cut a script, in the order of its text."""
    for statement in statements:
        body = body_of(statement) if statement.kind == "do_stmt" else None
        if body is None:
            yield _piece(script, statement)
            continue
        statements_inside = [
            each.statement for each in inner_of(statement) or () if each.statement is not None
        ]
        inside = [_piece(script, each, alone=len(statements_inside) == 1) for each in statements_inside]
        about = f"block of {inside[0].subject}" if inside else ""
        yield attrs.evolve(_piece(script, statement), about=about)
        end = body.offset(len(body.text))
        around = tuple(
            token
            for token in _tokens(script, body.start, end)
            if not any(each.start <= token.start < each.end for each in statements_inside)
        )
        yield Piece(script, "block", body.start, end, around, about=about)
        yield from inside


def _piece(script: str, statement: Statement, *, alone: bool = False) -> Piece:
    start, end = statement.start, statement.end
    return Piece(script, statement.kind, start, end, _tokens(script, start, end), alone=alone)


def _tokens(script: str, start: int, end: int) -> tuple[Token, ...]:
    return tuple(
        token._replace(start=token.start + start, end=token.end + start)
        for token in tokens(script[start:end])
    )


def _joined(words: tuple[str, ...]) -> str:
    """Write words with spaces between, but none around the dots of names."""
    return " ".join(words).replace(" . ", ".")
