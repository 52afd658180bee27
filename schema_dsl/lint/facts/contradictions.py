"""Conditions joined by AND that no row meets together: `state = 'a' AND state = 'b'`, `n > 5 AND n < 3`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from schema_dsl.analysis.trees import enumeration, operator_name, qualified_name
from schema_dsl.lint.facts.same_expression import normalize_expression
from schema_dsl.parsing import Node, walk

_MIRRORED: Final = {"=": "=", "<>": "<>", "!=": "<>", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
_BOOLEAN_TESTS: Final = {"IS_TRUE": True, "IS_FALSE": False}
# The number of conditions that it takes for a contradiction.
_CONTRADICTING: Final = 2


class _Demand(NamedTuple):
    """The operator and the constant with which a condition compares an expression; "null" for IS NULL.

    Attributes:
        operator: The operator, with the expression on its left.
        value: The constant.
    """

    operator: str
    value: str | int | bool | None


def contradict(conditions: Iterable[Node]) -> bool:
    """Return whether conditions that AND joins are never all true, because of the constants in them."""
    joined = list(_flatten(conditions))
    found: list[tuple[Node, _Demand]] = []
    for number, condition in enumerate(joined, 1):
        demanded = _read_demand(condition)
        if demanded is not None:
            found.append(demanded)
        elif len(found) + len(joined) - number < _CONTRADICTING:
            return False
    demands: dict[str, list[_Demand]] = {}
    for compared, demand in found:
        if _has_one_value(compared):
            demands.setdefault(repr(normalize_expression(compared)), []).append(demand)
    return any(len(each) >= _CONTRADICTING and _exclude_each_other(each) for each in demands.values())


def _flatten(conditions: Iterable[Node]) -> Iterator[Node]:
    for condition in conditions:
        if enumeration("BoolExprType")[condition.bool_expr.boolop] == "AND_EXPR":
            yield from _flatten(condition.bool_expr.args)
        else:
            yield condition


def _read_demand(condition: Node) -> tuple[Node, _Demand] | None:
    """Return the expression that a condition compares with a constant, and the demand."""
    kind = condition.WhichOneof("node")
    found: tuple[Node, _Demand] | None = None
    if kind == "a_expr" and enumeration("A_Expr_Kind")[condition.a_expr.kind] == "AEXPR_OP":
        found = _read_comparison(condition.a_expr)
    elif kind == "null_test" and enumeration("NullTestType")[condition.null_test.nulltesttype] == "IS_NULL":
        found = condition.null_test.arg, _Demand("null", None)
    elif kind == "boolean_test":
        test = enumeration("BoolTestType")[condition.boolean_test.booltesttype]
        value = _BOOLEAN_TESTS.get(test)
        found = None if value is None else (condition.boolean_test.arg, _Demand("=", value))
    elif kind == "bool_expr" and enumeration("BoolExprType")[condition.bool_expr.boolop] == "NOT_EXPR":
        found = condition.bool_expr.args[0], _Demand("=", value=False)
    elif kind == "column_ref":
        found = condition, _Demand("=", value=True)
    return found


def _read_comparison(node: Node) -> tuple[Node, _Demand] | None:
    operator = operator_name(node)
    if operator not in _MIRRORED:
        return None
    left, right = _read_constant(node.lexpr), _read_constant(node.rexpr)
    if (left is None) == (right is None):
        return None
    if right is not None:
        return node.lexpr, _Demand("<>" if operator == "!=" else operator, right)
    return node.rexpr, _Demand(_MIRRORED[operator], left)


def _read_constant(node: Node) -> str | int | bool | None:
    while node.WhichOneof("node") == "type_cast":
        node = node.type_cast.arg
    constant = node.a_const
    which = constant.WhichOneof("val") if node.HasField("a_const") else None
    if which == "ival":
        return int(constant.ival.ival)
    if which == "boolval":
        return bool(constant.boolval.boolval)
    return str(constant.sval.sval) if which == "sval" else None


def _has_one_value(node: Node) -> bool:
    """Return whether an expression has one value for a row and a caller: it calls at most functions on the caller."""
    nodes = list(walk(node))
    if not any(each.DESCRIPTOR.name in {"ColumnRef", "FuncCall"} for each in nodes):
        return False
    calls = (each for each in nodes if each.DESCRIPTOR.name == "FuncCall")
    has_select = any(each.DESCRIPTOR.name == "SelectStmt" and each.from_clause for each in nodes)
    return not has_select and all(qualified_name(call.funcname)[0] == "auth" for call in calls)


def _exclude_each_other(demands: list[_Demand]) -> bool:
    operators = {each.operator for each in demands}
    equal = {(type(each.value), each.value) for each in demands if each.operator == "="}
    unequal = {(type(each.value), each.value) for each in demands if each.operator == "<>"}
    if ("null" in operators and len(operators) > 1) or (
        len({kind for kind, _ in equal}) == 1 and len(equal) > 1
    ):
        return True
    if len(equal) == 1 and equal <= unequal:
        return True
    numbers = [each for each in demands if type(each.value) is int]
    lowest = [
        (int(each.value or 0), each.operator != ">") for each in numbers if each.operator in {">", ">=", "="}
    ]
    highest = [
        (int(each.value or 0), each.operator != "<") for each in numbers if each.operator in {"<", "<=", "="}
    ]
    return any(
        low > high or (low == high and not (with_low and with_high))
        for low, with_low in lowest
        for high, with_high in highest
    )
