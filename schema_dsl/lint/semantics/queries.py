"""Queries: what a FROM brings into view, and which columns come out."""

from __future__ import annotations

from schema_dsl.lint.history.schema import Schema
from schema_dsl.lint.history.trees import enumeration, names
from schema_dsl.lint.semantics import dml
from schema_dsl.lint.semantics.analyzer import Analyzer, TypedValue
from schema_dsl.lint.semantics.expressions import condition, matched, value_of, values_of, window
from schema_dsl.lint.semantics.scope import ColumnTypes, Scope
from schema_dsl.lint.semantics.sources import from_item
from schema_dsl.lint.semantics.types import UNKNOWN
from schema_dsl.parsing import Node, output_name

_STATEMENTS = frozenset({"insert_stmt", "update_stmt", "delete_stmt", "merge_stmt"})


def output_of(schema: Schema, tree: Node) -> ColumnTypes | None:
    """Give the columns of a SelectStmt, as a table made from it has them; None if they are not all known."""
    return typed(select(Analyzer(schema), tree, Scope(certain=False)))


def typed(columns: ColumnTypes | None) -> ColumnTypes | None:
    """Give constants without a type the one that they have behind a query: text."""
    if columns is None:
        return None
    return [(name, "text" if kind == UNKNOWN else kind) for name, kind in columns]


def query(a: Analyzer, node: Node, outer: Scope | None) -> ColumnTypes | None:
    """Analyse a query of any kind; give its columns, or None if they are not all known."""
    kind = node.WhichOneof("node")
    if kind == "select_stmt":
        return select(a, node.select_stmt, outer)
    if kind in _STATEMENTS:
        return dml.change(a, kind, getattr(node, kind), outer)
    return None


def with_queries(a: Analyzer, node: Node, scope: Scope) -> None:
    """Analyse a WITH clause into the scope's names."""
    if not node.HasField("with_clause"):
        return
    clause = node.with_clause
    if clause.recursive:
        for wrapped in clause.ctes:
            scope.ctes[wrapped.common_table_expr.ctename] = None
    for wrapped in clause.ctes:
        each = wrapped.common_table_expr
        aliases = names(each.aliascolnames)
        inner = each.ctequery
        plain = not (each.HasField("search_clause") or each.HasField("cycle_clause"))
        if (
            clause.recursive
            and inner.WhichOneof("node") == "select_stmt"
            and inner.select_stmt.HasField("larg")
        ):
            # The first part says what the columns are, without knowing of the second.
            first = select(Analyzer(a.schema), inner.select_stmt.larg, scope)
            scope.ctes[each.ctename] = renamed(typed(first), aliases) if plain else None
        columns = typed(query(a, inner, scope))
        scope.ctes[each.ctename] = renamed(columns, aliases) if plain else None


def renamed(columns: ColumnTypes | None, aliases: list[str]) -> ColumnTypes | None:
    """Give columns the names of an alias list, which may be shorter."""
    if columns is None:
        return None
    return [
        (aliases[number] if number < len(aliases) else name, kind)
        for number, (name, kind) in enumerate(columns)
    ]


def select(a: Analyzer, node: Node, outer: Scope | None) -> ColumnTypes | None:
    """Analyse a SELECT, VALUES, or what UNION and the like make of them."""
    scope = Scope(outer=outer)
    with_queries(a, node, scope)
    if enumeration("SetOperation")[node.op] not in {"SETOP_NONE", "SET_OPERATION_UNDEFINED"}:
        return _combined(a, node, scope)
    if node.values_lists:
        return _values(a, node, scope)
    for item in node.from_clause:
        scope.items += from_item(a, item, scope)
    condition(a, node.where_clause, scope, "WHERE")
    columns = targets(a, node.target_list, scope)
    outputs = {name for name, _ in columns or ()} | _named(node.target_list)
    for wrapped in node.window_clause:
        window(a, wrapped.window_def, scope)
    for each in node.group_clause:
        _grouped(a, each, scope, outputs)
    condition(a, node.having_clause, scope, "HAVING")
    for each in (*node.distinct_clause, *(s.sort_by.node for s in node.sort_clause)):
        _grouped(a, each, scope, outputs)
    value_of(a, node.limit_count, scope)
    value_of(a, node.limit_offset, scope)
    return columns


def _named(target_list: Node) -> set[str]:
    return {each.res_target.name for each in target_list if each.res_target.name}


def _grouped(a: Analyzer, node: Node, scope: Scope, outputs: set[str]) -> None:
    """Analyse an element of GROUP BY, ORDER BY or DISTINCT ON, which may be an output's name or number."""
    kind = node.WhichOneof("node")
    if kind is None or kind == "a_const":
        return
    if kind == "grouping_set":
        for each in node.grouping_set.content:
            _grouped(a, each, scope, outputs)
    elif kind == "column_ref" and len(node.column_ref.fields) == 1:
        field = node.column_ref.fields[0]
        if field.WhichOneof("node") == "string" and field.string.sval not in outputs:
            value_of(a, node, scope)
    else:
        value_of(a, node, scope)


def _combined(a: Analyzer, node: Node, scope: Scope) -> ColumnTypes | None:
    word = enumeration("SetOperation")[node.op].removeprefix("SETOP_")
    left, right = select(a, node.larg, scope), select(a, node.rarg, scope)
    if left is None or right is None:
        return None
    if len(left) != len(right):
        message = f"each {word} query must have the same number of columns"
        a.complain("wrong-column-count", f"{message}: {len(left)} and {len(right)}", "", _place(node.rarg))
        return None
    columns: ColumnTypes = []
    for (name, one), (_, other) in zip(left, right, strict=True):
        both = {one, other}
        shared = (
            UNKNOWN
            if both == {UNKNOWN}
            else matched(a, [TypedValue(one), TypedValue(other)], word, _place(node)).type
        )
        columns.append((name, shared))
    return columns


def _place(node: Node) -> int:
    for each in node.target_list:
        return int(each.res_target.location)
    return -1


def _values(a: Analyzer, node: Node, scope: Scope) -> ColumnTypes:
    rows = [values_of(a, row.list.items, scope) for row in node.values_lists]
    width = min(len(row) for row in rows)
    columns: ColumnTypes = []
    for number in range(width):
        kinds = [row[number] for row in rows]
        untyped = all(value.type == UNKNOWN for value in kinds)
        kind = UNKNOWN if untyped else matched(a, kinds, "VALUES", -1).type
        columns.append((f"column{number + 1}", kind))
    return columns


def targets(a: Analyzer, target_list: Node, scope: Scope) -> ColumnTypes | None:
    """Analyse a list of outputs; `*` stands for what is in view."""
    columns: ColumnTypes = []
    known = True
    for wrapped in target_list:
        target = wrapped.res_target
        stars = _star(target.val, scope)
        if stars is not None:
            expanded, complete = stars
            known = known and complete
            columns += expanded
            if target.val.column_ref.fields[0].WhichOneof("node") == "string":
                value_of(a, target.val, scope)
            continue
        kind = value_of(a, target.val, scope).type
        if target.val.WhichOneof("node") == "a_indirection" and _all_fields(target.val):
            known = False
        columns.append((target.name or output_name(target.val), kind))
    return columns if known else None


def _all_fields(node: Node) -> bool:
    return any(step.WhichOneof("node") == "a_star" for step in node.a_indirection.indirection)


def _star(node: Node, scope: Scope) -> tuple[ColumnTypes, bool] | None:
    if node.WhichOneof("node") != "column_ref":
        return None
    fields = node.column_ref.fields
    if fields[-1].WhichOneof("node") != "a_star":
        return None
    wanted = fields[-2].string.sval if len(fields) > 1 else ""
    columns: ColumnTypes = []
    complete = True
    for level in scope.levels() if wanted else (scope,):
        items = [item for item in level.items if not wanted or item.alias == wanted]
        for item in items:
            complete = complete and item.complete
            if not wanted and item.qualified_only:
                continue
            hidden = frozenset() if wanted else item.merged
            columns += [(name, kind) for name, kind in item.columns.items() if name not in hidden]
        if items:
            return columns, complete
    return columns, False
