"""The text inside a routine or a DO block: its language, and where each character of it is in the file."""

from __future__ import annotations

import re

import attrs

from schema_dsl.parsing.grammar import Node
from schema_dsl.parsing.lexer import Token, tokens
from schema_dsl.parsing.statements import Statement

_PAIRED = re.compile(r"''|\\.", re.DOTALL)


@attrs.frozen
class Body:
    """A routine's body as Postgres will read it. `start` is the offset in the file of its first character."""

    language: str
    text: str
    start: int
    _raw: str = attrs.field(default="", repr=False)

    def offset(self, within: int) -> int:
        """Turn an offset in the body into one of the file, across the doubled quotes of a '...' body."""
        if not self._raw:
            return self.start + within
        extra = 0
        for pair in _PAIRED.finditer(self._raw):
            if pair.start() - extra >= within:
                break
            extra += 1
        return self.start + within + extra


def body_of(statement: Statement) -> Body | None:
    """Give the body of a DO, CREATE FUNCTION or CREATE PROCEDURE; None if it has none as a string."""
    if statement.kind == "do_stmt":
        options, language = statement.tree.args, "plpgsql"
    elif statement.kind == "create_function_stmt":
        options, language = statement.tree.options, ""
    else:
        return None
    code: str | None = None
    location = 0
    for option in options:
        element = option.def_elem
        if element.defname == "language":
            language = element.arg.string.sval.lower()
        elif element.defname == "as":
            location = element.location
            code = _code(element.arg)
    if code is None:
        return None
    literal = _literal(statement, statement.offset(location) - statement.start)
    if literal is None:
        return None
    return _placed(statement, language, code, literal)


def _code(argument: Node) -> str | None:
    if argument.WhichOneof("node") == "string":
        return str(argument.string.sval)
    items = argument.list.items
    # Two strings name an object file and a symbol in it.
    return str(items[0].string.sval) if len(items) == 1 else None


def _literal(statement: Statement, start: int) -> Token | None:
    for token in tokens(statement.text, start):
        if token.kind in {"string", "dollar"}:
            return token
        if token.word not in {"as", "do"}:
            return None
    return None


def _placed(statement: Statement, language: str, code: str, literal: Token) -> Body:
    raw = statement.text[literal.start : literal.end]
    opening = raw.index("$", 1) + 1 if literal.kind == "dollar" else raw.index("'") + 1
    start = statement.start + literal.start + opening
    inner = raw[opening : -opening if literal.kind == "dollar" else -1]
    return Body(language, code, start, "" if inner == code else inner)
