"""Spans of parts of a statement for which the parse tree has no location."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import NamedTuple

from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Edit, Hit
from schema_dsl.parsing import Node, Statement
from schema_dsl.parsing.lexer import Token, tokens
from schema_dsl.parsing.statements import remember


class TextSpan(NamedTuple):
    """A range of offsets in a file."""

    start: int
    end: int

    @property
    def length(self) -> int:
        """The number of characters."""
        return self.end - self.start

    def hit(
        self, message: str, remedy: str | None = None, edits: tuple[Edit, ...] = (), *, topic: str = ""
    ) -> Hit:
        """Return a violation of a rule at the span."""
        return Hit(self.start, message, self.length, remedy, edits, topic)


def find_words(statement: Statement, *words: str) -> TextSpan | None:
    """Return the span of the first occurrence of consecutive words, given in lower case."""
    # The words are usually near the start: stop at the first occurrence.
    window: deque[Token] = deque(maxlen=len(words))
    for token in tokens(statement.text):
        window.append(token)
        if token.word == words[-1] and tuple(entry.word for entry in window) == words:
            return _span_of_tokens(statement, window[0], window[-1])
    return None


def text_between(statement: Statement, start: int, end: int) -> str:
    """Return the text between two offsets of the file."""
    return statement.text[start - statement.start : end - statement.start]


def tokens_between(statement: Statement, start: int, end: int) -> list[Token]:
    """Return the tokens that start between two offsets of the file; token offsets count from the statement."""
    selected = []
    for token in tokens(statement.text, start - statement.start):
        if statement.start + token.start >= end:
            break
        selected.append(token)
    return selected


def text_without_comments(statement: Statement, start: int, end: int) -> str:
    """Return the text between two offsets of the file on one line without comments, so that text can follow it."""
    pieces: list[str] = []
    last: Token | None = None
    for token in tokens_between(statement, start, end):
        needs_blank = last is not None and token.start > last.end and "." not in {token.word, last.word}
        pieces.append((" " if needs_blank else "") + statement.text[token.start : token.end])
        last = token
    return "".join(pieces)


def find_first_line(statement: Statement) -> TextSpan:
    """Return the span of the first line of a statement."""
    line = statement.text.split("\n", 1)[0].rstrip()
    return TextSpan(statement.start, statement.start + len(line))


def find_code_end(statement: Statement) -> int:
    """Return the end of the last token of a statement; a comment may follow before the semicolon."""
    end = 0
    for token in tokens(statement.text):
        end = token.end
    return statement.start + end


def find_relation_name(statement: Statement, node: Node) -> TextSpan:
    """Return the span of the name of a relation; `node` is its RangeVar."""
    start = statement.offset(node.location) - statement.start
    parts = 1 + bool(node.schemaname) + bool(node.catalogname)
    name_tokens = []
    for token in tokens(statement.text, start):
        name_tokens.append(token)
        if len(name_tokens) == 2 * parts - 1:
            break
    return (
        _span_of_tokens(statement, name_tokens[0], name_tokens[-1])
        if name_tokens
        else find_first_line(statement)
    )


def find_list_item(statement: Statement, node: Node) -> TextSpan:
    """Return the span from the location of a node to the next comma or closing bracket."""
    item_tokens: list[Token] = []
    depth = 0
    for token in tokens(statement.text, statement.offset(node.location) - statement.start):
        if token.kind == "bracket":
            depth += 1 if token.word in "([" else -1
        if depth < 0 or (token.word in {",", ";"} and not depth):
            break
        item_tokens.append(token)
    return (
        _span_of_tokens(statement, item_tokens[0], item_tokens[-1])
        if item_tokens
        else find_first_line(statement)
    )


def find_command_spans(statement: Statement, count: int) -> Sequence[TextSpan]:
    """Return the spans of the `count` commands of an ALTER TABLE."""
    spans = _split_commands(statement)
    return spans if len(spans) == count else [find_first_line(statement)] * count


@remember
def _split_commands(statement: Statement) -> Sequence[TextSpan]:
    """Return the spans of the commands of an ALTER TABLE; none if a command is empty."""
    groups: list[list[Token]] = [[]]
    depth = 0
    for token in tokens(statement.text):
        if token.kind == "bracket":
            depth += 1 if token.word in "([" else -1
        if token.word == "," and not depth:
            groups.append([])
        else:
            groups[-1].append(token)
    groups[0] = _skip_table_name(groups[0])
    return [_span_of_tokens(statement, group[0], group[-1]) for group in groups] if all(groups) else ()


def _skip_table_name(command_tokens: list[Token]) -> list[Token]:
    """Return the tokens after `ALTER [FOREIGN] TABLE [IF EXISTS] [ONLY] name [*]`."""
    index = next((i for i, token in enumerate(command_tokens) if token.word in {"table", "view"}), 0) + 1
    while index < len(command_tokens) and command_tokens[index].word in {"if", "exists", "only"}:
        index += 1
    index += 1
    while index < len(command_tokens) and command_tokens[index].word == ".":
        index += 2
    if index < len(command_tokens) and command_tokens[index].word == "*":
        index += 1
    return command_tokens[index:]


def _span_of_tokens(statement: Statement, first: Token, last: Token) -> TextSpan:
    return TextSpan(statement.start + first.start, statement.start + last.end)


def find_line(step: HistoryStep) -> int:
    """Return the line of the file on which a step starts."""
    return step.source.position(step.statement.start)[0]
