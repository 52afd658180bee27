"""Expressions: the type of each, and whether every name in it means something."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from schema_dsl.lint import builtins
from schema_dsl.lint.builtins import Signature, shown
from schema_dsl.lint.history.trees import enumeration
from schema_dsl.lint.semantics.analyzer import NOTHING, Analyzer, TypedValue
from schema_dsl.lint.semantics.functions import call, hold_immutable, hold_named
from schema_dsl.lint.semantics.scope import Scope, resolve
from schema_dsl.lint.semantics.types import UNKNOWN, base_of, common, explicit, info
from schema_dsl.parsing import Node

BOOLEAN = TypedValue("bool")
_LARGEST_INT4, _LARGEST_INT8 = 2**31, 2**63


def value_of(a: Analyzer, node: Node, scope: Scope) -> TypedValue:
    """Analyse an expression and everything in it."""
    kind = node.WhichOneof("node")
    if kind is None:
        return NOTHING
    handler = _HANDLERS.get(kind)
    if handler is not None:
        return handler(a, getattr(node, kind), scope)
    if kind not in _IGNORED:
        _descend(a, getattr(node, kind), scope)
    return NOTHING


def values_of(a: Analyzer, nodes: Sequence[Node], scope: Scope) -> list[TypedValue]:
    """Analyse expressions in turn."""
    return [value_of(a, node, scope) for node in nodes]


def _descend(a: Analyzer, message: Any, scope: Scope) -> None:
    """Look into what has no rule of its own, for the expressions in it."""
    for field, value in message.ListFields():
        if field.message_type is None or field.message_type.name == "TypeName":
            continue
        for each in value if field.is_repeated else (value,):
            if field.message_type.name == "Node":
                value_of(a, each, scope)
            elif field.message_type.name != "SelectStmt":
                _descend(a, each, scope)


def location_of(node: Node) -> int:
    """Give the place of an expression."""
    kind = node.WhichOneof("node")
    if kind is None:
        return -1
    inner = getattr(node, kind)
    if kind == "a_expr" and inner.lexpr.WhichOneof("node"):
        return location_of(inner.lexpr)
    return getattr(inner, "location", -1)


def condition(a: Analyzer, node: Node, scope: Scope, what: str) -> None:
    """Analyse what must be true or false."""
    if node.WhichOneof("node"):
        a.boolean(value_of(a, node, scope), what, location_of(node))


def _column_ref(a: Analyzer, node: Node, scope: Scope) -> TypedValue:
    fields = node.fields
    parts = ["*" if n.WhichOneof("node") == "a_star" else n.string.sval for n in fields]
    if parts == ["*"]:
        return NOTHING
    if a.place is not None and not a.place.columns:
        name = ".".join(parts)
        a.complain(
            "misplaced-expression",
            f"cannot use column reference in {a.place.one}",
            f"If a text is meant, quote it: '{name}' (in a definition, {name!r} without sql())."
            if len(parts) == 1
            else "",
            node.location,
            parts[0],
        )
        return NOTHING
    found, missing = resolve(scope, parts)
    if missing is not None and not _is_function(a, parts):
        a.missing(missing, parts, node.location)
    return TypedValue(found)


def _is_function(a: Analyzer, parts: list[str]) -> bool:
    """Whether table.name may be a function of the row."""
    return len(parts) > 1 and (
        any(True for _ in a.schema.named_routines("", parts[-1])) or "functions" in a.schema.doubts
    )


def _const(_: Analyzer, node: Node, __: Scope) -> TypedValue:
    if node.isnull:
        return TypedValue(UNKNOWN)
    which = node.WhichOneof("val")
    if which == "sval":
        return TypedValue(UNKNOWN, node.sval.sval)
    if which == "ival":
        return TypedValue("int4")
    if which == "boolval":
        return BOOLEAN
    if which == "fval":
        return TypedValue(_number(node.fval.fval))
    return TypedValue("bit" if which == "bsval" else None)


def _number(text: str) -> str:
    try:
        number = int(text.replace("_", ""), 0)
    except ValueError:
        return "numeric"
    if -_LARGEST_INT4 <= number < _LARGEST_INT4:
        return "int4"
    return "int8" if -_LARGEST_INT8 <= number < _LARGEST_INT8 else "numeric"


def _type_cast(a: Analyzer, node: Node, scope: Scope) -> TypedValue:
    target = a.type_of(node.type_name)
    if node.arg.WhichOneof("node") == "a_array_expr" and target is not None:
        # Each element is given the type, so they need nothing in common.
        _elements(a, node.arg.a_array_expr, scope)
        return TypedValue(target)
    given = value_of(a, node.arg, scope)
    if given.type == UNKNOWN:
        a.settle(given, target, node.location)
    elif explicit(a.schema, given.type, target) is False:
        a.complain(
            "type-mismatch",
            f"cannot cast type {shown(given.type)} to {shown(target)}",
            "Cast by way of text, if that is meant.",
            node.location,
        )
    elif a.place is not None and a.place.immutable and given.type != target:
        _hold_cast_immutable(a, given.type, target, node.location)
    return TypedValue(target)


def _elements(a: Analyzer, node: Node, scope: Scope) -> None:
    for each in node.elements:
        if each.WhichOneof("node") == "a_array_expr":
            _elements(a, each.a_array_expr, scope)
        else:
            value_of(a, each, scope)


def _hold_cast_immutable(a: Analyzer, source: str | None, target: str | None, location: int) -> None:
    source, target = base_of(a.schema, source), base_of(a.schema, target)
    if source is None or target is None or source == target:
        return
    cast = builtins.casts_from(source).get(target)
    left, right = info(a.schema, source), info(a.schema, target)
    if left is None or right is None or left.kind in "cd" or right.kind in "cd":
        return
    volatility = cast.volatility if cast else "s" if left.stable_output or right.stable_input else "i"
    rough = any(each.kind == "e" or each.category == "A" for each in (left, right)) and not cast
    if volatility != "i" and not (rough and {"A"} & {left.category, right.category}):
        name = f"the cast from {shown(source)} to {shown(target)}"
        hold_immutable(a, name, Signature((), None, volatility=volatility), location)


def _func_call(a: Analyzer, node: Node, scope: Scope) -> TypedValue:
    return function_value(a, node, scope)[0]


def function_value(a: Analyzer, node: Node, scope: Scope) -> tuple[TypedValue, Signature | None]:
    """Analyse a call, and give what was called as well."""
    named = [each.named_arg_expr for each in node.args if each.WhichOneof("node") == "named_arg_expr"]
    checked = not node.func_variadic and not named
    values = values_of(a, node.args, scope)
    if named:
        hold_named(a, node, named)
    ordered = [value_of(a, each.sort_by.node, scope) for each in node.agg_order]
    if node.agg_within_group:
        values += ordered
    if node.HasField("agg_filter"):
        condition(a, node.agg_filter, scope, "FILTER")
    if node.HasField("over"):
        window(a, node.over, scope)
    return call(a, node, values, checked=checked)


def window(a: Analyzer, node: Node, scope: Scope) -> None:
    """Analyse a window's definition."""
    values_of(a, node.partition_clause, scope)
    for each in node.order_clause:
        value_of(a, each.sort_by.node, scope)
    for offset in (node.start_offset, node.end_offset):
        value_of(a, offset, scope)


def _named_arg(a: Analyzer, node: Node, scope: Scope) -> TypedValue:
    return value_of(a, node.arg, scope)


def matched(a: Analyzer, values: Sequence[TypedValue], what: str, location: int) -> TypedValue:
    """Find the type that several expressions have together."""
    kind, possible = common(a.schema, [value.type for value in values])
    if not possible:
        kinds = [value.type for value in values if value.type not in {None, UNKNOWN}]
        other = next((each for each in kinds if each != kinds[0]), kinds[0])
        a.complain(
            "type-mismatch",
            f"{what} types {shown(kinds[0])} and {shown(other)} cannot be matched",
            "Cast one of them.",
            location,
        )
        return NOTHING
    if kind == UNKNOWN:
        return TypedValue("text")
    for value in values:
        a.settle(value, kind, location)
    return TypedValue(kind)


def _bool_expr(a: Analyzer, node: Node, scope: Scope) -> TypedValue:
    what = enumeration("BoolExprType")[node.boolop].removesuffix("_EXPR")
    for argument in node.args:
        condition(a, argument, scope, what)
    return BOOLEAN


_HANDLERS: dict[str, Callable[[Analyzer, Node, Scope], TypedValue]] = {
    "column_ref": _column_ref,
    "a_const": _const,
    "type_cast": _type_cast,
    "func_call": _func_call,
    "named_arg_expr": _named_arg,
    "bool_expr": _bool_expr,
}
_IGNORED = frozenset({"string", "integer", "float", "boolean", "set_to_default", "type_name", "a_star"})


def handles(kind: str) -> Callable[[Any], Any]:
    """Register what analyses a kind of node."""

    def register(handler: Callable[[Analyzer, Node, Scope], TypedValue]) -> Any:
        _HANDLERS[kind] = handler
        return handler

    return register
