"""Comparisons of an id of the row with ids of the caller by operators other than =, which rows of others pass."""

from __future__ import annotations

from typing import NamedTuple

from schema_dsl.analysis.trees import enumeration, operator_name
from schema_dsl.lint.facts.clauses import PolicyClause, strip_casts
from schema_dsl.parsing import Node
from schema_dsl.parsing.grammar import strings

_INVERSES = {"=": "<>", "<>": "=", "!=": "=", "<": ">=", ">": "<=", "<=": ">", ">=": "<"}
_INVERSE_QUANTIFIERS = {"": "", "ANY": "ALL", "ALL": "ANY"}
_QUANTIFIERS = {
    "AEXPR_OP": "",
    "AEXPR_OP_ANY": "ANY",
    "AEXPR_OP_ALL": "ALL",
    "ANY_SUBLINK": "ANY",
    "ALL_SUBLINK": "ALL",
}


class UnequalComparison(NamedTuple):
    """A comparison with ids of the caller.

    Attributes:
        column: The column of the row; "" if the row decides which ids are compared with the caller's.
        operator: The operator, such as <>.
        quantifier: ANY, ALL or "".
    """

    column: str
    operator: str
    quantifier: str


def find_unequal_comparison(part: PolicyClause) -> UnequalComparison | None:
    """Return the comparison that a condition without AND and OR is; None for another condition, and for equality."""
    node, negated = strip_casts(part.tree), False
    while node.DESCRIPTOR.name == "BoolExpr" and enumeration("BoolExprType")[node.boolop] == "NOT_EXPR":
        node, negated = strip_casts(node.args[0]), not negated
    if node.DESCRIPTOR.name == "A_Expr":
        kind, operator = enumeration("A_Expr_Kind")[node.kind], operator_name(node)
        left, right = node.lexpr, node.rexpr
    elif node.DESCRIPTOR.name == "SubLink":
        kind, operator = enumeration("SubLinkType")[node.sub_link_type], (*strings(node.oper_name), "=")[0]
        left, right = node.testexpr, node.subselect
    else:
        return None
    if kind not in _QUANTIFIERS or operator not in _INVERSES:
        return None
    quantifier = _QUANTIFIERS[kind]
    if negated:
        operator, quantifier = _INVERSES[operator], _INVERSE_QUANTIFIERS[quantifier]
    select = right.select_stmt
    if operator == "=" or select.HasField("larg") or select.values_lists:
        # A NULL among the rows of UNION or VALUES decides on the result.
        return None
    for row_side, other in ((left, right), (right, left))[: 1 if quantifier else 2]:
        column = _find_id(part, row_side)
        if column and _depends_on_caller(part, other) and not part.part(other).find_table_columns():
            return UnequalComparison(column, operator, quantifier)
    is_absence = quantifier == "ALL" and operator != "=" and part.part(right).find_table_columns()
    return (
        UnequalComparison("", operator, quantifier) if is_absence and part.part(left).identity_calls else None
    )


def _find_id(part: PolicyClause, node: Node) -> str:
    """Return the column of type uuid in an operand."""
    columns = part.relation.columns
    named = part.part(node).find_table_columns()
    return next((name for name in sorted(named) if name in columns and columns[name].type == "uuid"), "")


def _depends_on_caller(part: PolicyClause, node: Node) -> bool:
    """Return whether an operand is a query or a call that reads the identity of the caller."""
    inside = part.part(node)
    return bool(inside.identity_calls) or (
        bool(part.identity_calls) and any(each.kind == "RangeVar" for each in inside.parts)
    )
