"""The body of a routine or a DO block: its language, its text, and the file offset of every character."""

from __future__ import annotations

import re

import attrs

from schema_dsl.parsing.grammar import Node
from schema_dsl.parsing.lexer import Token, tokens
from schema_dsl.parsing.statements import Statement

_PAIRED = re.compile(r"''|\\.", re.DOTALL)


@attrs.frozen
class Body:
    """The body of a routine or a DO block, after unquoting.

    Attributes:
        language: The language of the body.
        text: The text of the body.
        start: The offset of the first character in the file.
    """

    language: str
    text: str
    start: int
    _raw: str = attrs.field(default="", repr=False)

    def offset(self, within: int) -> int:
        """Convert an offset in the body to an offset in the file, which counts doubled quotes twice."""
        if not self._raw:
            return self.start + within
        extra = 0
        for pair in _PAIRED.finditer(self._raw):
            if pair.start() - extra >= within:
                break
            extra += 1
        return self.start + within + extra


def find_body(statement: Statement) -> Body | None:
    """Return the body of a DO, CREATE FUNCTION or CREATE PROCEDURE; None if the body is not a string."""
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
            code = _read_code(element.arg)
    if code is None:
        return None
    literal = _find_literal(statement, statement.offset(location) - statement.start)
    if literal is None:
        return None
    return _build_body(statement, language, code, literal)


def _read_code(argument: Node) -> str | None:
    if argument.WhichOneof("node") == "string":
        return str(argument.string.sval)
    items = argument.list.items
    # Two strings are the object file and the symbol of a C function.
    return str(items[0].string.sval) if len(items) == 1 else None


def _find_literal(statement: Statement, start: int) -> Token | None:
    for token in tokens(statement.text, start):
        if token.kind in {"string", "dollar"}:
            return token
        if token.word not in {"as", "do"}:
            return None
    return None


def _build_body(statement: Statement, language: str, code: str, literal: Token) -> Body:
    raw = statement.text[literal.start : literal.end]
    opening = raw.index("$", 1) + 1 if literal.kind == "dollar" else raw.index("'") + 1
    start = statement.start + literal.start + opening
    inner = raw[opening : -opening if literal.kind == "dollar" else -1]
    return Body(language, code, start, "" if inner == code else inner)
