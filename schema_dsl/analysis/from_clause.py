"""Analyze the items of a FROM clause: tables, subqueries, functions, joins (parse_clause.c)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from schema_dsl.analysis import queries
from schema_dsl.analysis.analyzer import Analyzer, TypedValue
from schema_dsl.analysis.builtins import Signature, format_type
from schema_dsl.analysis.coercion import (
    POLYMORPHIC,
    base_type,
    can_coerce_for_assignment,
    element_type,
    select_common_type,
)
from schema_dsl.analysis.expressions import analyze_call, analyze_condition, analyze_expression
from schema_dsl.analysis.function_calls import resolve_operator
from schema_dsl.analysis.schema import RelationInfo
from schema_dsl.analysis.scope import NO_RETURNING, ColumnTypes, FromItem, Scope, build_from_item
from schema_dsl.analysis.trees import enumeration, names
from schema_dsl.parsing import Node, figure_output_name
from schema_dsl.parsing.grammar import walk


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
    if relation is None and not node.schemaname and node.relname in analyzer.runtime_relations:
        return FromItem(alias or node.relname, {}, complete=False, is_derived=True)
    is_known = analyzer.record_relation(relation, node.schemaname, node.relname, node.location)
    if relation is None:
        item = FromItem(alias or node.relname, {}, complete=False, schema="" if alias else node.schemaname)
        item.is_derived = is_known
        return item
    return build_from_item(relation, alias)


def _range_var(analyzer: Analyzer, node: Node, scope: Scope) -> list[FromItem]:
    if not node.schemaname:
        is_cte, columns = scope.find_cte(node.relname)
        if columns is NO_RETURNING:
            message = f'WITH query "{node.relname}" does not have a RETURNING clause'
            remedy = "Add RETURNING with the columns that the query reads."
            analyzer.report("unknown-column", message, remedy, node.location, node.relname)
            columns = None
        if is_cte:
            alias = node.alias.aliasname if node.HasField("alias") else node.relname
            return [_build_aliased_item(analyzer, alias, columns, node)]
    item = range_var_item(analyzer, node)
    if node.HasField("alias") and node.alias.colnames:
        if item.relation is not None and not any(each.uncertain for each in item.relation.columns.values()):
            _check_alias_count(analyzer, item, node)
        # Column aliases are positional, so none is certain where a column of the relation is unknown.
        known = item.columns if item.complete else {}
        renamed = queries.rename_columns(list(known.items()), names(node.alias.colnames)) or []
        origins = [item.find_origins(name) for name in known]
        item.origins = {name: origin for (name, _), origin in zip(renamed, origins, strict=True)}
        item.columns = dict(renamed)
    return [item]


def _build_aliased_item(analyzer: Analyzer, alias: str, columns: ColumnTypes | None, node: Node) -> FromItem:
    aliases = names(node.alias.colnames) if node.HasField("alias") else []
    item = _build_item(alias, queries.rename_columns(columns, aliases) or [], complete=columns is not None)
    _check_alias_count(analyzer, item, node)
    return item


def _check_alias_count(analyzer: Analyzer, item: FromItem, node: Node) -> None:
    """Report more column aliases than an item of FROM has columns."""
    count, aliases = len(item.columns), names(node.alias.colnames) if node.HasField("alias") else []
    if item.complete and len(aliases) > count:
        message = f'table "{item.alias}" has {count} columns available but {len(aliases)} columns specified'
        analyzer.report("wrong-column-count", message, "", getattr(node, "location", -1), aliases[count])


def _build_item(alias: str, columns: ColumnTypes, *, complete: bool) -> FromItem:
    """Build a FROM item of columns; duplicate column names make the item incomplete."""
    types_by_name = dict(columns)
    is_complete = complete and len(types_by_name) == len(columns)
    return FromItem(alias, types_by_name, complete=is_complete, is_derived=True)


def _subselect(analyzer: Analyzer, node: Node, scope: Scope) -> list[FromItem]:
    outer = scope if node.lateral else _without_siblings(scope)
    columns = queries.resolve_unknown_types(queries.analyze_query(analyzer, node.subquery, outer))
    return [_build_aliased_item(analyzer, node.alias.aliasname, columns, node)]


def _without_siblings(scope: Scope) -> Scope:
    """Return the outer scope of a subquery without LATERAL, which cannot reference the other FROM items."""
    return Scope(outer=scope.outer, ctes=scope.ctes, variables=scope.variables, complete=scope.complete)


def _function(analyzer: Analyzer, node: Node, scope: Scope) -> list[FromItem]:
    alias = node.alias.aliasname if node.HasField("alias") else ""
    columns: ColumnTypes = []
    unknown_from: int | None = None
    origins: list[tuple[tuple[RelationInfo, str], ...]] = []
    relation: RelationInfo | None = None
    for wrapped in node.functions:
        call, definitions = wrapped.list.items[0], wrapped.list.items[1:]
        defined = [definition.column_def for d in definitions for definition in d.list.items] or [
            definition.column_def for definition in node.coldeflist
        ]
        call_columns, relation = _function_columns(analyzer, call, alias, scope, is_defined=bool(defined))
        if defined:
            call_columns = [(column.colname, analyzer.resolve_type(column.type_name)) for column in defined]
            for column in defined:
                if column.HasField("coll_clause"):
                    analyzer.record_collation(column.coll_clause)
            relation = None
            _check_defined_columns(analyzer, call, call_columns)
        if call_columns is None:
            unknown_from = len(columns) if unknown_from is None else unknown_from
        else:
            columns += call_columns
            origins += [() if relation is None else ((relation, name),) for name, _ in call_columns]
    if node.ordinality:
        columns.append(("ordinality", "int8"))
    aliases = names(node.alias.colnames) if node.HasField("alias") else []
    name = alias or (figure_output_name(node.functions[0].list.items[0]) if node.functions else "")
    if aliases:
        # Column aliases are positional, so none is certain after a function whose columns are unknown.
        columns = columns[:unknown_from]
    renamed = queries.rename_columns(columns, aliases) or []
    item = _build_item(name, renamed, complete=unknown_from is None)
    _check_alias_count(analyzer, item, node)
    item.is_scalar_function = len(columns) == 1 and relation is None and unknown_from is None
    item.origins = {column: origin for (column, _), origin in zip(renamed, origins, strict=False)}
    if relation is not None and len(node.functions) == 1 and not node.ordinality:
        item.row_type = relation.full_name
    return [item]


def _check_defined_columns(analyzer: Analyzer, call: Node, defined: ColumnTypes) -> None:
    """Check that a column definition list fits the rows that the body of a function returns."""
    given = names(call.func_call.funcname)
    if not given or "functions" in analyzer.schema.unknown_kinds:
        return
    routines = list(analyzer.schema.find_routines(given[-2] if len(given) > 1 else "", given[-1]))
    returned, is_exact = analyzer.find_record_columns(routines[0]) if len(routines) == 1 else (None, False)
    if returned is None:
        return
    message = f'the column definition list does not fit the rows that function "{given[-1]}" returns'
    if len(returned) != len(defined):
        detail = f"it has {len(defined)} columns instead of {len(returned)}"
        analyzer.report("column-definitions", f"{message}: {detail}", "", call.func_call.location, given[-1])
        return
    for (name, wanted), (_, kind) in zip(defined, returned, strict=True):
        known = None not in {wanted, kind}
        fits = can_coerce_for_assignment(analyzer.schema, kind, wanted) if not is_exact else kind == wanted
        if known and fits is False:
            detail = f"column {name} is {format_type(kind)} instead of {format_type(wanted)}"
            analyzer.report(
                "column-definitions", f"{message}: {detail}", "", call.func_call.location, given[-1]
            )
            return


def _function_columns(
    analyzer: Analyzer, call: Node, alias: str, scope: Scope, *, is_defined: bool
) -> tuple[ColumnTypes | None, RelationInfo | None]:
    """Return the columns of a function in FROM, None if they are not known, and the relation that defines them.

    `is_defined` tells whether the clause has a column definition list.
    """
    if call.WhichOneof("node") != "func_call":
        kind = analyze_expression(analyzer, call, scope).type
        return [(alias or figure_output_name(call), kind)], None
    if names(call.func_call.funcname)[-1] == "unnest" and len(call.func_call.args) > 1:
        # In a FROM clause, unnest() accepts several arrays and returns one column for each.
        arrays = [analyze_expression(analyzer, argument, scope).type for argument in call.func_call.args]
        return [("unnest", element_type(analyzer.schema, array)) for array in arrays], None
    value, signature = analyze_call(analyzer, call.func_call, scope)
    if signature is None and (analyzer.recorder is None or value.type is None):
        return None, None
    if signature is not None:
        _check_column_definitions(analyzer, call.func_call, signature, value.type, is_defined=is_defined)
    name = alias or names(call.func_call.funcname)[-1]
    return _result_columns(analyzer, signature, value.type, name)


def _check_column_definitions(
    analyzer: Analyzer, call: Node, signature: Signature, kind: str | None, *, is_defined: bool
) -> None:
    """Check that the clause has a column definition list exactly if the function does not say its columns."""
    is_needed = kind == "record" and not signature.columns
    definition = signature.definition
    is_certain = definition is None or getattr(definition, "is_certain", True)
    if kind is None or kind in POLYMORPHIC or is_needed is is_defined or not is_certain:
        return
    name = names(call.funcname)[-1]
    if is_needed:
        message = f'a column definition list is required for function "{name}", which returns "record"'
        remedy = f"Write the columns with their types: {name}(...) AS alias (column type, ...)."
    elif signature.columns and kind == "record":
        message = f'a column definition list is redundant for function "{name}", which has OUT parameters'
        remedy = "Leave the types out."
    else:
        message = (
            f'a column definition list is only allowed for functions that return "record", not for "{name}"'
        )
        remedy = "Leave the types out."
    analyzer.report("column-definitions", message, remedy, call.location, name)


def _result_columns(
    analyzer: Analyzer, signature: Signature | None, kind: str | None, name: str
) -> tuple[ColumnTypes | None, RelationInfo | None]:
    if signature is not None and signature.columns:
        columns = [(name, None if kind in POLYMORPHIC else kind) for name, kind in signature.columns]
        return columns, None
    if kind is None or kind == "record":
        return None, None
    base = base_type(analyzer.schema, kind)
    relation = analyzer.schema.find_row_relation(base) if base else None
    if relation is not None:
        if not relation.complete or relation.uncertain:
            return None, None
        return [(column.name, column.type) for column in relation.columns.values()], relation
    return [(name, kind)], None


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
        merged_item = _build_merged_item(analyzer, merged, left, right, node)
        for item in items:
            item.merged_columns |= merged.keys()
        # The merged columns come first and belong to neither table.
        items = [merged_item, *items]
    if node.quals.WhichOneof("node"):
        outer = _without_siblings(scope)
        analyze_condition(analyzer, node.quals, Scope(items, outer, {}, None), "JOIN/ON")
    if node.HasField("join_using_alias"):
        alias = FromItem(node.join_using_alias.aliasname, merged, merged_columns=frozenset(merged))
        alias.origins = {name: items[0].find_origins(name) for name in merged}
        items.append(alias)
    if node.HasField("alias"):
        visible = [
            (name, kind, item.find_origins(name))
            for item in items
            for name, kind in item.columns.items()
            if name not in item.merged_columns
        ]
        columns = [(name, kind) for name, kind, _ in visible]
        complete = all(item.complete for item in items)
        aliased = _build_aliased_item(analyzer, node.alias.aliasname, columns if complete else None, node)
        origins = [origin for _, _, origin in visible]
        aliased.origins = dict(zip(aliased.columns, origins, strict=False)) if aliased.complete else {}
        aliased.is_derived = complete or all(item.is_derived for item in items if not item.complete)
        return [aliased]
    return items


def _build_merged_item(
    analyzer: Analyzer, merged: dict[str, str | None], left: list[FromItem], right: list[FromItem], node: Node
) -> FromItem:
    """Build the item of the columns that USING or NATURAL merges, and record the columns of both tables."""
    holders = {
        name: [
            item
            for side in (left, right)
            for item in [i for i in side if name in i.columns and name not in i.merged_columns][:1]
        ]
        for name in merged
    }
    origins = {
        name: tuple(origin for item in items for origin in item.find_origins(name))
        for name, items in holders.items()
    }
    every = {id(item): item for items in holders.values() for item in items}
    parts = [part for item in every.values() for part in (item, *item.merged_items)]
    merged_item = FromItem("", merged, origins=origins, merged_items=tuple(parts))
    if analyzer.recorder is not None:
        location = next((part.location for part in walk(node.rarg) if getattr(part, "location", 0) > 0), -1)
        for name in merged:
            word = "" if node.is_natural else name
            analyzer.recorder.record_origins(
                merged_item, name, location, word=word, is_written=not node.is_natural
            )
    return merged_item


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
    for argument in (*node.args, node.repeatable):
        analyze_expression(analyzer, argument, scope)
    return analyze_from_item(analyzer, node.relation, scope)


def _xml_table(analyzer: Analyzer, node: Node, scope: Scope) -> list[FromItem]:
    expressions = [node.docexpr, node.rowexpr, *(space.res_target.val for space in node.namespaces)]
    columns: ColumnTypes = []
    for wrapped in node.columns:
        column = wrapped.range_table_func_col
        kind = "int4" if column.for_ordinality else analyzer.find_type(column.type_name)
        columns.append((column.colname, kind))
        expressions.append(column.colexpr)
        analyzer.coerce_constant(
            analyze_expression(analyzer, column.coldefexpr, scope), kind, column.location
        )
    for expression in expressions:
        analyze_expression(analyzer, expression, scope)
    alias = node.alias.aliasname if node.HasField("alias") else "xmltable"
    return [_build_aliased_item(analyzer, alias, columns, node)]


def _json_table(analyzer: Analyzer, node: Node, scope: Scope) -> list[FromItem]:
    analyze_expression(analyzer, node.context_item.raw_expr, scope)
    for argument in node.passing:
        analyze_expression(analyzer, argument.json_argument.val.raw_expr, scope)
    analyze_expression(analyzer, node.on_error.expr, scope)
    columns = list(_json_table_columns(analyzer, node.columns, scope))
    alias = node.alias.aliasname if node.HasField("alias") else "json_table"
    return [_build_aliased_item(analyzer, alias, columns, node)]


def _json_table_columns(
    analyzer: Analyzer, nodes: Sequence[Node], scope: Scope
) -> Iterator[tuple[str, str | None]]:
    for wrapped in nodes:
        column = wrapped.json_table_column
        kind = enumeration("JsonTableColumnType")[column.coltype]
        if kind == "JTC_NESTED":
            yield from _json_table_columns(analyzer, column.columns, scope)
            continue
        column_type = "int4" if kind == "JTC_FOR_ORDINALITY" else analyzer.find_type(column.type_name)
        yield column.name, column_type
        for behavior in (column.on_empty, column.on_error):
            value = analyze_expression(analyzer, behavior.expr, scope)
            analyzer.coerce_constant(value, column_type, column.location)


_HANDLERS: dict[str, Callable[[Analyzer, Node, Scope], list[FromItem]]] = {
    "range_var": _range_var,
    "range_subselect": _subselect,
    "range_function": _function,
    "join_expr": _join,
    "range_table_sample": _sample,
    "range_table_func": _xml_table,
    "json_table": _json_table,
}
