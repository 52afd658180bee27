"""Where in a file the parts of a statement are that its tree gives no place for."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.parsing import Node, Statement
from schema_dsl.parsing.lexer import Token, tokens


class TextSpan(NamedTuple):
    """A stretch of a file."""

    start: int
    end: int

    @property
    def length(self) -> int:
        """How many characters."""
        return self.end - self.start


def words(statement: Statement, *wanted: str) -> TextSpan | None:
    """Find words that follow each other, in lower case, the first time that a statement has them."""
    # Most stand near the start: the rest is not looked at.
    last: deque[Token] = deque(maxlen=len(wanted))
    for token in tokens(statement.text):
        last.append(token)
        if token.word == wanted[-1] and tuple(each.word for each in last) == wanted:
            return _placed(statement, last[0], last[-1])
    return None


def all_words(statement: Statement, start: int, end: int) -> str:
    """Give the text between two offsets of the file, as it is written."""
    return statement.text[start - statement.start : end - statement.start]


def within(statement: Statement, start: int, end: int) -> list[Token]:
    """Give the tokens that start between two offsets of the file; their own offsets are the statement's."""
    found = []
    for token in tokens(statement.text, start - statement.start):
        if statement.start + token.start >= end:
            break
        found.append(token)
    return found


def without_comments(statement: Statement, start: int, end: int) -> str:
    """Give the text between two offsets of the file on one line, so that more can be written behind it."""
    pieces: list[str] = []
    last: Token | None = None
    for token in within(statement, start, end):
        apart = last is not None and token.start > last.end and "." not in {token.word, last.word}
        pieces.append((" " if apart else "") + statement.text[token.start : token.end])
        last = token
    return "".join(pieces)


def head(statement: Statement) -> TextSpan:
    """Give the first line of a statement."""
    line = statement.text.split("\n", 1)[0].rstrip()
    return TextSpan(statement.start, statement.start + len(line))


def code_end(statement: Statement) -> int:
    """Give the end of a statement's last token; a comment may come between it and the semicolon."""
    end = 0
    for token in tokens(statement.text):
        end = token.end
    return statement.start + end


def named(statement: Statement, node: Node) -> TextSpan:
    """Give the place of a relation's name, as it is written: `node` is its RangeVar."""
    start = statement.offset(node.location) - statement.start
    parts = 1 + bool(node.schemaname) + bool(node.catalogname)
    found = []
    for token in tokens(statement.text, start):
        found.append(token)
        if len(found) == 2 * parts - 1:
            break
    return _placed(statement, found[0], found[-1]) if found else head(statement)


def clause(statement: Statement, node: Node) -> TextSpan:
    """Give the place of one of the things that stand between commas, from where `node` is said to be."""
    found: list[Token] = []
    depth = 0
    for token in tokens(statement.text, statement.offset(node.location) - statement.start):
        if token.kind == "bracket":
            depth += 1 if token.word in "([" else -1
        if depth < 0 or (token.word in {",", ";"} and not depth):
            break
        found.append(token)
    return _placed(statement, found[0], found[-1]) if found else head(statement)


def commands(statement: Statement, count: int) -> list[TextSpan]:
    """Give the places of the commands of an ALTER TABLE that has `count` of them."""
    groups: list[list[Token]] = [[]]
    depth = 0
    for token in tokens(statement.text):
        if token.kind == "bracket":
            depth += 1 if token.word in "([" else -1
        if token.word == "," and not depth:
            groups.append([])
        else:
            groups[-1].append(token)
    groups[0] = _behind_name(groups[0])
    if len(groups) != count or not all(groups):
        return [head(statement)] * count
    return [_placed(statement, group[0], group[-1]) for group in groups]


def _behind_name(found: list[Token]) -> list[Token]:
    """Leave out `ALTER [FOREIGN] TABLE [IF EXISTS] [ONLY] name [*]`."""
    index = next((i for i, token in enumerate(found) if token.word in {"table", "view"}), 0) + 1
    while index < len(found) and found[index].word in {"if", "exists", "only"}:
        index += 1
    index += 1
    while index < len(found) and found[index].word == ".":
        index += 2
    if index < len(found) and found[index].word == "*":
        index += 1
    return found[index:]


def _placed(statement: Statement, first: Token, last: Token) -> TextSpan:
    return TextSpan(statement.start + first.start, statement.start + last.end)


def line_of(step: HistoryStep) -> int:
    """Give the line of the file that a step starts on."""
    return step.source.position(step.statement.start)[0]
