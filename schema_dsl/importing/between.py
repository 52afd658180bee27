"""Write BETWEEN in the place of the two comparisons that Postgres prints for it."""

from __future__ import annotations

from typing import Final

from schema_dsl.analysis.trees import enumeration, names
from schema_dsl.importing.parentheses import list_groups
from schema_dsl.parsing import Node, SqlSyntaxError, deparse_expression, parse_expression, walk

_BOUNDS: Final = 2


def write_between(tree: Node, text: str) -> None:
    """Turn `x >= a AND x <= b` into BETWEEN.

    Among further conditions, only comparisons that the text has in parentheses of their own were BETWEEN: the grammar
    joins `(x >= a AND x <= b) AND y` to one AND.

    Args:
        tree: The parse tree of a condition or a query.
        text: The same as Postgres prints it.
    """
    if ">=" not in text or "<=" not in text:
        return
    groups = _list_pairs_of_bounds(text)
    for node in walk(tree):
        if node.DESCRIPTOR.name == "Node" and node.WhichOneof("node") == "bool_expr" and _is_and(node):
            found = list(node.bool_expr.args)
            if len(found) == _BOUNDS and _is_pair(*found):
                node.CopyFrom(_build_between(*found))
            elif groups:
                _join_pairs(node, groups)


def _join_pairs(node: Node, groups: set[str]) -> None:
    """Replace each pair of conditions that BETWEEN can express, also within a longer AND."""
    joined: list[Node] = []
    for each in node.bool_expr.args:
        copied = _copy(each)
        if joined and _is_pair(joined[-1], copied) and _format_pair(joined[-1], copied) in groups:
            joined[-1] = _build_between(joined[-1], copied)
        else:
            joined.append(copied)
    del node.bool_expr.args[:]
    node.bool_expr.args.extend(joined)


def _list_pairs_of_bounds(text: str) -> set[str]:
    """Return the pairs of comparisons that are in parentheses of their own."""
    found = set()
    for first, last in list_groups(text):
        inner = text[first + 1 : last]
        if ">=" not in inner or "<=" not in inner:
            continue
        try:
            tree = parse_expression(inner)
        except SqlSyntaxError:
            continue
        if tree.WhichOneof("node") == "bool_expr" and _is_and(tree) and len(tree.bool_expr.args) == _BOUNDS:
            found.add(_format_pair(*tree.bool_expr.args))
    return found


def _format_pair(low: Node, high: Node) -> str:
    return f"{deparse_expression(low)} AND {deparse_expression(high)}"


def _is_and(node: Node) -> bool:
    return enumeration("BoolExprType")[node.bool_expr.boolop] == "AND_EXPR"


def _is_pair(low: Node, high: Node) -> bool:
    """Return whether two conditions compare the same with a lower and an upper bound."""
    return [names(each.a_expr.name) for each in (low, high)] == [[">="], ["<="]] and deparse_expression(
        low.a_expr.lexpr
    ) == deparse_expression(high.a_expr.lexpr)


def _build_between(low: Node, high: Node) -> Node:
    written = _copy(low)
    between = written.a_expr
    between.kind = {name: number for number, name in enumeration("A_Expr_Kind").items()}["AEXPR_BETWEEN"]
    between.name[0].string.sval = "BETWEEN"
    between.rexpr.Clear()
    between.rexpr.list.items.extend([_copy(low.a_expr.rexpr), _copy(high.a_expr.rexpr)])
    return written


def _copy(node: Node) -> Node:
    copied = type(node)()
    copied.CopyFrom(node)
    return copied
