"""Whether two expressions say the same."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.history.trees import enumeration
from schema_dsl.parsing import Node
from schema_dsl.parsing.grammar import strings


def shape(node: Node) -> object:
    """Give what makes two expressions the same, wherever they stand, and whichever side of an = stands first."""
    name = node.DESCRIPTOR.name
    if name == "Node":
        kind = node.WhichOneof("node")
        return (kind, shape(getattr(node, kind))) if kind else None
    if name == "A_Expr" and _is_equation(node):
        return (name, *sorted((repr(shape(node.lexpr)), repr(shape(node.rexpr)))))
    found: list[object] = []
    for field, value in node.ListFields():
        if field.name.endswith("location") or (name == "ResTarget" and field.name == "name"):
            continue
        if field.message_type is None:
            found.append((field.name, tuple(value) if field.is_repeated else value))
        else:
            below = tuple(shape(each) for each in value) if field.is_repeated else shape(value)
            found.append((field.name, below))
    return tuple(found)


def _is_equation(node: Node) -> bool:
    return enumeration("A_Expr_Kind")[node.kind] == "AEXPR_OP" and strings(node.name) == ("=",)


def covers(nodes: Iterable[Node]) -> bool:
    """Say whether something is asked for together with its opposite: x IS NULL OR x IS NOT NULL."""
    tests: dict[object, set[int]] = {}
    for each in nodes:
        if each.WhichOneof("node") == "null_test":
            tests.setdefault(shape(each.null_test.arg), set()).add(each.null_test.nulltesttype)
    return any(len(found) > 1 for found in tests.values())
