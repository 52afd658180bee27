"""Analyze the SQL/JSON expressions and XMLSERIALIZE: JSON_VALUE, JSON_OBJECT, IS JSON and so on."""

from __future__ import annotations

from collections.abc import Callable

from schema_dsl.analysis import queries
from schema_dsl.analysis.aggregation import CallCheck
from schema_dsl.analysis.analyzer import Analyzer, TypedValue
from schema_dsl.analysis.expressions import analyze_children, analyze_expression, expression_handler
from schema_dsl.analysis.scope import Scope
from schema_dsl.analysis.trees import enumeration
from schema_dsl.parsing import Node

_FUNCTION_TYPES = {"JSON_EXISTS_OP": "bool", "JSON_QUERY_OP": "jsonb", "JSON_VALUE_OP": "text"}


def _returned_type(analyzer: Analyzer, output: Node, otherwise: str) -> str | None:
    """Return the type in RETURNING, or the default one."""
    return analyzer.find_type(output.type_name) if output.HasField("type_name") else otherwise


@expression_handler("json_func_expr")
def _json_function(analyzer: Analyzer, node: Node, scope: Scope) -> TypedValue:
    otherwise = _FUNCTION_TYPES.get(enumeration("JsonExprOp")[node.op], "jsonb")
    kind = _returned_type(analyzer, node.output, otherwise)
    for part in (node.context_item, *node.passing):
        analyze_children(analyzer, part, scope)
    analyze_expression(analyzer, node.pathspec, scope)
    for behavior in (node.on_empty, node.on_error):
        value = analyze_expression(analyzer, behavior.expr, scope)
        if analyzer.recorder is not None:
            analyzer.recorder.record_coercion(value, kind, behavior.location)
    return TypedValue(kind)


@expression_handler("json_array_query_constructor")
def _json_array_query(analyzer: Analyzer, node: Node, scope: Scope) -> TypedValue:
    queries.analyze_query(analyzer, node.query, scope)
    return TypedValue(_returned_type(analyzer, node.output, "json"))


def _aggregate(analyzer: Analyzer, node: Node, scope: Scope) -> TypedValue:
    check = CallCheck(analyzer, scope)
    analyze_children(analyzer, node, scope)
    if not node.constructor.HasField("over"):
        check.check_aggregate(node.constructor.location, "")
    return TypedValue(_returned_type(analyzer, node.constructor.output, "json"))


def _constructor(otherwise: str) -> Callable[[Analyzer, Node, Scope], TypedValue]:
    def analyze(analyzer: Analyzer, node: Node, scope: Scope) -> TypedValue:
        analyze_children(analyzer, node, scope)
        return TypedValue(_returned_type(analyzer, node.output, otherwise))

    return analyze


@expression_handler("json_is_predicate")
def _json_predicate(analyzer: Analyzer, node: Node, scope: Scope) -> TypedValue:
    analyze_expression(analyzer, node.expr, scope)
    return TypedValue("bool")


@expression_handler("xml_serialize")
def _xml_serialize(analyzer: Analyzer, node: Node, scope: Scope) -> TypedValue:
    analyze_expression(analyzer, node.expr, scope)
    return TypedValue(analyzer.find_type(node.type_name))


for _kind, _type in (
    ("json_object_constructor", "json"),
    ("json_array_constructor", "json"),
    ("json_parse_expr", "json"),
    ("json_scalar_expr", "json"),
    ("json_serialize_expr", "text"),
):
    expression_handler(_kind)(_constructor(_type))
for _kind in ("json_object_agg", "json_array_agg"):
    expression_handler(_kind)(_aggregate)
