"""Analyze expressions with special syntax: CASE, COALESCE, ARRAY, fields, subscripts, subqueries."""

from __future__ import annotations

from schema_dsl.analysis import queries, row_values
from schema_dsl.analysis.analyzer import UNRESOLVED, Analyzer, TypedValue
from schema_dsl.analysis.builtins import Signature, format_type
from schema_dsl.analysis.coercion import UNKNOWN, base_type, describe_type
from schema_dsl.analysis.expressions import (
    BOOLEAN,
    analyze_condition,
    analyze_expression,
    analyze_expressions,
    expression_handler,
    resolve_common_type,
)
from schema_dsl.analysis.function_calls import check_immutable, resolve_operator
from schema_dsl.analysis.scope import ColumnTypes, Scope
from schema_dsl.analysis.trees import enumeration, qualified_name
from schema_dsl.parsing import Node

_VALUE_TYPES = {
    "CURRENT_DATE": "date",
    "CURRENT_TIME": "timetz",
    "CURRENT_TIMESTAMP": "timestamptz",
    "LOCALTIME": "time",
    "LOCALTIMESTAMP": "timestamp",
}


@expression_handler("null_test")
def _null_test(analyzer: Analyzer, node: Node, scope: Scope) -> TypedValue:
    analyze_expression(analyzer, node.arg, scope)
    return BOOLEAN


@expression_handler("boolean_test")
def _boolean_test(analyzer: Analyzer, node: Node, scope: Scope) -> TypedValue:
    analyze_condition(analyzer, node.arg, scope, "IS TRUE")
    return BOOLEAN


@expression_handler("case_expr")
def _case(analyzer: Analyzer, node: Node, scope: Scope) -> TypedValue:
    simple = node.arg.WhichOneof("node") is not None
    subject = analyze_expression(analyzer, node.arg, scope) if simple else UNRESOLVED
    results = []
    for wrapped in node.args[:]:
        when = wrapped.case_when
        if simple:
            resolve_operator(
                analyzer, "=", [subject, analyze_expression(analyzer, when.expr, scope)], when.location
            )
        else:
            analyze_condition(analyzer, when.expr, scope, "CASE/WHEN")
        results.append(analyze_expression(analyzer, when.result, scope))
    if node.defresult.WhichOneof("node"):
        # Postgres puts the ELSE result first when it selects the common type.
        results.insert(0, analyze_expression(analyzer, node.defresult, scope))
    return resolve_common_type(analyzer, results, "CASE", node.location)


@expression_handler("coalesce_expr")
def _coalesce(analyzer: Analyzer, node: Node, scope: Scope) -> TypedValue:
    return resolve_common_type(
        analyzer, analyze_expressions(analyzer, node.args, scope), "COALESCE", node.location
    )


@expression_handler("min_max_expr")
def _min_max(analyzer: Analyzer, node: Node, scope: Scope) -> TypedValue:
    what = "GREATEST" if enumeration("MinMaxOp")[node.op] == "IS_GREATEST" else "LEAST"
    return resolve_common_type(analyzer, analyze_expressions(analyzer, node.args, scope), what, node.location)


@expression_handler("a_array_expr")
def _array(analyzer: Analyzer, node: Node, scope: Scope) -> TypedValue:
    if not node.elements:
        return UNRESOLVED
    nested = any(element.WhichOneof("node") == "a_array_expr" for element in node.elements)
    element = resolve_common_type(
        analyzer, analyze_expressions(analyzer, node.elements, scope), "ARRAY", node.location
    ).type
    if element is None:
        return UNRESOLVED
    return TypedValue(element if nested or element.endswith("[]") else f"{element}[]")


@expression_handler("row_expr")
def _row(analyzer: Analyzer, node: Node, scope: Scope) -> TypedValue:
    values = row_values.analyze_row_elements(analyzer, node.args, scope)
    return TypedValue("record", fields=tuple((f"f{n}", value) for n, value in enumerate(values, 1)))


@expression_handler("collate_clause")
def _collate(analyzer: Analyzer, node: Node, scope: Scope) -> TypedValue:
    value = analyze_expression(analyzer, node.arg, scope)
    analyzer.record_collation(node)
    described = describe_type(analyzer.schema, base_type(analyzer.schema, value.type))
    if described is not None and described.category not in {"S", "X", "A", "R", "E"}:
        message = f"collations are not supported by type {format_type(value.type)}"
        analyzer.report("type-mismatch", message, "Remove COLLATE.", node.location)
    return value


@expression_handler("a_indirection")
def _indirection(analyzer: Analyzer, node: Node, scope: Scope) -> TypedValue:
    return row_values.analyze_indirection(analyzer, node, scope)[0]


@expression_handler("sqlvalue_function")
def _value_function(analyzer: Analyzer, node: Node, _: Scope) -> TypedValue:
    name = enumeration("SQLValueFunctionOp")[node.op].removeprefix("SVFOP_").removesuffix("_N")
    check_immutable(analyzer, name, Signature((), None, volatility="s"), node.location)
    return TypedValue(_VALUE_TYPES.get(name, "name"))


@expression_handler("param_ref")
def _param(analyzer: Analyzer, node: Node, _: Scope) -> TypedValue:
    parameter_types = analyzer.parameter_types
    if parameter_types is None:
        return UNRESOLVED
    if node.number > len(parameter_types) or node.number < 1:
        analyzer.report("unknown-column", f"there is no parameter ${node.number}", "", node.location)
        return UNRESOLVED
    return TypedValue(parameter_types[node.number - 1])


@expression_handler("grouping_func")
def _grouping(analyzer: Analyzer, node: Node, scope: Scope) -> TypedValue:
    analyze_expressions(analyzer, node.args, scope)
    return TypedValue("int4")


@expression_handler("list")
def _list(analyzer: Analyzer, node: Node, scope: Scope) -> TypedValue:
    analyze_expressions(analyzer, node.items, scope)
    return UNRESOLVED


@expression_handler("xml_expr")
def _xml(analyzer: Analyzer, node: Node, scope: Scope) -> TypedValue:
    for argument in (*node.named_args, *node.args):
        analyze_expression(
            analyzer,
            argument.res_target.val if argument.WhichOneof("node") == "res_target" else argument,
            scope,
        )
    kind = enumeration("XmlExprOp")[node.op]
    return BOOLEAN if kind == "IS_DOCUMENT" else TypedValue("xml")


@expression_handler("sub_link")
def _sub_link(analyzer: Analyzer, node: Node, scope: Scope) -> TypedValue:  # noqa: PLR0911 - one return per kind
    kind = enumeration("SubLinkType")[node.sub_link_type]
    if not queries.may_contain_subquery(analyzer, node.location):
        return UNRESOLVED
    columns = queries.analyze_subquery(analyzer, node.subselect, scope)
    if kind == "EXISTS_SUBLINK" or _compare_row_with_subquery(analyzer, node, columns, scope):
        return BOOLEAN
    tested = analyze_expression(analyzer, node.testexpr, scope) if node.testexpr.WhichOneof("node") else None
    if tested is not None and node.testexpr.WhichOneof("node") == "row_expr":
        return BOOLEAN
    if columns is None:
        return BOOLEAN if tested is not None else UNRESOLVED
    if len(columns) != 1:
        message = "subquery has too many columns" if tested else "subquery must return only one column"
        if columns or tested is None:
            analyzer.report("type-mismatch", message, "Select one column.", node.location)
        return BOOLEAN if tested is not None else UNRESOLVED
    only = "text" if columns[0][1] == UNKNOWN else columns[0][1]
    if tested is not None:
        schema_name, operator = qualified_name(node.oper_name) if node.oper_name else ("", "=")
        resolve_operator(analyzer, operator, [tested, TypedValue(only)], node.location, schema_name)
        return BOOLEAN
    if kind == "ARRAY_SUBLINK":
        return TypedValue(None if only is None else only if only.endswith("[]") else f"{only}[]")
    return TypedValue(only)


def _compare_row_with_subquery(
    analyzer: Analyzer, node: Node, columns: ColumnTypes | None, scope: Scope
) -> bool:
    """Resolve the operator of `(a, b) = ANY (SELECT ...)` for each pair of columns, for a recorder.

    Returns:
        Whether the subquery is compared with a row, and the references are recorded.
    """
    recorder = analyzer.recorder
    if recorder is None or not node.testexpr.WhichOneof("node"):
        return False
    recorder.record_parameters(columns, node.location)
    if node.testexpr.WhichOneof("node") != "row_expr":
        return False
    tested = row_values.analyze_row_elements(analyzer, node.testexpr.row_expr.args, scope)
    schema_name, operator = qualified_name(node.oper_name) if node.oper_name else ("", "=")
    for value, (_, kind) in zip(tested, columns or (), strict=False):
        other = TypedValue("text" if kind == UNKNOWN else kind)
        resolve_operator(analyzer, operator, [value, other], node.location, schema_name)
    return True
