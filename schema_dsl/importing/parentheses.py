"""Leave out the parentheses of SQL that mean nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from schema_dsl.analysis.trees import enumeration, names
from schema_dsl.parsing import Node, SqlSyntaxError, parse_expression
from schema_dsl.parsing.lexer import tokens

# The operators of which people know that they bind more than a comparison, and those that they write in a chain.
_ARITHMETIC: Final = frozenset({"+", "-", "*", "/", "||"})
_CALLS: Final = frozenset({"func_call", "coalesce_expr", "min_max_expr"})
_PATH: Final = frozenset({"->", "->>"})


def drop_parentheses(text: str, parse: Callable[[str], Node], deparse: Callable[[Node], str]) -> str:
    """Return SQL without the parentheses around sums, products, joined texts and calls that mean nothing.

    Args:
        text: The SQL.
        parse: Parses it.
        deparse: Formats a parse tree.
    """
    expected = None
    # The outer parentheses come last, so that the places of the others stay.
    for first, last in sorted(list_groups(text), reverse=True):
        inner = text[first + 1 : last]
        if "\n" in inner or not _is_clear(inner, text[last + 1 :]):
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


def _is_clear(inner: str, after: str) -> bool:
    """Return whether people leave out the parentheses around an expression.

    Args:
        inner: The expression.
        after: The text after the parentheses.
    """
    try:
        tree = parse_expression(inner)
    except SqlSyntaxError:
        return False
    if tree.WhichOneof("node") in _CALLS:
        return True
    node = tree.a_expr
    kind = enumeration("A_Expr_Kind")[node.kind] if tree.WhichOneof("node") == "a_expr" else ""
    if kind != "AEXPR_OP":
        return kind == "AEXPR_NULLIF"
    operator = names(node.name)[-1]
    # A sign of one value stays with it.
    return node.HasField("lexpr") and (
        operator in _ARITHMETIC or (operator in _PATH and after.startswith((" -> ", " ->> ")))
    )
