"""Compare conditions as sets of the operands of AND."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from schema_dsl.parsing.expressions import deparse_expression, parse_expression
from schema_dsl.parsing.grammar import Node


def split_conjuncts(text: str, *, without_cast: Collection[str] = ()) -> frozenset[str]:
    """Return the operands of AND that must all be true for a condition to be true, without the constant TRUE.

    Postgres writes the type of each constant into a stored expression, so casts of constants are left out.

    Args:
        text: The condition, as Postgres prints it.
        without_cast: The columns whose casts are left out as well, and those of what is compared with them, because
            their type changes.

    Raises:
        SqlSyntaxError: If the text is not one expression.
    """
    tree = parse_expression(text)
    _remove_casts(tree, without_cast)
    return frozenset(map(deparse_expression, _iterate_conjuncts(tree))) - {"true"}


def _iterate_conjuncts(node: Node) -> Iterator[Node]:
    if node.WhichOneof("node") == "bool_expr" and node.bool_expr.boolop == _AND:
        for operand in node.bool_expr.args:
            yield from _iterate_conjuncts(operand)
    else:
        yield node


# BoolExprType of the grammar.
_AND = 1


def _remove_casts(message: Node, columns: Collection[str]) -> None:
    """Replace the casts of constants and of some columns in a parse tree by what they cast."""
    if message.DESCRIPTOR.name == "Node":
        while message.WhichOneof("node") == "type_cast" and _is_removable(message.type_cast.arg, columns):
            _unwrap(message)
    for field, value in message.ListFields():
        if field.message_type is not None:
            for below in value if field.is_repeated else (value,):
                _remove_casts(below, columns)
    if message.DESCRIPTOR.name == "A_Expr":
        for operand, other in ((message.lexpr, message.rexpr), (message.rexpr, message.lexpr)):
            while _is_column(operand, columns) and other.WhichOneof("node") == "type_cast":
                _unwrap(other)


def _unwrap(cast: Node) -> None:
    """Replace a cast in a parse tree by what it casts."""
    operand = type(cast)()
    operand.CopyFrom(cast.type_cast.arg)
    cast.CopyFrom(operand)


def _is_removable(node: Node, columns: Collection[str]) -> bool:
    kind = node.WhichOneof("node")
    if kind == "type_cast":
        return _is_removable(node.type_cast.arg, columns)
    return kind == "a_const" or _is_column(node, columns)


def _is_column(node: Node, columns: Collection[str]) -> bool:
    """Return whether an operand is one of some columns."""
    return (
        node.WhichOneof("node") == "column_ref"
        and node.column_ref.fields[-1].WhichOneof("node") == "string"
        and node.column_ref.fields[-1].string.sval in columns
    )
