"""Analyze A_Expr nodes: operators, IN, BETWEEN, ANY, IS DISTINCT FROM, NULLIF."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from schema_dsl.analysis import queries, row_values
from schema_dsl.analysis.analyzer import UNRESOLVED, Analyzer, TypedValue
from schema_dsl.analysis.coercion import (
    UNKNOWN,
    base_type,
    describe_type,
    element_type,
    select_common_type,
)
from schema_dsl.analysis.expressions import (
    BOOLEAN,
    analyze_expression,
    expression_handler,
    expression_location,
)
from schema_dsl.analysis.function_calls import resolve_operator
from schema_dsl.analysis.scope import Scope
from schema_dsl.analysis.trees import enumeration, operator_name, qualified_name
from schema_dsl.parsing import Node


@expression_handler("a_expr")
def _a_expr(analyzer: Analyzer, node: Node, scope: Scope) -> TypedValue:
    kind = enumeration("A_Expr_Kind")[node.kind]
    return _EXPRESSIONS[kind](analyzer, node, scope)


OperatorName: TypeAlias = tuple[str, str]
"""The schema, or "", and the name of an operator."""

_COMPARISONS = frozenset({"=", "<>", "<", "<=", ">", ">="})


def _resolve(analyzer: Analyzer, node: Node, values: list[TypedValue], location: int) -> TypedValue:
    """Resolve the operator that an A_Expr names."""
    schema_name, name = qualified_name(node.name)
    return resolve_operator(analyzer, name, values, location, schema_name)


def _compare_rows(
    analyzer: Analyzer,
    operands: tuple[Node, Node],
    scope: Scope,
    operators: Sequence[OperatorName],
    location: int,
) -> bool:
    """Resolve operators for each pair of elements of two rows, or of a row and a subquery.

    Returns:
        Whether the operands are rows, and the references are recorded.
    """
    recorder = analyzer.recorder
    if recorder is None or not any(map(_is_row, operands)):
        return False
    sides = []
    for node in operands:
        kind = node.WhichOneof("node")
        if kind == "row_expr":
            sides.append(row_values.analyze_row_elements(analyzer, node.row_expr.args, scope))
        elif kind == "sub_link":
            columns = queries.analyze_query(analyzer, node.sub_link.subselect, scope) or []
            recorder.record_parameters(columns, node.sub_link.location)
            sides.append([TypedValue("text" if column == UNKNOWN else column) for _, column in columns])
        else:
            analyze_expression(analyzer, node, scope)
            sides.append([])
    for pair in zip(*sides, strict=False):
        for schema_name, name in operators:
            resolve_operator(analyzer, name, pair, location, schema_name)
    return True


def _is_row(node: Node) -> bool:
    return bool(node.WhichOneof("node") == "row_expr")


def _analyze_second_row(analyzer: Analyzer, node: Node, scope: Scope, *, is_first_row: bool) -> None:
    """Analyze the second operand of a comparison of rows: a subquery may return several columns after a row."""
    if not is_first_row or node.WhichOneof("node") != "sub_link":
        analyze_expression(analyzer, node, scope)
    elif queries.may_contain_subquery(analyzer, node.sub_link.location):
        queries.analyze_subquery(analyzer, node.sub_link.subselect, scope)


def _op(analyzer: Analyzer, node: Node, scope: Scope) -> TypedValue:
    left, right = node.lexpr, node.rexpr
    left_kind = left.WhichOneof("node")
    are_rows = left_kind == "row_expr" or _is_row(right)
    if are_rows and _compare_rows(analyzer, (left, right), scope, [qualified_name(node.name)], node.location):
        return BOOLEAN
    if are_rows:
        analyze_expression(analyzer, left, scope)
        _analyze_second_row(analyzer, right, scope, is_first_row=left_kind == "row_expr")
        return BOOLEAN if operator_name(node) in _COMPARISONS else UNRESOLVED
    sides = []
    if left_kind:
        sides.append(analyze_expression(analyzer, left, scope))
    sides.append(analyze_expression(analyzer, right, scope))
    if operator_name(node) == "||":
        _check_array_element(analyzer, sides, node.location)
    return _resolve(analyzer, node, sides, node.location)


def _check_array_element(analyzer: Analyzer, sides: list[TypedValue], location: int) -> None:
    """Report a constant beside an array that is no array: Postgres takes it for one."""
    arrays = [side.type for side in sides if side.type is not None and side.type.endswith("[]")]
    for side in sides:
        if len(arrays) == 1 and side.type == UNKNOWN and side.literal is not None:
            analyzer.coerce_constant(side, arrays[0], location)


def _op_array(analyzer: Analyzer, node: Node, scope: Scope) -> TypedValue:
    left, right = (
        analyze_expression(analyzer, node.lexpr, scope),
        analyze_expression(analyzer, node.rexpr, scope),
    )
    if right.type == UNKNOWN and left.type not in {None, UNKNOWN} and right.literal is not None:
        analyzer.coerce_constant(right, f"{left.type}[]", node.location)
        if analyzer.recorder is not None:
            _resolve(analyzer, node, [left, TypedValue(UNKNOWN)], node.location)
        return BOOLEAN
    if right.type in {None, UNKNOWN} or left.type is None:
        return BOOLEAN
    element = element_type(analyzer.schema, right.type)
    if element is None:
        if describe_type(analyzer.schema, base_type(analyzer.schema, right.type)) is not None:
            message = "op ANY/ALL (array) requires array on right side"
            analyzer.report(
                "type-mismatch",
                message,
                "Use = to compare with one value, IN to compare with a list.",
                node.location,
            )
        return BOOLEAN
    _resolve(analyzer, node, [left, TypedValue(element)], node.location)
    return BOOLEAN


def _in(analyzer: Analyzer, node: Node, scope: Scope) -> TypedValue:
    if _is_row(node.lexpr) and analyzer.recorder is not None:
        for item in node.rexpr.list.items[:]:
            _compare_rows(analyzer, (node.lexpr, item), scope, [qualified_name(node.name)], node.location)
        return BOOLEAN
    left = analyze_expression(analyzer, node.lexpr, scope)
    items = [(item, analyze_expression(analyzer, item, scope)) for item in node.rexpr.list.items[:]]
    shared = None
    if len(items) > 1 and any(right.type == UNKNOWN for _, right in items):
        # Postgres turns a list of constants into an array, and selects the type of the array before the operator.
        shared = select_common_type(analyzer.schema, [left.type, *(right.type for _, right in items)])[0]
    for item, right in items:
        if shared is not None and right.type == UNKNOWN:
            analyzer.coerce_constant(right, shared, expression_location(item))
            if analyzer.recorder is not None:
                _resolve(analyzer, node, [left, TypedValue(shared)], node.location)
        elif not _is_row(node.lexpr) and not _is_row(item):
            _resolve(analyzer, node, [left, right], expression_location(item))
    return BOOLEAN


def _between(analyzer: Analyzer, node: Node, scope: Scope) -> TypedValue:
    if _is_row(node.lexpr) and analyzer.recorder is not None:
        for item in node.rexpr.list.items[:]:
            _compare_rows(analyzer, (node.lexpr, item), scope, [("", ">="), ("", "<=")], node.location)
        return BOOLEAN
    left = analyze_expression(analyzer, node.lexpr, scope)
    for operator, item in zip((">=", "<="), node.rexpr.list.items, strict=False):
        resolve_operator(analyzer, operator, [left, analyze_expression(analyzer, item, scope)], node.location)
    return BOOLEAN


def _distinct(analyzer: Analyzer, node: Node, scope: Scope) -> TypedValue:
    if _compare_rows(analyzer, (node.lexpr, node.rexpr), scope, [("", "=")], node.location):
        return BOOLEAN
    if analyzer.recorder is not None and (node.lexpr.a_const.isnull or node.rexpr.a_const.isnull):
        # Postgres replaces the comparison with NULL by IS NULL.
        analyze_expression(analyzer, node.lexpr, scope)
        analyze_expression(analyzer, node.rexpr, scope)
        return BOOLEAN
    left, right = (
        analyze_expression(analyzer, node.lexpr, scope),
        analyze_expression(analyzer, node.rexpr, scope),
    )
    rows = (
        left.type is not None
        and left.type == right.type
        and analyzer.schema.find_row_relation(left.type) is not None
    )
    if not rows and not _is_row(node.lexpr) and not _is_row(node.rexpr):
        resolve_operator(analyzer, "=", [left, right], node.location)
    return BOOLEAN


def _nullif(analyzer: Analyzer, node: Node, scope: Scope) -> TypedValue:
    left, right = (
        analyze_expression(analyzer, node.lexpr, scope),
        analyze_expression(analyzer, node.rexpr, scope),
    )
    resolve_operator(analyzer, "=", [left, right], node.location)
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
