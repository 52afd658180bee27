"""Analyze queries: their FROM items, clauses and result columns."""

from __future__ import annotations

from schema_dsl.analysis import dml
from schema_dsl.analysis.analyzer import Analyzer, TypedValue
from schema_dsl.analysis.coercion import UNKNOWN
from schema_dsl.analysis.expressions import (
    analyze_condition,
    analyze_expression,
    analyze_expressions,
    analyze_window,
    resolve_common_type,
)
from schema_dsl.analysis.from_clause import analyze_from_item
from schema_dsl.analysis.schema import SchemaInfo
from schema_dsl.analysis.scope import ColumnTypes, Scope
from schema_dsl.analysis.trees import enumeration, names
from schema_dsl.parsing import Node, figure_output_name

_STATEMENTS = frozenset({"insert_stmt", "update_stmt", "delete_stmt", "merge_stmt"})


def query_columns(schema: SchemaInfo, tree: Node) -> ColumnTypes | None:
    """Return the columns of a SelectStmt, as for CREATE TABLE AS; None if not all are known."""
    return resolve_unknown_types(analyze_select(Analyzer(schema), tree, Scope(complete=False)))


def resolve_unknown_types(columns: ColumnTypes | None) -> ColumnTypes | None:
    """Resolve columns of type unknown to text (resolveTargetListUnknowns)."""
    if columns is None:
        return None
    return [(name, "text" if kind == UNKNOWN else kind) for name, kind in columns]


def analyze_query(analyzer: Analyzer, node: Node, outer: Scope | None) -> ColumnTypes | None:
    """Analyze a query of any kind; return its columns, or None if not all are known."""
    kind = node.WhichOneof("node")
    if kind == "select_stmt":
        return analyze_select(analyzer, node.select_stmt, outer)
    if kind in _STATEMENTS:
        return dml.analyze_modification(analyzer, kind, getattr(node, kind), outer)
    return None


def analyze_with(analyzer: Analyzer, node: Node, scope: Scope) -> None:
    """Analyze a WITH clause, and add its queries to the scope."""
    if not node.HasField("with_clause"):
        return
    clause = node.with_clause
    if clause.recursive:
        for wrapped in clause.ctes:
            scope.ctes[wrapped.common_table_expr.ctename] = None
    for wrapped in clause.ctes:
        cte = wrapped.common_table_expr
        aliases = names(cte.aliascolnames)
        inner = cte.ctequery
        plain = not (cte.HasField("search_clause") or cte.HasField("cycle_clause"))
        if (
            clause.recursive
            and inner.WhichOneof("node") == "select_stmt"
            and inner.select_stmt.HasField("larg")
        ):
            # The non-recursive term determines the columns of a recursive query.
            first = analyze_select(Analyzer(analyzer.schema), inner.select_stmt.larg, scope)
            scope.ctes[cte.ctename] = rename_columns(resolve_unknown_types(first), aliases) if plain else None
        columns = resolve_unknown_types(analyze_query(analyzer, inner, scope))
        scope.ctes[cte.ctename] = rename_columns(columns, aliases) if plain else None


def rename_columns(columns: ColumnTypes | None, aliases: list[str]) -> ColumnTypes | None:
    """Rename columns by an alias list, which may be shorter."""
    if columns is None:
        return None
    return [
        (aliases[number] if number < len(aliases) else name, kind)
        for number, (name, kind) in enumerate(columns)
    ]


def analyze_select(analyzer: Analyzer, node: Node, outer: Scope | None) -> ColumnTypes | None:
    """Analyze a SELECT, VALUES or set operation; return its columns, or None if not all are known."""
    scope = Scope(outer=outer)
    analyze_with(analyzer, node, scope)
    if enumeration("SetOperation")[node.op] not in {"SETOP_NONE", "SET_OPERATION_UNDEFINED"}:
        return _analyze_set_operation(analyzer, node, scope)
    if node.values_lists:
        return _analyze_values(analyzer, node, scope)
    for item in node.from_clause:
        scope.items += analyze_from_item(analyzer, item, scope)
    analyze_condition(analyzer, node.where_clause, scope, "WHERE")
    columns = analyze_target_list(analyzer, node.target_list, scope)
    outputs = {name for name, _ in columns or ()} | _output_names(node.target_list)
    for wrapped in node.window_clause:
        analyze_window(analyzer, wrapped.window_def, scope)
    for item_node in node.group_clause:
        _analyze_sort_group_item(analyzer, item_node, scope, outputs)
    analyze_condition(analyzer, node.having_clause, scope, "HAVING")
    for item_node in (*node.distinct_clause, *(s.sort_by.node for s in node.sort_clause)):
        _analyze_sort_group_item(analyzer, item_node, scope, outputs)
    analyze_expression(analyzer, node.limit_count, scope)
    analyze_expression(analyzer, node.limit_offset, scope)
    return columns


def _output_names(target_list: Node) -> set[str]:
    return {target.res_target.name for target in target_list if target.res_target.name}


def _analyze_sort_group_item(analyzer: Analyzer, node: Node, scope: Scope, outputs: set[str]) -> None:
    """Analyze an item of GROUP BY, ORDER BY or DISTINCT ON, which may be the name or number of a result column."""
    kind = node.WhichOneof("node")
    if kind is None or kind == "a_const":
        return
    if kind == "grouping_set":
        for element in node.grouping_set.content:
            _analyze_sort_group_item(analyzer, element, scope, outputs)
    elif kind == "column_ref" and len(node.column_ref.fields) == 1:
        field = node.column_ref.fields[0]
        if field.WhichOneof("node") == "string" and field.string.sval not in outputs:
            analyze_expression(analyzer, node, scope)
    else:
        analyze_expression(analyzer, node, scope)


def _analyze_set_operation(analyzer: Analyzer, node: Node, scope: Scope) -> ColumnTypes | None:
    word = enumeration("SetOperation")[node.op].removeprefix("SETOP_")
    left, right = analyze_select(analyzer, node.larg, scope), analyze_select(analyzer, node.rarg, scope)
    if left is None or right is None:
        return None
    if len(left) != len(right):
        message = f"each {word} query must have the same number of columns"
        analyzer.report(
            "wrong-column-count", f"{message}: {len(left)} and {len(right)}", "", _target_location(node.rarg)
        )
        return None
    columns: ColumnTypes = []
    for (name, one), (_, other) in zip(left, right, strict=True):
        both = {one, other}
        shared = (
            UNKNOWN
            if both == {UNKNOWN}
            else resolve_common_type(
                analyzer, [TypedValue(one), TypedValue(other)], word, _target_location(node)
            ).type
        )
        columns.append((name, shared))
    return columns


def _target_location(node: Node) -> int:
    for target in node.target_list:
        return int(target.res_target.location)
    return -1


def _analyze_values(analyzer: Analyzer, node: Node, scope: Scope) -> ColumnTypes:
    rows = [analyze_expressions(analyzer, row.list.items, scope) for row in node.values_lists]
    width = min(len(row) for row in rows)
    columns: ColumnTypes = []
    for number in range(width):
        kinds = [row[number] for row in rows]
        untyped = all(value.type == UNKNOWN for value in kinds)
        kind = UNKNOWN if untyped else resolve_common_type(analyzer, kinds, "VALUES", -1).type
        columns.append((f"column{number + 1}", kind))
    return columns


def analyze_target_list(analyzer: Analyzer, target_list: Node, scope: Scope) -> ColumnTypes | None:
    """Analyze a target list; `*` expands to the columns in scope."""
    columns: ColumnTypes = []
    known = True
    for wrapped in target_list:
        target = wrapped.res_target
        stars = _expand_star(target.val, scope)
        if stars is not None:
            expanded, complete = stars
            known = known and complete
            columns += expanded
            if target.val.column_ref.fields[0].WhichOneof("node") == "string":
                analyze_expression(analyzer, target.val, scope)
            continue
        kind = analyze_expression(analyzer, target.val, scope).type
        if target.val.WhichOneof("node") == "a_indirection" and _is_row_expansion(target.val):
            known = False
        columns.append((target.name or figure_output_name(target.val), kind))
    return columns if known else None


def _is_row_expansion(node: Node) -> bool:
    return any(step.WhichOneof("node") == "a_star" for step in node.a_indirection.indirection)


def _expand_star(node: Node, scope: Scope) -> tuple[ColumnTypes, bool] | None:
    if node.WhichOneof("node") != "column_ref":
        return None
    fields = node.column_ref.fields
    if fields[-1].WhichOneof("node") != "a_star":
        return None
    qualifier = fields[-2].string.sval if len(fields) > 1 else ""
    columns: ColumnTypes = []
    complete = True
    for level in scope.levels() if qualifier else (scope,):
        items = [item for item in level.items if not qualifier or item.alias == qualifier]
        for item in items:
            complete = complete and item.complete
            if not qualifier and item.qualified_only:
                continue
            hidden = frozenset() if qualifier else item.merged_columns
            columns += [(name, kind) for name, kind in item.columns.items() if name not in hidden]
        if items:
            return columns, complete
    return columns, False
