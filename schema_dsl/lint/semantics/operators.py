"""Operators as the grammar has them: plain ones, IN, BETWEEN, ANY, IS DISTINCT FROM, NULLIF."""

from __future__ import annotations

from collections.abc import Callable

from schema_dsl.lint.history.trees import enumeration, names
from schema_dsl.lint.semantics.analyzer import NOTHING, Analyzer, TypedValue
from schema_dsl.lint.semantics.expressions import BOOLEAN, handles, location_of, value_of
from schema_dsl.lint.semantics.functions import operate
from schema_dsl.lint.semantics.scope import Scope
from schema_dsl.lint.semantics.types import UNKNOWN, base_of, common, element_of, info
from schema_dsl.parsing import Node


@handles("a_expr")
def _a_expr(a: Analyzer, node: Node, scope: Scope) -> TypedValue:
    kind = enumeration("A_Expr_Kind")[node.kind]
    return _EXPRESSIONS[kind](a, node, scope)


_COMPARISONS = frozenset({"=", "<>", "<", "<=", ">", ">="})


def _operator_name(node: Node) -> str:
    parts = names(node.name)
    return parts[-1] if parts else ""


def _is_row(node: Node) -> bool:
    return bool(node.WhichOneof("node") == "row_expr")


def _op(a: Analyzer, node: Node, scope: Scope) -> TypedValue:
    sides = []
    if node.lexpr.WhichOneof("node"):
        sides.append(value_of(a, node.lexpr, scope))
    sides.append(value_of(a, node.rexpr, scope))
    if _is_row(node.lexpr) or _is_row(node.rexpr):
        return BOOLEAN if _operator_name(node) in _COMPARISONS else NOTHING
    return operate(a, _operator_name(node), sides, node.location)


def _op_array(a: Analyzer, node: Node, scope: Scope) -> TypedValue:
    left, right = value_of(a, node.lexpr, scope), value_of(a, node.rexpr, scope)
    if right.type == UNKNOWN and left.type not in {None, UNKNOWN} and right.literal is not None:
        a.settle(right, f"{left.type}[]", node.location)
        return BOOLEAN
    if right.type in {None, UNKNOWN} or left.type is None:
        return BOOLEAN
    element = element_of(a.schema, right.type)
    if element is None:
        if info(a.schema, base_of(a.schema, right.type)) is not None:
            message = "op ANY/ALL (array) requires array on right side"
            a.complain("type-mismatch", message, "Use = for one value, IN for a list.", node.location)
        return BOOLEAN
    operate(a, _operator_name(node), [left, TypedValue(element)], node.location)
    return BOOLEAN


def _in(a: Analyzer, node: Node, scope: Scope) -> TypedValue:
    left = value_of(a, node.lexpr, scope)
    items = [(item, value_of(a, item, scope)) for item in node.rexpr.list.items]
    shared = None
    if len(items) > 1 and any(right.type == UNKNOWN for _, right in items):
        # Several constants are made an array, whose type is found before there is an operator.
        shared = common(a.schema, [left.type, *(right.type for _, right in items)])[0]
    for item, right in items:
        if shared is not None and right.type == UNKNOWN:
            a.settle(right, shared, location_of(item))
        elif not _is_row(node.lexpr) and not _is_row(item):
            operate(a, _operator_name(node), [left, right], location_of(item))
    return BOOLEAN


def _between(a: Analyzer, node: Node, scope: Scope) -> TypedValue:
    left = value_of(a, node.lexpr, scope)
    for operator, item in zip((">=", "<="), node.rexpr.list.items, strict=False):
        operate(a, operator, [left, value_of(a, item, scope)], node.location)
    return BOOLEAN


def _distinct(a: Analyzer, node: Node, scope: Scope) -> TypedValue:
    left, right = value_of(a, node.lexpr, scope), value_of(a, node.rexpr, scope)
    rows = left.type is not None and left.type == right.type and a.schema.row_relation(left.type) is not None
    if not rows and not _is_row(node.lexpr) and not _is_row(node.rexpr):
        operate(a, "=", [left, right], node.location)
    return BOOLEAN


def _nullif(a: Analyzer, node: Node, scope: Scope) -> TypedValue:
    left, right = value_of(a, node.lexpr, scope), value_of(a, node.rexpr, scope)
    operate(a, "=", [left, right], node.location)
    return TypedValue("text") if left.type == UNKNOWN else TypedValue(left.type)


_EXPRESSIONS: dict[str, Callable[[Analyzer, Node, Scope], TypedValue]] = {
    "AEXPR_OP": _op,
    "AEXPR_OP_ANY": _op_array,
    "AEXPR_OP_ALL": _op_array,
    "AEXPR_DISTINCT": _distinct,
    "AEXPR_NOT_DISTINCT": _distinct,
    "AEXPR_NULLIF": _nullif,
    "AEXPR_IN": _in,
    "AEXPR_LIKE": _op,
    "AEXPR_ILIKE": _op,
    "AEXPR_SIMILAR": _op,
    **dict.fromkeys(
        ("AEXPR_BETWEEN", "AEXPR_NOT_BETWEEN", "AEXPR_BETWEEN_SYM", "AEXPR_NOT_BETWEEN_SYM"), _between
    ),
}
