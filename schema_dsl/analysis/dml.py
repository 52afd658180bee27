"""Analyze INSERT, UPDATE, DELETE and MERGE: target tables, assigned columns, RETURNING."""

from __future__ import annotations

from schema_dsl.analysis import from_clause, queries, row_values
from schema_dsl.analysis.aggregation import within
from schema_dsl.analysis.analyzer import Analyzer, TypedValue
from schema_dsl.analysis.assignments import (
    check_assignment,
    check_assignments,
    check_element,
    check_target,
    record_field_assignments,
)
from schema_dsl.analysis.coercion import (
    UNKNOWN,
)
from schema_dsl.analysis.errors import find_nearest
from schema_dsl.analysis.expressions import (
    analyze_condition,
    analyze_expression,
    analyze_expressions,
    expression_location,
)
from schema_dsl.analysis.schema import RelationInfo
from schema_dsl.analysis.scope import ColumnTypes, FromItem, Scope
from schema_dsl.analysis.trees import enumeration
from schema_dsl.parsing import Node


def analyze_modification(
    analyzer: Analyzer, kind: str, node: Node, outer: Scope | None
) -> ColumnTypes | None:
    """Analyze an INSERT, UPDATE, DELETE or MERGE; return the columns of RETURNING."""
    scope = Scope(outer=outer)
    queries.analyze_with(analyzer, node, scope)
    item = from_clause.range_var_item(analyzer, node.relation)
    {
        "insert_stmt": _analyze_insert,
        "update_stmt": _analyze_update,
        "delete_stmt": _analyze_delete,
        "merge_stmt": _analyze_merge,
    }[kind](analyzer, node, scope, item)
    if not node.HasField("returning_clause"):
        return []
    seen = [item] if kind == "insert_stmt" else scope.items
    renamed = {
        enumeration("ReturningOptionKind")[option.returning_option.option]: option.returning_option.value
        for option in node.returning_clause.options
    }
    rows = [
        FromItem(
            renamed.get(f"RETURNING_OPTION_{name.upper()}", name),
            item.columns,
            item.complete,
            row_type=item.row_type,
            relation=item.relation,
            qualified_only=True,
        )
        for name in ("old", "new")
    ]
    inner = Scope([*seen, *rows], scope.outer, scope.ctes)
    inner.clause = "RETURNING"
    return queries.analyze_target_list(analyzer, node.returning_clause.exprs, inner)


def _analyze_insert(analyzer: Analyzer, node: Node, scope: Scope, item: FromItem) -> None:
    columns = [target.res_target for target in node.cols[:]]
    # The names of the columns; "" for a column of which only a field or element is assigned.
    target_names = [target.name if check_target(analyzer, item, target) else "" for target in columns]
    for name in {name for name in target_names if name and target_names.count(name) > 1}:
        analyzer.report(
            "duplicate-name", f'column "{name}" specified more than once', "", columns[-1].location, name
        )
    own_columns = item.relation.columns.values() if item.relation else ()
    counted = bool(columns) or (item.complete and not any(column.uncertain for column in own_columns))
    if not columns and counted:
        target_names = list(item.columns)
    if analyzer.recorder is not None and not columns:
        _record_implied_targets(analyzer, item, node, scope)
    source = node.select_stmt.select_stmt
    if source.values_lists and not source.HasField("with_clause"):
        for row in source.values_lists:
            with within(scope, "VALUES"):
                values = [
                    TypedValue(None)
                    if node.WhichOneof("node") == "set_to_default"
                    else analyze_expression(analyzer, node, scope)
                    for node in row.list.items
                ]
            # `p.*` expands to an unknown number of values.
            stars = (number for number, node in enumerate(row.list.items) if is_star(node))
            values = values[: next(stars, None)]
            check_assignments(
                analyzer, item, target_names, values, [expression_location(node) for node in row.list.items]
            )
            record_field_assignments(analyzer, item, columns, values)
            # With column names, the syntax check reports the wrong count.
            if not columns and counted and len(values) > len(target_names):
                _report_too_many_expressions(
                    analyzer, item, len(values), expression_location(row.list.items[len(target_names)])
                )
    elif node.HasField("select_stmt"):
        _check_insert_query(
            analyzer,
            source,
            queries.analyze_query(analyzer, node.select_stmt, scope),
            item,
            target_names,
            counted=counted,
        )
    if node.HasField("on_conflict_clause"):
        _analyze_on_conflict(analyzer, node.on_conflict_clause, scope, item)


def _record_implied_targets(analyzer: Analyzer, item: FromItem, node: Node, scope: Scope) -> None:
    """Record the columns that an INSERT without a column list assigns: the first ones of the table."""
    recorder = analyzer.recorder
    if recorder is None or not node.HasField("select_stmt"):
        return
    trial = Analyzer(analyzer.schema, parameter_types=analyzer.parameter_types)
    columns = queries.analyze_query(trial, node.select_stmt, scope)
    if columns is None or not item.complete:
        recorder.record("column", None, node.relation.location)
    for name in list(item.columns)[: None if columns is None else len(columns)]:
        recorder.record_origins(item, name, node.relation.location, is_written=False)


def is_star(node: Node) -> bool:
    """Return whether an expression is `*` or `p.*`."""
    return bool(node.WhichOneof("node") == "column_ref" and node.column_ref.fields[-1].HasField("a_star"))


def _check_insert_query(
    analyzer: Analyzer,
    source: Node,
    columns: ColumnTypes | None,
    item: FromItem,
    target_names: list[str],
    *,
    counted: bool,
) -> None:
    if columns is None:
        return
    if source.distinct_clause or source.HasField("larg"):
        # DISTINCT and UNION compare the values, and for that resolve constants.
        columns = queries.resolve_unknown_types(columns) or []
    results = [wrapped.res_target.val for wrapped in source.target_list]
    values, locations = [TypedValue(kind) for _, kind in columns], [-1] * len(columns)
    if len(results) == len(columns):
        locations = [expression_location(result) for result in results]
        values = [
            TypedValue(kind, result.a_const.sval.sval) if kind == UNKNOWN and _is_text(result) else value
            for (_, kind), value, result in zip(columns, values, results, strict=True)
        ]
    check_assignments(analyzer, item, target_names, values, locations)
    if counted and len(columns) > len(target_names):
        _report_too_many_expressions(analyzer, item, len(columns), -1)
    elif len(columns) < len(target_names) and target_names != list(item.columns):
        message = f"INSERT has more target columns than expressions: {len(target_names)} for {len(columns)}"
        analyzer.report("wrong-column-count", message)


def _is_text(node: Node) -> bool:
    return bool(node.WhichOneof("node") == "a_const" and node.a_const.WhichOneof("val") == "sval")


def _report_too_many_expressions(analyzer: Analyzer, item: FromItem, count: int, location: int) -> None:
    message = f"INSERT has more expressions than target columns: {count} for {len(item.columns)}"
    analyzer.report("wrong-column-count", message, "Name the target columns.", location)


def _analyze_on_conflict(analyzer: Analyzer, clause: Node, scope: Scope, item: FromItem) -> None:
    inner = Scope([item], scope.outer, scope.ctes)
    for param in clause.infer.index_elems:
        element = param.index_elem
        if element.name and analyzer.recorder is not None:
            analyzer.recorder.record_origins(item, element.name, clause.infer.location, word=element.name)
        if element.name:
            analyzer.report_variable_conflict(element.name, item, clause.infer.location)
        if element.name and item.complete and element.name not in item.columns:
            near = find_nearest(element.name, item.columns)
            message = f'column "{element.name}" does not exist in {item.alias}'
            analyzer.report(
                "unknown-column", message, f"Did you mean {near}?" if near else "", -1, element.name
            )
        elif element.HasField("expr"):
            analyze_expression(analyzer, element.expr, inner)
    analyze_condition(analyzer, clause.infer.where_clause, inner, "WHERE")
    _check_arbiter(analyzer, clause.infer, item)
    if clause.infer.conname and item.relation is not None:
        _record_arbiter(analyzer, item.relation, clause.infer)
        analyzer.check_constraint_exists(item.relation, clause.infer.conname, clause.infer.location)
    if enumeration("OnConflictAction")[clause.action] == "ONCONFLICT_UPDATE":
        _check_update_arbiter(analyzer, clause, item)
    # The columns of EXCLUDED have the names of those of the table, so that a name without qualifier is ambiguous.
    excluded = FromItem(
        "excluded", item.columns, item.complete, row_type=item.row_type, relation=item.relation
    )
    updated = Scope([item, excluded], scope.outer, scope.ctes)
    if analyzer.recorder is not None and clause.target_list:
        # Postgres stores a list of all columns for EXCLUDED.
        for name in item.columns:
            analyzer.recorder.record_origins(item, name, clause.location, is_written=False)
    _analyze_set(analyzer, clause.target_list, updated, item)
    analyze_condition(analyzer, clause.where_clause, updated, "WHERE")


def _check_update_arbiter(analyzer: Analyzer, clause: Node, item: FromItem) -> None:
    """Check that ON CONFLICT DO UPDATE names columns, or a constraint that is no exclusion."""
    name = clause.infer.conname
    named = item.relation.constraints.get(name) if item.relation is not None and name else None
    if not clause.HasField("infer"):
        message = "ON CONFLICT DO UPDATE requires inference specification or constraint name"
        remedy = "Name the columns of a unique constraint: ON CONFLICT (id) DO UPDATE."
        analyzer.report("conflict-target", message, remedy, clause.location)
    elif named is not None and named.kind == "exclusion":
        message = "ON CONFLICT DO UPDATE not supported with exclusion constraints"
        analyzer.report("conflict-target", message, "Write DO NOTHING.", clause.infer.location, name)


def _record_arbiter(analyzer: Analyzer, relation: RelationInfo, infer: Node) -> None:
    """Record the constraint in ON CONFLICT ON CONSTRAINT."""
    recorder = analyzer.recorder
    constraint = relation.constraints.get(infer.conname)
    if recorder is not None:
        kind = constraint.kind if constraint is not None else "constraint"
        recorder.record_constraint(relation, kind, infer.conname, infer.location, word=infer.conname)


def _check_arbiter(analyzer: Analyzer, infer: Node, item: FromItem) -> None:
    """Check that a unique constraint or index matches the columns of ON CONFLICT."""
    elements = [param.index_elem for param in infer.index_elems]
    relation = item.relation
    if relation is None or not elements or not relation.has_known_keys:
        return
    if any(not element.name for element in elements):
        _check_expression_arbiter(analyzer, infer, relation)
        return
    if any(element.collation or element.opclass for element in elements):
        return
    target_columns = {element.name for element in elements}
    partial = infer.HasField("where_clause")
    constraints = [
        constraint for constraint in relation.constraints.values() if constraint.kind in _ARBITER_KINDS
    ]
    indexes = [
        index for index in relation.indexes.values() if index.unique and (partial or not index.partial)
    ]
    if any(not constraint.columns for constraint in constraints):
        return
    unique = [set(constraint.columns) for constraint in constraints] + [
        set(constraint.columns) for constraint in indexes
    ]
    if target_columns <= item.columns.keys() and target_columns not in unique:
        message = "there is no unique or exclusion constraint matching the ON CONFLICT specification"
        listed = ", ".join(element.name for element in elements)
        remedy = f"Add a unique constraint on {relation} ({listed})."
        if any(set(index.columns) == target_columns for index in relation.indexes.values() if index.partial):
            remedy = "The unique index is partial: repeat its predicate after the columns."
        analyzer.report("conflict-target", message, remedy, infer.location, elements[0].name)


def _check_expression_arbiter(analyzer: Analyzer, infer: Node, relation: RelationInfo) -> None:
    """Check that a unique index on an expression exists for ON CONFLICT with an expression."""
    partial = infer.HasField("where_clause")
    if any(
        index.unique and "" in index.columns and (partial or not index.partial)
        for index in relation.indexes.values()
    ):
        return
    message = "there is no unique or exclusion constraint matching the ON CONFLICT specification"
    remedy = f"Create a unique index on the expression of {relation}."
    if any(index.unique and "" in index.columns for index in relation.indexes.values()):
        remedy = "The unique index is partial: repeat its predicate after the expression."
    analyzer.report("conflict-target", message, remedy, infer.location)


# ON CONFLICT with columns takes no exclusion constraint.
_ARBITER_KINDS = frozenset({"primary_key", "unique"})


def _analyze_set(analyzer: Analyzer, target_list: Node, scope: Scope, item: FromItem) -> None:
    for number, wrapped in enumerate(target_list):
        node = wrapped.res_target
        whole = check_target(analyzer, item, node)
        if node.val.WhichOneof("node") == "multi_assign_ref":
            source = node.val.multi_assign_ref
            if source.colno == 1:
                targets = [
                    target.res_target.name for target in target_list[number : number + source.ncolumns]
                ]
                _analyze_multi_assignment(analyzer, source, scope, item, targets)
            continue
        with within(scope, "UPDATE"):
            value = analyze_expression(analyzer, node.val, scope)
        if whole and node.val.WhichOneof("node") != "set_to_default":
            check_assignment(analyzer, item, node.name, value, expression_location(node.val))
        elif node.indirection:
            check_element(analyzer, item, node, value)
        record_field_assignments(analyzer, item, [node], [value])


def _analyze_multi_assignment(
    analyzer: Analyzer, node: Node, scope: Scope, item: FromItem, target_names: list[str]
) -> None:
    """Analyze the source of a multiple-column assignment: a row, or a subquery with as many columns."""
    if node.source.WhichOneof("node") == "row_expr" and analyzer.recorder is not None:
        values = row_values.analyze_row_elements(analyzer, node.source.row_expr.args, scope)
        check_assignments(analyzer, item, target_names, values, [-1] * len(values))
        return
    if node.source.WhichOneof("node") != "sub_link":
        analyze_expression(analyzer, node.source, scope)
        given = node.source.row_expr.args if node.source.WhichOneof("node") == "row_expr" else ()
        if given and len(given) != node.ncolumns and not any(map(is_star, given)):
            message = f"number of columns does not match number of values: {node.ncolumns} and {len(given)}"
            analyzer.report("wrong-column-count", message, "", expression_location(given[0]))
        return
    columns = queries.analyze_query(analyzer, node.source.sub_link.subselect, scope)
    if columns is not None and analyzer.recorder is not None:
        analyzer.recorder.record_parameters(columns, node.source.sub_link.location)
        values = [TypedValue(kind) for _, kind in queries.resolve_unknown_types(columns) or ()]
        check_assignments(analyzer, item, target_names, values, [-1] * len(values))
    if columns is not None and len(columns) != node.ncolumns:
        message = f"number of columns does not match number of values: {node.ncolumns} and {len(columns)}"
        analyzer.report("wrong-column-count", message, "", node.source.sub_link.location)


def _analyze_update(analyzer: Analyzer, node: Node, scope: Scope, item: FromItem) -> None:
    scope.items.append(item)
    for from_node in node.from_clause[:]:
        scope.items += from_clause.analyze_from_item(analyzer, from_node, scope)
    _analyze_set(analyzer, node.target_list, scope, item)
    analyze_condition(analyzer, node.where_clause, scope, "WHERE")


def _analyze_delete(analyzer: Analyzer, node: Node, scope: Scope, item: FromItem) -> None:
    scope.items.append(item)
    for from_node in node.using_clause[:]:
        scope.items += from_clause.analyze_from_item(analyzer, from_node, scope)
    analyze_condition(analyzer, node.where_clause, scope, "WHERE")


def _analyze_merge(analyzer: Analyzer, node: Node, scope: Scope, item: FromItem) -> None:
    scope.items.append(item)
    sources = from_clause.analyze_from_item(
        analyzer, node.source_relation, Scope(outer=scope.outer, ctes=scope.ctes)
    )
    scope.items += sources
    analyze_condition(analyzer, node.join_condition, scope, "JOIN/ON")
    for wrapped in node.merge_when_clauses:
        when = wrapped.merge_when_clause
        # NOT MATCHED clauses can reference only one of the two tables.
        missing = enumeration("MergeMatchKind")[when.match_kind].removeprefix("MERGE_WHEN_NOT_MATCHED_BY_")
        scope.items = {"TARGET": sources, "SOURCE": [item]}.get(missing, [item, *sources])
        analyze_condition(analyzer, when.condition, scope, "WHEN")
        if enumeration("CmdType")[when.command_type] == "CMD_UPDATE":
            _analyze_set(analyzer, when.target_list, scope, item)
        else:
            columns = [target.res_target for target in when.target_list]
            target_names = [target.name if check_target(analyzer, item, target) else "" for target in columns]
            values = analyze_expressions(analyzer, when.values, scope)
            check_assignments(
                analyzer, item, target_names, values, [expression_location(value) for value in when.values]
            )
    # RETURNING * lists the columns of the source first.
    scope.items = [*sources, item]
