"""Analyze expressions: resolve names and determine types (parse_expr.c)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from schema_dsl.analysis import aggregation, builtins
from schema_dsl.analysis.analyzer import UNRESOLVED, Analyzer, TypedValue, typed
from schema_dsl.analysis.builtins import Signature, format_type
from schema_dsl.analysis.coercion import (
    UNKNOWN,
    base_type,
    can_cast,
    describe_type,
    element_type,
    select_common_type,
)
from schema_dsl.analysis.function_calls import (
    check_argument_names,
    check_immutable,
    resolve_call,
)
from schema_dsl.analysis.grouping import describe_expression
from schema_dsl.analysis.recorded_calls import record_row_function
from schema_dsl.analysis.reference import ReferenceRecorder
from schema_dsl.analysis.scope import ResolvedColumn, Scope, resolve_column
from schema_dsl.analysis.trees import enumeration
from schema_dsl.parsing import Node
from schema_dsl.parsing.grammar import strings

BOOLEAN = TypedValue("bool")
_INTEGER = TypedValue("int4")
_LARGEST_INT4, _LARGEST_INT8 = 2**31, 2**63


def analyze_expression(analyzer: Analyzer, node: Node, scope: Scope) -> TypedValue:
    """Analyze an expression and its subexpressions."""
    kind = node.WhichOneof("node")
    if kind is None:
        return UNRESOLVED
    handler = _HANDLERS.get(kind)
    if handler is not None:
        if not scope.grouped:
            return handler(analyzer, getattr(node, kind), scope)
        count = len(scope.uses)
        value = handler(analyzer, getattr(node, kind), scope)
        if len(scope.uses) > count and describe_expression(node, scope) in scope.grouped:
            del scope.uses[count:]
        return value
    if kind not in _LEAVES:
        analyze_children(analyzer, getattr(node, kind), scope)
    return UNRESOLVED


def analyze_expressions(analyzer: Analyzer, nodes: Sequence[Node], scope: Scope) -> list[TypedValue]:
    """Analyze expressions in order."""
    return [analyze_expression(analyzer, node, scope) for node in nodes]


def analyze_children(analyzer: Analyzer, message: Any, scope: Scope) -> None:
    """Analyze the expressions in a node that has no handler."""
    for field, value in message.ListFields():
        if field.message_type is None or field.message_type.name == "TypeName":
            continue
        for child in value if field.is_repeated else (value,):
            if field.message_type.name == "Node":
                analyze_expression(analyzer, child, scope)
            elif field.message_type.name != "SelectStmt":
                analyze_children(analyzer, child, scope)


def expression_location(node: Node) -> int:
    """Return the location of an expression (exprLocation); -1 if unknown."""
    kind = node.WhichOneof("node")
    if kind is None:
        return -1
    inner = getattr(node, kind)
    if kind == "a_expr" and inner.lexpr.WhichOneof("node"):
        return expression_location(inner.lexpr)
    if kind == "a_indirection":
        return expression_location(inner.arg)
    return getattr(inner, "location", -1)


def analyze_condition(analyzer: Analyzer, node: Node, scope: Scope, what: str) -> None:
    """Analyze an expression that must be of type boolean."""
    if not node.WhichOneof("node"):
        return
    before = scope.clause
    scope.clause = aggregation.CLAUSES.get(what, before)
    value = analyze_expression(analyzer, node, scope)
    scope.clause = before
    if value.type != "bool":
        analyzer.coerce_to_boolean(value, what, expression_location(node))


def _column_ref(analyzer: Analyzer, node: Node, scope: Scope) -> TypedValue:
    parts = [*strings(node.fields)]
    if parts == ["*"]:
        return UNRESOLVED
    if analyzer.context is not None and not analyzer.context.allows_columns:
        name = ".".join(parts)
        analyzer.report(
            "misplaced-expression",
            f"cannot use column reference in {analyzer.context.singular}",
            f"For a text constant, quote it: '{name}' (in a definition, {name!r} without sql())."
            if len(parts) == 1
            else "",
            node.location,
            parts[0],
        )
        return UNRESOLVED
    resolved = resolve_column(scope, parts)
    if resolved.missing is not None and not _may_be_function(analyzer, parts):
        analyzer.report_unresolved_column(resolved.missing, parts, node.location)
    if len(parts) == 1 and resolved.item is not None and resolved.name == parts[0]:
        analyzer.report_variable_conflict(parts[0], resolved.item, node.location)
    elif len(parts) > 1 and parts[-2] in analyzer.conflicting_variables and resolved.item is not None:
        analyzer.report_row_conflict(parts, resolved.item, scope, node.location)
    if resolved.item is not None and parts[-1] != "*":
        scope.record_use(resolved.item, resolved.name, node.location)
    if analyzer.recorder is None:
        return typed(resolved.type)
    return _record_column(analyzer, analyzer.recorder, node, resolved, scope)


def _record_column(
    analyzer: Analyzer, recorder: ReferenceRecorder, node: Node, resolved: ResolvedColumn, scope: Scope
) -> TypedValue:
    """Record a reference to a column, or to a function that is called with the row as its argument."""
    parts = list(strings(node.fields))
    if resolved.item is not None:
        recorder.record_column(resolved.item, resolved.name, node.location)
    elif resolved.is_open or resolved.missing is not None:
        row = resolve_column(scope, parts[:-1]) if len(parts) > 1 else ResolvedColumn()
        if row.item is not None and row.name == "*":
            called = record_row_function(analyzer, parts[-1], row.type, node.location)
            if called is not None:
                recorder.record_column(row.item, "*", node.location)
                return called
        recorder.record("column", None, node.location)
    return typed(resolved.type)


def _may_be_function(analyzer: Analyzer, parts: list[str]) -> bool:
    """Return whether table.name may be a call of a function with the row as its argument."""
    return len(parts) > 1 and (
        any(True for _ in analyzer.schema.find_routines("", parts[-1]))
        or "functions" in analyzer.schema.unknown_kinds
    )


def _const(_: Analyzer, node: Node, __: Scope) -> TypedValue:
    if node.isnull:
        return TypedValue(UNKNOWN, location=node.location)
    which = node.WhichOneof("val")
    if which == "sval":
        return TypedValue(UNKNOWN, node.sval.sval, node.location)
    if which == "ival":
        return _INTEGER
    if which == "boolval":
        return BOOLEAN
    if which == "fval":
        return typed(_number_type(node.fval.fval))
    return typed("bit" if which == "bsval" else None)


def _number_type(text: str) -> str:
    try:
        number = int(text.replace("_", ""), 0)
    except ValueError:
        return "numeric"
    if -_LARGEST_INT4 <= number < _LARGEST_INT4:
        return "int4"
    return "int8" if -_LARGEST_INT8 <= number < _LARGEST_INT8 else "numeric"


def _type_cast(analyzer: Analyzer, node: Node, scope: Scope) -> TypedValue:
    target = analyzer.resolve_type(node.type_name)
    if node.arg.WhichOneof("node") == "a_array_expr" and target is not None:
        # Postgres casts each element, so the elements need no common type.
        element = element_type(analyzer.schema, target) if analyzer.recorder is not None else None
        _analyze_elements(analyzer, node.arg.a_array_expr, scope, element)
        return TypedValue(target)
    value = analyze_expression(analyzer, node.arg, scope)
    user_type = analyzer.schema.find_user_type(target) if target is not None else None
    if user_type is not None and target is not None and user_type.kind == "domain":
        analyzer.domain_casts.append((node.arg, target))
    if value.type == UNKNOWN:
        analyzer.coerce_constant(value, target, node.location)
    elif analyzer.recorder is not None:
        analyzer.recorder.record_coercion(value, target, node.location)
    elif can_cast(analyzer.schema, value.type, target) is False:
        analyzer.report(
            "type-mismatch",
            f"cannot cast type {format_type(value.type)} to {format_type(target)}",
            f"Cast through text if you need this conversion: (...)::text::{format_type(target)}.",
            node.location,
        )
    elif analyzer.context is not None and analyzer.context.immutable_error and value.type != target:
        _check_cast_immutable(analyzer, value.type, target, node.location)
    return typed(target)


def _analyze_elements(analyzer: Analyzer, node: Node, scope: Scope, kind: str | None) -> None:
    """Analyze the elements of a cast ARRAY[...]; `kind` is the type to which a recording analysis casts them."""
    for element in node.elements:
        if element.WhichOneof("node") == "a_array_expr":
            _analyze_elements(analyzer, element.a_array_expr, scope, kind)
            continue
        value = analyze_expression(analyzer, element, scope)
        if kind is not None:
            analyzer.coerce_constant(value, kind, node.location)


def _check_cast_immutable(analyzer: Analyzer, source: str | None, target: str | None, location: int) -> None:
    source, target = base_type(analyzer.schema, source), base_type(analyzer.schema, target)
    if source is None or target is None or source == target:
        return
    cast = builtins.find_casts(source).get(target)
    left, right = describe_type(analyzer.schema, source), describe_type(analyzer.schema, target)
    if left is None or right is None or left.kind in "cd" or right.kind in "cd":
        return
    volatility = cast.volatility if cast else "s" if left.stable_output or right.stable_input else "i"
    rough = (
        any(described.kind == "e" or described.category == "A" for described in (left, right)) and not cast
    )
    if volatility != "i" and not (rough and {"A"} & {left.category, right.category}):
        name = f"the cast from {format_type(source)} to {format_type(target)}"
        check_immutable(analyzer, name, Signature((), None, volatility=volatility), location)


def _func_call(analyzer: Analyzer, node: Node, scope: Scope) -> TypedValue:
    value, signature = analyze_call(analyzer, node, scope)
    if signature is not None and signature.columns and value.type == "record":
        return value._replace(fields=tuple((name, TypedValue(kind)) for name, kind in signature.columns))
    return value


def analyze_call(analyzer: Analyzer, node: Node, scope: Scope) -> tuple[TypedValue, Signature | None]:
    """Analyze a function call; return its value and the signature of the called function."""
    named = [
        argument.named_arg_expr
        for argument in node.args[:]
        if argument.WhichOneof("node") == "named_arg_expr"
    ]
    checked = not node.func_variadic and not named
    check = aggregation.CallCheck(analyzer, scope)
    values = analyze_expressions(analyzer, node.args, scope)
    if named:
        check_argument_names(analyzer, node, named)
    ordered = [analyze_expression(analyzer, sort.sort_by.node, scope) for sort in node.agg_order[:]]
    if node.agg_within_group:
        values += ordered
    if node.HasField("agg_filter"):
        analyze_condition(analyzer, node.agg_filter, scope, "FILTER")
    if node.HasField("over"):
        analyze_window(analyzer, node.over, scope)
    value, signature = resolve_call(analyzer, node, values, checked=checked)
    check(node, signature)
    return value, signature


def analyze_window(analyzer: Analyzer, node: Node, scope: Scope) -> None:
    """Analyze a window definition."""
    # OVER w has a name, and OVER (w ...) refers to one.
    used = node.refname or ("" if node.name in scope.window_names else node.name)
    if used and used not in scope.window_names:
        analyzer.report("unknown-column", f'window "{used}" does not exist', "", node.location, used)
    with aggregation.within(scope, scope.clause or "window definitions"):
        analyze_expressions(analyzer, node.partition_clause, scope)
        for sort in node.order_clause:
            analyze_expression(analyzer, sort.sort_by.node, scope)
        for offset in (node.start_offset, node.end_offset):
            analyze_expression(analyzer, offset, scope)


def _named_arg(analyzer: Analyzer, node: Node, scope: Scope) -> TypedValue:
    return analyze_expression(analyzer, node.arg, scope)


def resolve_common_type(
    analyzer: Analyzer, values: Sequence[TypedValue], what: str, location: int
) -> TypedValue:
    """Coerce several expressions to their common type; report expressions without one."""
    kind, possible = select_common_type(analyzer.schema, [value.type for value in values])
    if not possible:
        kinds = [value.type for value in values if value.type not in {None, UNKNOWN}]
        other = next((kind for kind in kinds if kind != kinds[0]), kinds[0])
        analyzer.report(
            "type-mismatch",
            f"{what} types {format_type(kinds[0])} and {format_type(other)} cannot be matched",
            "Cast one of the expressions.",
            location,
        )
        return UNRESOLVED
    if kind == UNKNOWN:
        return TypedValue("text")
    for value in values:
        analyzer.coerce_constant(value, kind, location)
    return typed(kind)


def _bool_expr(analyzer: Analyzer, node: Node, scope: Scope) -> TypedValue:
    what = enumeration("BoolExprType")[node.boolop].removesuffix("_EXPR")
    for argument in node.args[:]:
        analyze_condition(analyzer, argument, scope, what)
    return BOOLEAN


_HANDLERS: dict[str, Callable[[Analyzer, Node, Scope], TypedValue]] = {
    "column_ref": _column_ref,
    "a_const": _const,
    "type_cast": _type_cast,
    "func_call": _func_call,
    "named_arg_expr": _named_arg,
    "bool_expr": _bool_expr,
}
_LEAVES = frozenset({"string", "integer", "float", "boolean", "set_to_default", "type_name", "a_star"})


def expression_handler(kind: str) -> Callable[[Any], Any]:
    """Register the decorated function as the handler of a kind of node."""

    def register(handler: Callable[[Analyzer, Node, Scope], TypedValue]) -> Any:
        _HANDLERS[kind] = handler
        return handler

    return register


# Importing these modules registers the analysis of their kinds of nodes. They import this module themselves.
from schema_dsl.analysis import json_syntax, operators, special_syntax  # noqa: E402, F401
