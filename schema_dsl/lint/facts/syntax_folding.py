"""Folding of expressions with special syntax: AND and OR, BETWEEN, IS NULL, LIKE, COALESCE, CASE and so on."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from schema_dsl.analysis.trees import enumeration, operator_name
from schema_dsl.lint.facts.same_expression import includes_opposites
from schema_dsl.lint.facts.text_functions import is_like, is_similar
from schema_dsl.lint.facts.values import (
    CONSTANTS,
    NEVER_TRUE,
    NOT_NULL,
    UNKNOWN,
    FoldedValue,
    PartialValue,
    join_conditions,
    to_boolean,
)
from schema_dsl.parsing import Node

if TYPE_CHECKING:
    from schema_dsl.lint.facts.expression_folding import Fold


def fold_boolean(fold: Fold, node: Node) -> FoldedValue:
    """Fold AND, OR or NOT."""
    operator_name = enumeration("BoolExprType")[node.boolop]
    values = [to_boolean(fold.value(argument)) for argument in node.args[:]]
    if operator_name == "NOT_EXPR":
        (operand,) = values
        return (not operand) if isinstance(operand, bool) else None if operand is None else UNKNOWN
    is_or = operator_name == "OR_EXPR"
    if includes_opposites(node.args):
        return is_or
    joined = join_conditions(values, is_or=is_or)
    return NEVER_TRUE if joined is UNKNOWN and not is_or and fold.contradict(node) else joined


def fold_between(fold: Fold, node: Node) -> FoldedValue:
    """Fold BETWEEN or NOT BETWEEN."""
    value = fold.value(node.lexpr)
    bounds = zip((">=", "<="), node.rexpr.list.items, strict=True)
    results = [fold.compare(name, (node.lexpr, value), (item, fold.value(item))) for name, item in bounds]
    is_between = join_conditions(results, is_or=False)
    if enumeration("A_Expr_Kind")[node.kind] == "AEXPR_BETWEEN":
        return is_between
    return not is_between if isinstance(is_between, bool) else UNKNOWN


def fold_distinct(fold: Fold, node: Node) -> FoldedValue:
    """Fold IS DISTINCT FROM."""
    negated = enumeration("A_Expr_Kind")[node.kind] == "AEXPR_NOT_DISTINCT"
    pairs = pair_rows(node.lexpr, node.rexpr)
    if pairs:
        # Rows are distinct if one pair of their fields is.
        fields = [_are_distinct(fold, left, right, negated=negated) for left, right in pairs]
        return join_conditions(fields, is_or=not negated)
    return _are_distinct(fold, node.lexpr, node.rexpr, negated=negated)


def _are_distinct(fold: Fold, first: Node, second: Node, *, negated: bool) -> FoldedValue:
    left, right = fold.value(first), fold.value(second)
    is_one_column = first.HasField("column_ref") and second.HasField("column_ref")
    if (left is not UNKNOWN or is_one_column) and fold.are_equal(first, second):
        return negated
    if not isinstance(left, PartialValue) and not isinstance(right, PartialValue):
        return (left == right and type(left) is type(right)) is negated
    if {left, right} == {None, NOT_NULL}:
        return not negated
    return UNKNOWN


def fold_like(fold: Fold, node: Node) -> FoldedValue:
    """Fold LIKE or ILIKE."""
    left, right = fold.value(node.lexpr), fold.value(node.rexpr)
    if left is None or right is None:
        return None
    name = operator_name(node)
    if isinstance(left, str):
        return match_pattern(is_like, name, left, right)
    everything = right == "%" and name in {"~~", "~~*"}
    return True if everything and left is not UNKNOWN else UNKNOWN


def fold_similar(fold: Fold, node: Node) -> FoldedValue:
    """Fold SIMILAR TO."""
    # The parser wraps the pattern, and an ESCAPE if there is one: similar_to_escape('...', '...').
    arguments = node.rexpr.func_call.args
    left, right = fold.value(node.lexpr), fold.value(arguments[0]) if len(arguments) == 1 else UNKNOWN
    if left is None or right is None:
        return None
    found = is_similar(left, right) if isinstance(left, str) and isinstance(right, str) else None
    return UNKNOWN if found is None else found is not operator_name(node).startswith("!")


def fold_nullif(fold: Fold, node: Node) -> FoldedValue:
    """Fold NULLIF."""
    left, right = fold.value(node.lexpr), fold.value(node.rexpr)
    if left is None or (isinstance(left, CONSTANTS) and left == right and type(left) is type(right)):
        return None
    return left if isinstance(left, CONSTANTS) and isinstance(right, CONSTANTS) else UNKNOWN


def fold_null_test(fold: Fold, node: Node) -> FoldedValue:
    """Fold IS NULL or IS NOT NULL."""
    value = fold.value(node.arg)
    tests_null = enumeration("NullTestType")[node.nulltesttype] == "IS_NULL"
    if value is None:
        return tests_null
    return UNKNOWN if value in {UNKNOWN, NEVER_TRUE} else not tests_null


def fold_boolean_test(fold: Fold, node: Node) -> FoldedValue:
    """Fold IS TRUE, IS UNKNOWN and so on."""
    value = to_boolean(fold.value(node.arg))
    test_name = enumeration("BoolTestType")[node.booltesttype].removeprefix("IS_")
    negated = test_name.startswith("NOT_")
    tested = {"TRUE": True, "FALSE": False, "UNKNOWN": None}[test_name.removeprefix("NOT_")]
    if value is NEVER_TRUE and tested is True:
        return negated
    if isinstance(value, PartialValue):
        return UNKNOWN
    return (value is tested) is not negated


def fold_coalesce(fold: Fold, node: Node) -> FoldedValue:
    """Fold COALESCE."""
    values = [value for value in map(fold.value, node.args) if value is not None]
    if not values or not isinstance(values[0], PartialValue):
        return values[0] if values else None
    if values[0] is NEVER_TRUE and all(value is NEVER_TRUE or value is False for value in values):
        return NEVER_TRUE
    return (
        NOT_NULL
        if any(value is NOT_NULL or not isinstance(value, PartialValue) for value in values)
        else UNKNOWN
    )


def fold_extreme(fold: Fold, node: Node) -> FoldedValue:
    """Fold GREATEST or LEAST, which ignore NULL."""
    values = [value for value in map(fold.value, node.args) if value is not None]
    if not all(isinstance(value, int) and not isinstance(value, bool) for value in values):
        return NOT_NULL if any(value is not UNKNOWN for value in values) else UNKNOWN
    best = max if enumeration("MinMaxOp")[node.op] == "IS_GREATEST" else min
    return best((value for value in values if isinstance(value, int)), default=None)


def fold_case(fold: Fold, node: Node) -> FoldedValue:
    """Fold CASE."""
    possible: list[FoldedValue] = []
    for wrapped_when in node.args:
        when = wrapped_when.case_when
        condition = to_boolean(fold.value(when.expr))
        if node.HasField("arg"):
            sides = (node.arg, fold.value(node.arg)), (when.expr, fold.value(when.expr))
            condition = fold.compare("=", *sides)
        if condition is True:
            return _common_value(possible, fold.value(when.result))
        if condition is UNKNOWN:
            possible.append(fold.value(when.result))
    return _common_value(possible, fold.value(node.defresult) if node.HasField("defresult") else None)


def _common_value(possible: list[FoldedValue], last: FoldedValue) -> FoldedValue:
    return last if all(value is last for value in possible) else UNKNOWN


def pair_rows(left: Node, right: Node) -> list[tuple[Node, Node]]:
    """Return the pairs of fields of two row expressions; none if one of the two is another expression."""
    if left.WhichOneof("node") != "row_expr" or right.WhichOneof("node") != "row_expr":
        return []
    return list(zip(left.row_expr.args, right.row_expr.args, strict=False))


def match_pattern(
    matches: Callable[..., bool | None], operator_name: str, text: FoldedValue, pattern: FoldedValue
) -> FoldedValue:
    """Return the value of LIKE or of a regular expression."""
    if not isinstance(text, str) or not isinstance(pattern, str):
        return UNKNOWN
    found = matches(text, pattern, ignore_case=operator_name.endswith("*"))
    return UNKNOWN if found is None else found is not operator_name.startswith("!")
