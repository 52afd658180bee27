"""Read conditions that compare one operand with a list of constants."""

from __future__ import annotations

from typing import NamedTuple

from schema_dsl.analysis.trees import enumeration
from schema_dsl.parsing.expressions import deparse_expression, parse_expression
from schema_dsl.parsing.grammar import Node, SqlSyntaxError, strings


class ValueList(NamedTuple):
    """The operand of `x IN ('a', 'b')`, and the constants, both without casts."""

    operand: str
    values: frozenset[str]


def read_value_list(text: str, *, with_cast: bool = False) -> ValueList | None:
    """Read `x IN (...)`, `x = ANY (ARRAY[...])` or `x = constant`; None for any other condition.

    Postgres prints the first as the second or the third, with the type of each part.

    Args:
        text: The condition.
        with_cast: Whether the operand keeps its casts, which may decide on the values that are equal.
    """
    try:
        tree = _strip_casts(parse_expression(text))
    except SqlSyntaxError:
        return None
    if tree.WhichOneof("node") != "a_expr" or strings(tree.a_expr.name) != ("=",):
        return None
    right = _strip_casts(tree.a_expr.rexpr)
    match enumeration("A_Expr_Kind")[tree.a_expr.kind], right.WhichOneof("node"):
        case "AEXPR_IN", "list":
            items = list(right.list.items)
        case "AEXPR_OP_ANY", "a_array_expr":
            items = list(right.a_array_expr.elements)
        case "AEXPR_OP", _:
            items = [right]
        case _:
            return None
    constants = [_strip_casts(item) for item in items]
    if any(constant.WhichOneof("node") != "a_const" for constant in constants):
        return None
    operand = tree.a_expr.lexpr if with_cast else _strip_casts(tree.a_expr.lexpr)
    return ValueList(deparse_expression(operand), frozenset(map(deparse_expression, constants)))


def _strip_casts(node: Node) -> Node:
    while node.WhichOneof("node") == "type_cast":
        node = node.type_cast.arg
    return node
