"""Equality of expressions."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.analysis.trees import enumeration
from schema_dsl.parsing import Node
from schema_dsl.parsing.grammar import strings


def normalize_expression(node: Node) -> object:
    """Return a value that is equal for equal expressions, ignoring locations and the order of operands of =."""
    name = node.DESCRIPTOR.name
    if name == "Node":
        kind = node.WhichOneof("node")
        return (kind, normalize_expression(getattr(node, kind))) if kind else None
    if name == "A_Expr" and _is_equation(node):
        return (
            name,
            *sorted((repr(normalize_expression(node.lexpr)), repr(normalize_expression(node.rexpr)))),
        )
    fields: list[object] = []
    for field, value in node.ListFields():
        if field.name.endswith("location") or (name == "ResTarget" and field.name == "name"):
            continue
        if field.message_type is None:
            fields.append((field.name, tuple(value) if field.is_repeated else value))
        else:
            value_key = (
                tuple(normalize_expression(child) for child in value)
                if field.is_repeated
                else normalize_expression(value)
            )
            fields.append((field.name, value_key))
    return tuple(fields)


def _is_equation(node: Node) -> bool:
    return enumeration("A_Expr_Kind")[node.kind] == "AEXPR_OP" and strings(node.name) == ("=",)


def includes_opposites(nodes: Iterable[Node]) -> bool:
    """Return whether some conditions include both x IS NULL and x IS NOT NULL."""
    tests: dict[object, set[int]] = {}
    for node in nodes:
        if node.WhichOneof("node") == "null_test":
            tests.setdefault(normalize_expression(node.null_test.arg), set()).add(node.null_test.nulltesttype)
    return any(len(found) > 1 for found in tests.values())
