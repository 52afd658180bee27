"""The body of a routine or a DO block: its language and its text, placed in the file."""

from __future__ import annotations

import functools
import re

import attrs

from schema_dsl.parsing.grammar import Node
from schema_dsl.parsing.lexer import Token, tokens
from schema_dsl.parsing.plpgsql import find_qualifiers, parse_plpgsql
from schema_dsl.parsing.plpgsql_tree import PlpgsqlCode
from schema_dsl.parsing.statements import Statement, remember

BODY_KINDS = frozenset({"do_stmt", "create_function_stmt"})
_DOUBLED = re.compile("''")
_ESCAPED = re.compile(r"''|\\(?:[0-7]{1,3}|x[\da-fA-F]{1,2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|.)", re.DOTALL)


@attrs.frozen(eq=False, slots=False)
class Body:
    """The body of a routine or a DO block.

    Attributes:
        language: The language of the body.
        text: The text of the body; see `align`.
        start: The offset of the first character in the file.
        line: The line of the first character.
    """

    language: str
    text: str
    start: int = 0
    line: int = 1

    @property
    def end(self) -> int:
        """The offset of the end in the file."""
        return self.start + len(self.text)

    @functools.cached_property
    def code(self) -> PlpgsqlCode:
        """The parse tree of a PL/pgSQL body."""
        return parse_plpgsql(self.text, self.start, self.line)

    @functools.cached_property
    def qualifiers(self) -> frozenset[str]:
        """The names before a dot, in lower case."""
        known = self.code.qualifiers
        return find_qualifiers(self.text) if known is None else known


@remember
def find_body(statement: Statement) -> Body | None:
    """Return the body of a DO, CREATE FUNCTION or CREATE PROCEDURE; None if the body is not a string."""
    if statement.kind not in BODY_KINDS:
        return None
    is_block = statement.kind == "do_stmt"
    language = "plpgsql" if is_block else ""
    code: str | None = None
    location = 0
    for option in statement.tree.args[:] if is_block else statement.tree.options[:]:
        element = option.def_elem
        if element.defname == "language":
            language = element.arg.string.sval.lower()
        elif element.defname == "as":
            location = element.location
            code = _read_code(element.arg)
    start = statement.offset(location) - statement.start
    literal = None if code is None else _find_literal(statement, start)
    if code is None or literal is None:
        return None
    text, opening = align(code, statement.text[literal.start : literal.end])
    within = literal.start + opening
    line = statement.line + statement.text.count("\n", 0, within)
    return Body(language, text, statement.start + within, line)


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


def align(value: str, literal: str) -> tuple[str, int]:
    """Return the value of a string constant with every token where it is in the constant, and the start of the value.

    A doubled quote or an escape is longer than the character that it means. Blanks after such tokens keep the offsets
    of the following tokens right.
    """
    if literal.startswith("$"):
        return value, literal.index("$", 1) + 1
    opening = literal.index("'") + 1
    pattern = _ESCAPED if literal[0] in "eE" else _DOUBLED
    pairs = list(pattern.finditer(literal, opening, len(literal) - 1))
    if len(literal) - opening - 1 - sum(len(pair[0]) - 1 for pair in pairs) != len(value):
        # Some escapes of bytes, and constants over several lines, have no such correspondence.
        return value, opening
    pieces: list[str] = []
    done = length = extra = 0
    for token in tokens(value) if pairs else ():
        while pairs and pairs[0].start() - opening - extra < token.start:
            extra += len(pairs.pop(0)[0]) - 1
        gap = value[done : token.start]
        padding = token.start + extra - length - len(gap)
        pieces += [gap, " " * padding, value[token.start : token.end]]
        length += len(gap) + padding + token.end - token.start
        done = token.end
    aligned = "".join([*pieces, value[done:]])
    return aligned.ljust(len(literal) - 1 - opening), opening
