"""Split a script into the fragments that are mutated: its statements, and the statements inside its DO blocks."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from schema_dsl.analysis.bodies import read_body
from schema_dsl.parsing import Statement
from schema_dsl.parsing.bodies import find_body
from schema_dsl.parsing.lexer import Token, tokens

_CLOSING = {"(": ")", "[": "]"}


@attrs.frozen
class Fragment:
    """A part of a script.

    Attributes:
        script: The text of the whole script.
        kind: The kind of the statement, as in libpg_query, or "block" for the PL/pgSQL around a block's statements.
        start: The offset of the start.
        end: The offset of the end.
        tokens: The tokens, with offsets in the script.
        is_only_statement: Whether the fragment is the only statement of its block.
        block_subject: The name of the object that a block is about, or "".
    """

    script: str
    kind: str
    start: int
    end: int
    tokens: tuple[Token, ...]
    is_only_statement: bool = False
    block_subject: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """The tokens in lower case."""
        return tuple(token.word for token in self.tokens)

    @property
    def subject(self) -> str:
        """The name of the object that the fragment is about, for the identity of mutants."""
        words = self.words
        if self.block_subject:
            return self.block_subject
        if self.kind == "comment_stmt":
            return _join_words(words[2 : words.index("is")])
        if self.kind == "index_stmt":
            return words[words.index("on") - 1]
        if self.kind in {"create_trig_stmt", "create_policy_stmt"}:
            at, named = words.index("on"), words.index("trigger" if "trigger" in words else "policy") + 1
            return (
                f"{words[named]} of {_join_words(words[at + 1 : at + 4])}"
                if at + 3 < len(words)
                else words[named]
            )
        for number in range(1, len(words) - 1):
            if words[number] == "." and self.tokens[number - 1].kind in {"word", "quoted"}:
                return "".join(words[number - 1 : number + 2])
        return " ".join(words[:2])

    def find(self, *wanted: str, start: int = 0) -> Iterator[int]:
        """Yield the numbers of the tokens at which a sequence of words starts."""
        words = self.words
        for number in range(start, len(words) - len(wanted) + 1):
            if words[number : number + len(wanted)] == wanted:
                yield number

    def find_closing(self, opening: int) -> int:
        """Return the number of the token that closes the bracket at a token."""
        depth = 0
        words = self.words
        opens, closes = words[opening], _CLOSING[words[opening]]
        for number in range(opening, len(words)):
            depth += (words[number] == opens) - (words[number] == closes)
            if not depth:
                return number
        return len(words) - 1

    def items(self, first: int, last: int) -> list[tuple[int, int]]:
        """Split the tokens from `first` to `last` at top-level commas into pairs of first and last token."""
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
        """Return the text from the first to the last token."""
        return self.script[self.tokens[first].start : self.tokens[last].end]


def split_fragments(script: str, statements: tuple[Statement, ...]) -> Iterator[Fragment]:
    """Yield the fragments of a script in the order of its text."""
    for statement in statements:
        text = find_body(statement) if statement.kind == "do_stmt" else None
        body = read_body(statement)
        if text is None or body is None:
            yield _build_fragment(script, statement)
            continue
        statements_inside = [inner for part in body.parts for inner in part.statements]
        inside = [
            _build_fragment(script, inner, is_only_statement=len(statements_inside) == 1)
            for inner in statements_inside
        ]
        about = f"block of {inside[0].subject}" if inside else ""
        yield attrs.evolve(_build_fragment(script, statement), block_subject=about)
        around = tuple(
            token
            for token in _tokens(script, text.start, text.end)
            if not any(inner.start <= token.start < inner.end for inner in statements_inside)
        )
        yield Fragment(script, "block", text.start, text.end, around, block_subject=about)
        yield from inside


def _build_fragment(script: str, statement: Statement, *, is_only_statement: bool = False) -> Fragment:
    start, end = statement.start, statement.end
    return Fragment(
        script, statement.kind, start, end, _tokens(script, start, end), is_only_statement=is_only_statement
    )


def _tokens(script: str, start: int, end: int) -> tuple[Token, ...]:
    return tuple(
        token._replace(start=token.start + start, end=token.end + start)
        for token in tokens(script[start:end])
    )


def _join_words(words: tuple[str, ...]) -> str:
    """Join words with spaces, except around the dots of qualified names."""
    return " ".join(words).replace(" . ", ".")
