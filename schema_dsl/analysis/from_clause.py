"""Analyze the items of a FROM clause: tables, subqueries, functions, joins (parse_clause.c)."""

from __future__ import annotations

from collections.abc import Callable

from schema_dsl.analysis import queries
from schema_dsl.analysis.analyzer import Analyzer, TypedValue
from schema_dsl.analysis.builtins import Signature
from schema_dsl.analysis.coercion import POLYMORPHIC, base_type, element_type, select_common_type
from schema_dsl.analysis.expressions import analyze_call, analyze_condition, analyze_expression
from schema_dsl.analysis.function_calls import resolve_operator
from schema_dsl.analysis.scope import ColumnTypes, FromItem, Scope, build_from_item
from schema_dsl.analysis.trees import names, resolve_type_name
from schema_dsl.parsing import Node, figure_output_name


def analyze_from_item(analyzer: Analyzer, node: Node, scope: Scope) -> list[FromItem]:
    """Analyze one item of a FROM clause; LATERAL may reference the items before it, which are in `scope`."""
    kind = node.WhichOneof("node")
    handler = _HANDLERS.get(kind or "")
    if handler is None:
        return [FromItem("", {}, complete=False)]
    return handler(analyzer, getattr(node, kind), scope)


def range_var_item(analyzer: Analyzer, node: Node) -> FromItem:
    """Return the FROM item of a RangeVar; without known columns if the relation is unknown."""
    alias = node.alias.aliasname if node.HasField("alias") else ""
    relation = analyzer.resolve_relation(node)
    if relation is None:
        return FromItem(alias or node.relname, {}, complete=False, schema="" if alias else node.schemaname)
    return build_from_item(relation, alias)


def _range_var(analyzer: Analyzer, node: Node, scope: Scope) -> list[FromItem]:
    if not node.schemaname:
        is_cte, columns = scope.find_cte(node.relname)
        if is_cte:
            alias = node.alias.aliasname if node.HasField("alias") else node.relname
            return [_build_aliased_item(alias, columns, node)]
    item = range_var_item(analyzer, node)
    if node.HasField("alias") and node.alias.colnames:
        renamed = queries.rename_columns(list(item.columns.items()), names(node.alias.colnames))
        item.columns = dict(renamed or ())
    return [item]


def _build_aliased_item(alias: str, columns: ColumnTypes | None, node: Node) -> FromItem:
    aliases = names(node.alias.colnames) if node.HasField("alias") else []
    return _build_item(alias, queries.rename_columns(columns, aliases) or [], complete=columns is not None)


def _build_item(alias: str, columns: ColumnTypes, *, complete: bool) -> FromItem:
    """Build a FROM item of columns; duplicate column names make the item incomplete."""
    types_by_name = dict(columns)
    return FromItem(alias, types_by_name, complete=complete and len(types_by_name) == len(columns))


def _subselect(analyzer: Analyzer, node: Node, scope: Scope) -> list[FromItem]:
    outer = scope if node.lateral else _without_siblings(scope)
    columns = queries.resolve_unknown_types(queries.analyze_query(analyzer, node.subquery, outer))
    return [_build_aliased_item(node.alias.aliasname, columns, node)]


def _without_siblings(scope: Scope) -> Scope:
    """Return the outer scope of a subquery without LATERAL, which cannot reference the other FROM items."""
    return Scope(outer=scope.outer, ctes=scope.ctes, variables=scope.variables, complete=scope.complete)


def _function(analyzer: Analyzer, node: Node, scope: Scope) -> list[FromItem]:
    alias = node.alias.aliasname if node.HasField("alias") else ""
    columns: ColumnTypes = []
    complete = True
    for wrapped in node.functions:
        call, definitions = wrapped.list.items[0], wrapped.list.items[1:]
        call_columns = _function_columns(analyzer, call, alias, scope)
        defined = [definition.column_def for d in definitions for definition in d.list.items] or [
            definition.column_def for definition in node.coldeflist
        ]
        if defined:
            call_columns = [
                (column.colname, resolve_type_name(analyzer.schema, column.type_name)) for column in defined
            ]
        if call_columns is None:
            complete = False
        else:
            columns += call_columns
    if node.ordinality:
        columns.append(("ordinality", "int8"))
    aliases = names(node.alias.colnames) if node.HasField("alias") else []
    name = alias or (figure_output_name(node.functions[0].list.items[0]) if node.functions else "")
    item = _build_item(name, queries.rename_columns(columns, aliases) or [], complete=complete)
    item.is_scalar_function = len(columns) == 1
    return [item]


def _function_columns(analyzer: Analyzer, call: Node, alias: str, scope: Scope) -> ColumnTypes | None:
    if call.WhichOneof("node") != "func_call":
        kind = analyze_expression(analyzer, call, scope).type
        return [(alias or figure_output_name(call), kind)]
    if names(call.func_call.funcname)[-1] == "unnest" and len(call.func_call.args) > 1:
        # In a FROM clause, unnest() accepts several arrays and returns one column for each.
        arrays = [analyze_expression(analyzer, argument, scope).type for argument in call.func_call.args]
        return [("unnest", element_type(analyzer.schema, array)) for array in arrays]
    value, signature = analyze_call(analyzer, call.func_call, scope)
    if signature is None:
        return None
    return _result_columns(analyzer, signature, value.type, alias or names(call.func_call.funcname)[-1])


def _result_columns(
    analyzer: Analyzer, signature: Signature, kind: str | None, name: str
) -> ColumnTypes | None:
    if signature.columns:
        return [(name, None if kind in POLYMORPHIC else kind) for name, kind in signature.columns]
    if kind is None or kind == "record":
        return None
    base = base_type(analyzer.schema, kind)
    relation = analyzer.schema.find_row_relation(base) if base else None
    if relation is not None:
        if not relation.complete or relation.uncertain:
            return None
        return [(column.name, column.type) for column in relation.columns.values()]
    return [(name, kind)]


def _join(analyzer: Analyzer, node: Node, scope: Scope) -> list[FromItem]:
    left = analyze_from_item(analyzer, node.larg, scope)
    beside = Scope([*scope.items, *left], scope.outer, scope.ctes, scope.variables, scope.complete)
    right = analyze_from_item(analyzer, node.rarg, beside)
    items = [*left, *right]
    using = names(node.using_clause)
    if node.is_natural:
        using = [
            name
            for item in right
            for name in item.columns
            if any(name in left_item.columns for left_item in left)
        ]
    merged = {name: _merge_using_column(analyzer, name, left, right) for name in using}
    if merged:
        for item in items:
            item.merged_columns |= merged.keys()
        # The merged columns come first and belong to neither table.
        items = [FromItem("", merged), *items]
    if node.quals.WhichOneof("node"):
        analyze_condition(analyzer, node.quals, Scope(items, scope, {}, None), "JOIN/ON")
    if node.HasField("join_using_alias"):
        items.append(FromItem(node.join_using_alias.aliasname, merged, merged_columns=frozenset(merged)))
    if node.HasField("alias"):
        columns = [
            pair for item in items for pair in item.columns.items() if pair[0] not in item.merged_columns
        ]
        complete = all(item.complete for item in items)
        return [_build_aliased_item(node.alias.aliasname, columns if complete else None, node)]
    return items


def _merge_using_column(
    analyzer: Analyzer, name: str, left: list[FromItem], right: list[FromItem]
) -> str | None:
    """Check that both tables of a join have a USING column; return the common type of the column."""
    kinds = []
    for side, word in ((left, "left"), (right, "right")):
        holders = [item for item in side if name in item.columns and name not in item.merged_columns]
        if holders:
            kinds.append(TypedValue(holders[0].columns[name]))
        elif all(item.complete for item in side):
            message = f'column "{name}" specified in USING clause does not exist in {word} table'
            analyzer.report("unknown-column", message, "", -1, name)
            return None
    if len(kinds) != 2:  # noqa: PLR2004 - one per table
        return None
    resolve_operator(analyzer, "=", kinds, -1)
    return select_common_type(analyzer.schema, [kind.type for kind in kinds])[0]


def _sample(analyzer: Analyzer, node: Node, scope: Scope) -> list[FromItem]:
    return analyze_from_item(analyzer, node.relation, scope)


def _opaque_handler(name: str) -> Callable[[Analyzer, Node, Scope], list[FromItem]]:
    """Return a handler for XMLTABLE or JSON_TABLE, which are not analyzed."""

    def item(_: Analyzer, node: Node, __: Scope) -> list[FromItem]:
        return [FromItem(node.alias.aliasname if node.HasField("alias") else name, {}, complete=False)]

    return item


_HANDLERS: dict[str, Callable[[Analyzer, Node, Scope], list[FromItem]]] = {
    "range_var": _range_var,
    "range_subselect": _subselect,
    "range_function": _function,
    "join_expr": _join,
    "range_table_sample": _sample,
    "range_table_func": _opaque_handler("xmltable"),
    "json_table": _opaque_handler("json_table"),
}
