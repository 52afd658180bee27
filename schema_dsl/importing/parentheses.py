"""Leave out the parentheses of SQL that mean nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from schema_dsl.analysis.trees import enumeration, names
from schema_dsl.parsing import Node, SqlSyntaxError, parse_expression
from schema_dsl.parsing.lexer import tokens

# The operators of which people know that they bind more than a comparison, and those that they write in a chain.
_ARITHMETIC: Final = frozenset({"+", "-", "*", "/", "||"})
_PATH: Final = frozenset({"->", "->>"})


def drop_parentheses(text: str, parse: Callable[[str], Node], deparse: Callable[[Node], str]) -> str:
    """Return SQL without the parentheses around sums, products and joined texts that Postgres reads the same without.

    Args:
        text: The SQL.
        parse: Parses it.
        deparse: Formats a parse tree.
    """
    expected = None
    # The outer parentheses come last, so that the places of the others stay.
    for first, last in sorted(list_groups(text), reverse=True):
        inner = text[first + 1 : last]
        if "\n" in inner or not _is_arithmetic(inner, text[last + 1 :]):
            continue
        shorter = f"{text[:first]}{inner}{text[last + 1 :]}"
        expected = expected or deparse(parse(text))
        try:
            if deparse(parse(shorter)) == expected:
                return drop_parentheses(shorter, parse, deparse)
        except SqlSyntaxError:
            continue
    return text


def list_groups(text: str) -> Iterator[tuple[int, int]]:
    """Yield the places of the parentheses that follow no name, and so belong to no call."""
    opened: list[tuple[int, bool]] = []
    end, kind = 0, ""
    for token in tokens(text):
        if token.word == "(":
            is_call = kind in {"word", "quoted"} and token.start == end
            opened.append((token.start, is_call))
        elif token.word == ")" and opened:
            first, is_call = opened.pop()
            if not is_call:
                yield first, token.start
        end, kind = token.end, token.kind


def _is_arithmetic(inner: str, after: str) -> bool:
    """Return whether an expression is one in parentheses that people leave out.

    Args:
        inner: The expression.
        after: What follows the parentheses.
    """
    try:
        tree = parse_expression(inner)
    except SqlSyntaxError:
        return False
    node = tree.a_expr
    if tree.WhichOneof("node") != "a_expr" or enumeration("A_Expr_Kind")[node.kind] != "AEXPR_OP":
        return False
    operator = names(node.name)[-1]
    # A sign of one value stays with it.
    return node.HasField("lexpr") and (
        operator in _ARITHMETIC or (operator in _PATH and after.startswith((" -> ", " ->> ")))
    )
