"""Read conditions that compare operands with numbers: `n >= 0 AND n <= 5`."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Final, NamedTuple

from schema_dsl.analysis.trees import enumeration
from schema_dsl.parsing.expressions import deparse_expression, parse_expression
from schema_dsl.parsing.grammar import Node, SqlSyntaxError, strings

_OPERATORS: Final = frozenset({"<", "<=", ">", ">="})
_NUMBERS: Final = frozenset(
    {"int2", "int4", "int8", "numeric", "float4", "float8", "bigint", "integer", "smallint"}
)


class NumericBound(NamedTuple):
    """A bound: the operand with its casts, whether it has to be above, the number, and whether that is excluded."""

    operand: str
    is_lower: bool
    number: Decimal
    is_strict: bool

    def implies(self, other: NumericBound) -> bool:
        """Return whether each operand that is within this bound is within the other one."""
        if (self.operand, self.is_lower) != (other.operand, other.is_lower):
            return False
        if self.number == other.number:
            return self.is_strict or not other.is_strict
        return (self.number > other.number) is self.is_lower


def read_numeric_bounds(text: str) -> list[NumericBound] | None:
    """Read comparisons with numbers that AND connects, and BETWEEN; None for any other condition."""
    try:
        return _read(parse_expression(text))
    except (SqlSyntaxError, InvalidOperation):
        return None


def _read(tree: Node) -> list[NumericBound] | None:
    if tree.WhichOneof("node") == "bool_expr":
        if enumeration("BoolExprType")[tree.bool_expr.boolop] != "AND_EXPR":
            return None
        parts = [_read(argument) for argument in tree.bool_expr.args]
        return None if None in parts else [bound for part in parts for bound in part or ()]
    if tree.WhichOneof("node") != "a_expr":
        return None
    operators = strings(tree.a_expr.name)
    match enumeration("A_Expr_Kind")[tree.a_expr.kind]:
        case "AEXPR_BETWEEN":
            pairs = list(zip((">=", "<="), tree.a_expr.rexpr.list.items, strict=True))
        case "AEXPR_OP" if len(operators) == 1 and operators[0] in _OPERATORS:
            pairs = [(operators[0], tree.a_expr.rexpr)]
        case _:
            return None
    operand = deparse_expression(tree.a_expr.lexpr)
    numbers = [(operator, _read_number(constant)) for operator, constant in pairs]
    return (
        [
            NumericBound(operand, operator.startswith(">"), number, len(operator) == 1)
            for operator, number in numbers
            if number is not None
        ]
        if all(number is not None for _, number in numbers)
        else None
    )


def _read_number(node: Node) -> Decimal | None:
    """Return the number of a constant; Postgres prints a negative one as a text with a cast."""
    is_cast = node.WhichOneof("node") == "type_cast"
    if is_cast:
        if strings(node.type_cast.type_name.names)[-1] not in _NUMBERS:
            return None
        node = node.type_cast.arg
    if node.WhichOneof("node") != "a_const" or node.a_const.isnull:
        return None
    match node.a_const.WhichOneof("val"):
        case "ival":
            return Decimal(node.a_const.ival.ival)
        case "fval":
            return Decimal(node.a_const.fval.fval)
        case "sval" if is_cast:
            number = Decimal(node.a_const.sval.sval)
            return number if number.is_finite() else None
        case _:
            return None
