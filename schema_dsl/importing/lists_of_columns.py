"""Write IN in the place of the comparisons that Postgres prints for a list of columns."""

from __future__ import annotations

from typing import Final

from schema_dsl.analysis.trees import enumeration, names
from schema_dsl.parsing import Node, deparse_expression, walk

_COMPUTED: Final = frozenset({"sub_link", "func_call"})


def write_lists_of_columns(tree: Node) -> None:
    """Turn `f() = a OR f() = b` into `f() IN (a, b)`, where the left side is a query or a call.

    Args:
        tree: The parse tree of a condition or a query.
    """
    for node in walk(tree):
        if node.DESCRIPTOR.name == "Node" and node.WhichOneof("node") == "bool_expr" and _is_list(node):
            sides = [type(each).FromString(each.SerializeToString()) for each in node.bool_expr.args]
            node.CopyFrom(sides[0])
            node.a_expr.kind = _number_of_in()
            node.a_expr.rexpr.Clear()
            node.a_expr.rexpr.list.items.extend(each.a_expr.rexpr for each in sides)


def _is_list(node: Node) -> bool:
    """Return whether an expression compares the same query or call with several columns, by = and OR."""
    is_or = enumeration("BoolExprType")[node.bool_expr.boolop] == "OR_EXPR"
    return (
        is_or
        and all(map(_is_comparison, node.bool_expr.args))
        and len({deparse_expression(each.a_expr.lexpr) for each in node.bool_expr.args}) == 1
    )


def _is_comparison(node: Node) -> bool:
    return (
        node.WhichOneof("node") == "a_expr"
        and enumeration("A_Expr_Kind")[node.a_expr.kind] == "AEXPR_OP"
        and names(node.a_expr.name) == ["="]
        and node.a_expr.lexpr.WhichOneof("node") in _COMPUTED
        and node.a_expr.rexpr.WhichOneof("node") == "column_ref"
    )


def _number_of_in() -> int:
    return next(number for number, name in enumeration("A_Expr_Kind").items() if name == "AEXPR_IN")
