"""Analyze queries: their FROM items, clauses and result columns."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import attrs

from schema_dsl.analysis import dml, from_clause, row_values
from schema_dsl.analysis.aggregation import within
from schema_dsl.analysis.analyzer import Analyzer, TypedValue
from schema_dsl.analysis.coercion import UNKNOWN
from schema_dsl.analysis.expressions import (
    analyze_condition,
    analyze_expression,
    analyze_window,
    expression_location,
    resolve_common_type,
)
from schema_dsl.analysis.function_calls import resolve_operator
from schema_dsl.analysis.grouping import check_grouped, find_grouping_keys, find_result, list_grouped
from schema_dsl.analysis.schema import SchemaInfo
from schema_dsl.analysis.scope import NO_RETURNING, ColumnTypes, Scope, resolve_column
from schema_dsl.analysis.sorting import check_distinct, check_locking, check_set_order
from schema_dsl.analysis.trees import enumeration, names, qualified_name
from schema_dsl.parsing import QUERY_KINDS, Node, figure_output_name


def query_columns(schema: SchemaInfo, tree: Node) -> ColumnTypes | None:
    """Return the columns of a SelectStmt, as for CREATE TABLE AS; None if not all are known."""
    return resolve_unknown_types(analyze_select(Analyzer(schema), tree, Scope(complete=False)))


def resolve_unknown_types(columns: ColumnTypes | None) -> ColumnTypes | None:
    """Resolve columns of type unknown to text (resolveTargetListUnknowns)."""
    if columns is None:
        return None
    return [(name, "text" if kind == UNKNOWN else kind) for name, kind in columns]


def analyze_query(analyzer: Analyzer, node: Node, outer: Scope | None) -> ColumnTypes | None:
    """Analyze a SELECT, or an INSERT, UPDATE, DELETE or MERGE.

    Returns:
        The columns of the result (those of RETURNING), or None if not all of them are known.
    """
    kind = node.WhichOneof("node")
    if kind == "select_stmt":
        return analyze_select(analyzer, node.select_stmt, outer)
    if kind in QUERY_KINDS and kind != "select_stmt":
        return dml.analyze_modification(analyzer, kind, getattr(node, kind), outer)
    return None


def may_contain_subquery(analyzer: Analyzer, location: int) -> bool:
    """Return whether a clause may contain a subquery, and report the one that it must not contain."""
    context = analyzer.context
    if context is None or context.allows_subqueries:
        return True
    analyzer.report(
        "misplaced-expression",
        f"cannot use subquery in {context.singular}",
        "Put the condition into a trigger, or a function that it calls.",
        location,
    )
    return False


def analyze_subquery(analyzer: Analyzer, node: Node, scope: Scope) -> ColumnTypes | None:
    """Analyze a subquery; the restrictions of the clause around it do not apply inside."""
    context, analyzer.context = analyzer.context, None
    columns = analyze_query(analyzer, node, scope)
    analyzer.context = context
    return columns


def analyze_with(analyzer: Analyzer, node: Node, scope: Scope) -> None:
    """Analyze a WITH clause, and add its queries to the scope."""
    if not node.HasField("with_clause"):
        return
    clause = node.with_clause
    if clause.recursive:
        for wrapped in clause.ctes[:]:
            scope.ctes[wrapped.common_table_expr.ctename] = None
    for wrapped in clause.ctes[:]:
        cte = wrapped.common_table_expr
        aliases = names(cte.aliascolnames)
        inner = cte.ctequery
        if (
            clause.recursive
            and inner.WhichOneof("node") == "select_stmt"
            and inner.select_stmt.HasField("larg")
        ):
            # The non-recursive term determines the columns of a recursive query.
            trial = Analyzer(analyzer.schema, parameter_types=analyzer.parameter_types)
            first = analyze_select(trial, inner.select_stmt.larg, scope)
            columns = rename_columns(resolve_unknown_types(first), aliases)
            # The recursive term may name the columns of SEARCH and CYCLE, but `*` does not stand for them.
            has_more = cte.HasField("search_clause") or cte.HasField("cycle_clause")
            scope.ctes[cte.ctename] = None if has_more else columns
        if inner.WhichOneof("node") != "select_stmt" and not _has_returning(inner):
            analyze_query(analyzer, inner, scope)
            scope.ctes[cte.ctename] = NO_RETURNING
            continue
        columns = resolve_unknown_types(analyze_query(analyzer, inner, scope))
        if columns is not None and len(aliases) > len(columns):
            message = (
                f'WITH query "{cte.ctename}" has {len(columns)} columns available '
                f"but {len(aliases)} columns specified"
            )
            analyzer.report("wrong-column-count", message, "", cte.location, aliases[len(columns)])
        scope.ctes[cte.ctename] = _add_cycle_columns(analyzer, rename_columns(columns, aliases), cte)


def _has_returning(node: Node) -> bool:
    kind = node.WhichOneof("node")
    return kind not in QUERY_KINDS or bool(getattr(node, kind).HasField("returning_clause"))


def _add_cycle_columns(analyzer: Analyzer, columns: ColumnTypes | None, node: Node) -> ColumnTypes | None:
    """Add the columns of SEARCH and CYCLE to those of a recursive query."""
    if columns is None:
        return None
    added: ColumnTypes = []
    if node.HasField("search_clause"):
        sequence_type = "record" if node.search_clause.search_breadth_first else "record[]"
        added.append((node.search_clause.search_seq_column, sequence_type))
    if node.HasField("cycle_clause"):
        cycle = node.cycle_clause
        marks = [
            analyze_expression(analyzer, mark, Scope())
            for mark in (cycle.cycle_mark_value, cycle.cycle_mark_default)
        ]
        kind = resolve_common_type(analyzer, marks, "CYCLE", cycle.location).type
        added += [(cycle.cycle_mark_column, kind), (cycle.cycle_path_column, "record[]")]
    return [*columns, *added]


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
        columns = _analyze_set_operation(analyzer, node, scope)
        check_set_order(analyzer, node, columns)
    elif node.values_lists:
        columns = _analyze_values(analyzer, node, scope)
    else:
        columns = _analyze_simple_select(analyzer, node, scope)
    for clause, field in (("LIMIT", "limit_count"), ("OFFSET", "limit_offset")):
        if node.HasField(field):
            with within(scope, clause):
                analyze_expression(analyzer, getattr(node, field), scope)
    if node.locking_clause:
        check_locking(analyzer, node, scope)
    return columns


def _analyze_simple_select(analyzer: Analyzer, node: Node, scope: Scope) -> ColumnTypes | None:
    if node.from_clause:
        before, scope.clause = scope.clause, "functions in FROM"
        for item in node.from_clause[:]:
            scope.items += from_clause.analyze_from_item(analyzer, item, scope)
        scope.clause = before
    analyze_condition(analyzer, node.where_clause, scope, "WHERE")
    if _has_more_clauses(node):
        return _analyze_more_clauses(analyzer, node, scope)
    scope.uses.clear()
    columns = analyze_target_list(analyzer, node.target_list, scope)
    if analyzer.recorder is None:
        check_grouped(analyzer, node, scope, set())
    return columns


def _has_more_clauses(node: Node) -> bool:
    """Return whether a SELECT has clauses for groups, windows or sorting. Most have none."""
    return bool(
        node.sort_clause
        or node.group_clause
        or node.distinct_clause
        or node.window_clause
        or node.HasField("having_clause")
    )


def _analyze_more_clauses(analyzer: Analyzer, node: Node, scope: Scope) -> ColumnTypes | None:
    """Analyze the target list, and the clauses for groups, windows and sorting."""
    recorder = analyzer.recorder
    grouped = list_grouped(node, scope, common=recorder is not None)
    # A column needs no comparison of expressions.
    scope.grouped = {each for each in grouped if not _is_column(each)}
    scope.uses.clear()
    scope.window_names = [wrapped.window_def.name for wrapped in node.window_clause[:]]
    columns = analyze_target_list(analyzer, node.target_list, scope)
    outputs = {name for name, _ in columns or ()} | _output_names(node.target_list)
    for wrapped in node.window_clause[:]:
        analyze_window(analyzer, wrapped.window_def, scope)
    if node.group_clause:
        with within(scope, "GROUP BY"):
            for item_node in node.group_clause[:]:
                _analyze_sort_group_item(
                    analyzer, item_node, scope, _prefer_columns(analyzer, outputs, scope)
                )
                if recorder is None:
                    _check_grouped_result(analyzer, item_node, node, scope)
    analyze_condition(analyzer, node.having_clause, scope, "HAVING")
    for item_node in (*node.distinct_clause, *(s.sort_by.node for s in node.sort_clause)):
        _analyze_sort_group_item(analyzer, item_node, scope, outputs)
    if recorder is None:
        check_grouped(analyzer, node, scope, grouped)
        check_distinct(analyzer, node, scope)
    else:
        _record_sort_operators(analyzer, node.sort_clause, columns, scope)
        for relation, name in find_grouping_keys(grouped, scope.uses, scope.items):
            recorder.record_constraint(relation, "primary_key", name, _first_location(node.group_clause))
    return columns


def _check_grouped_result(analyzer: Analyzer, element: Node, query: Node, scope: Scope) -> None:
    """Report an aggregate or window function in a result column that GROUP BY names by its number or alias."""
    if element.WhichOneof("node") == "grouping_set":
        for part in element.grouping_set.content:
            _check_grouped_result(analyzer, part, query, scope)
        return
    result = find_result(element, query)
    if result is element or result.WhichOneof("node") in {"column_ref", "a_const"}:
        return
    if element.WhichOneof("node") == "column_ref":
        # A column of the FROM clause comes before a result column.
        level = attrs.evolve(scope, outer=None)
        column = resolve_column(level, names(element.column_ref.fields))
        if column.item is not None or column.is_open:
            return
    trial = Analyzer(analyzer.schema, parameter_types=analyzer.parameter_types)
    analyze_expression(trial, result, attrs.evolve(scope, uses=[]))
    analyzer.errors += [error for error in trial.errors if error.rule == "misplaced-expression"]


def _is_column(described: Hashable) -> bool:
    return isinstance(described, tuple) and isinstance(described[0], int)


def _first_location(nodes: Sequence[Node]) -> int:
    return next((expression_location(node) for node in nodes), -1)


def _prefer_columns(analyzer: Analyzer, outputs: set[str], scope: Scope) -> set[str]:
    """Return the names of result columns that GROUP BY may use: a column of the FROM clause comes first."""
    if analyzer.recorder is None and not analyzer.conflicting_variables:
        return outputs
    level = attrs.evolve(scope, outer=None)
    return {name for name in outputs if resolve_column(level, [name]).item is None}


def _record_sort_operators(
    analyzer: Analyzer, sort_clause: Sequence[Node], columns: ColumnTypes | None, scope: Scope
) -> None:
    """Record the operators of ORDER BY ... USING."""
    for wrapped in sort_clause:
        sort = wrapped.sort_by
        if not sort.use_op:
            continue
        trial = Analyzer(analyzer.schema, parameter_types=analyzer.parameter_types)
        kind = analyze_expression(trial, sort.node, scope).type
        if sort.node.WhichOneof("node") == "column_ref" and len(sort.node.column_ref.fields) == 1:
            by_name = dict(columns or ())
            kind = by_name.get(sort.node.column_ref.fields[0].string.sval, kind)
        schema_name, name = qualified_name(sort.use_op)
        resolve_operator(analyzer, name, [TypedValue(kind)] * 2, sort.location, schema_name)


def _output_names(target_list: Node) -> set[str]:
    return {target.res_target.name for target in target_list if target.res_target.name}


def _analyze_sort_group_item(analyzer: Analyzer, node: Node, scope: Scope, outputs: set[str]) -> None:
    """Analyze an item of GROUP BY, ORDER BY or DISTINCT ON, which may be the name or number of a result column."""
    kind = node.WhichOneof("node")
    if kind is None or kind == "a_const":
        return
    if kind == "grouping_set" or (kind == "row_expr" and analyzer.recorder is not None):
        for element in node.grouping_set.content if kind == "grouping_set" else node.row_expr.args:
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
    # Postgres coerces the constants of the queries, but not the columns.
    recorder, analyzer.recorder = analyzer.recorder, None
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
        if recorder is not None and UNKNOWN in both:
            recorder.record_coercion(TypedValue(UNKNOWN), shared, _target_location(node))
    analyzer.recorder = recorder
    return columns


def _target_location(node: Node) -> int:
    for target in node.target_list[:]:
        return int(target.res_target.location)
    return -1


def _analyze_values(analyzer: Analyzer, node: Node, scope: Scope) -> ColumnTypes:
    with within(scope, "VALUES"):
        rows = [row_values.analyze_row_elements(analyzer, row.list.items, scope) for row in node.values_lists]
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
        stars = row_values.expand_star(analyzer, target.val, scope)
        if stars is not None:
            expanded, complete = stars
            known = known and complete
            columns += expanded
            if target.val.column_ref.fields[0].WhichOneof("node") == "string":
                analyze_expression(analyzer, target.val, scope)
            continue
        if target.val.WhichOneof("node") == "a_indirection" and _is_row_expansion(target.val):
            _, fields = row_values.analyze_indirection(analyzer, target.val.a_indirection, scope)
            known = known and fields is not None
            columns += fields or ()
            continue
        kind = analyze_expression(analyzer, target.val, scope).type
        columns.append((target.name or figure_output_name(target.val), kind))
    return columns if known else None


def _is_row_expansion(node: Node) -> bool:
    return any(step.WhichOneof("node") == "a_star" for step in node.a_indirection.indirection)
