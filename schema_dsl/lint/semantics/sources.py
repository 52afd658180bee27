"""What stands in a FROM: tables, sub-selects, functions, joins."""

from __future__ import annotations

from collections.abc import Callable

from schema_dsl.lint.builtins import Signature
from schema_dsl.lint.history.trees import names, type_named
from schema_dsl.lint.semantics import queries
from schema_dsl.lint.semantics.analyzer import Analyzer, TypedValue
from schema_dsl.lint.semantics.expressions import condition, function_value, value_of
from schema_dsl.lint.semantics.functions import operate
from schema_dsl.lint.semantics.scope import ColumnTypes, FromItem, Scope, item_of
from schema_dsl.lint.semantics.types import POLYMORPHIC, base_of, common, element_of
from schema_dsl.parsing import Node, output_name


def from_item(a: Analyzer, node: Node, scope: Scope) -> list[FromItem]:
    """Analyse one element of a FROM; what comes before it in `scope` may be referred to laterally."""
    kind = node.WhichOneof("node")
    handler = _ITEMS.get(kind or "")
    if handler is None:
        return [FromItem("", {}, complete=False)]
    return handler(a, getattr(node, kind), scope)


def relation_item(a: Analyzer, node: Node) -> FromItem:
    """Make a RangeVar something to look names up in; of an unknown relation nothing is known."""
    alias = node.alias.aliasname if node.HasField("alias") else ""
    relation = a.relation(node)
    if relation is None:
        return FromItem(alias or node.relname, {}, complete=False, schema="" if alias else node.schemaname)
    return item_of(relation, alias)


def _range_var(a: Analyzer, node: Node, scope: Scope) -> list[FromItem]:
    if not node.schemaname:
        known, columns = scope.cte(node.relname)
        if known:
            alias = node.alias.aliasname if node.HasField("alias") else node.relname
            return [_aliased(alias, columns, node)]
    item = relation_item(a, node)
    if node.HasField("alias") and node.alias.colnames:
        renamed = queries.renamed(list(item.columns.items()), names(node.alias.colnames))
        item.columns = dict(renamed or ())
    return [item]


def _aliased(alias: str, columns: ColumnTypes | None, node: Node) -> FromItem:
    given = names(node.alias.colnames) if node.HasField("alias") else []
    return _item(alias, queries.renamed(columns, given) or [], complete=columns is not None)


def _item(alias: str, columns: ColumnTypes, *, complete: bool) -> FromItem:
    """Make columns something to look up; where two have one name, they are more than can be told apart."""
    found = dict(columns)
    return FromItem(alias, found, complete=complete and len(found) == len(columns))


def _subselect(a: Analyzer, node: Node, scope: Scope) -> list[FromItem]:
    outer = scope if node.lateral else _without_items(scope)
    columns = queries.typed(queries.query(a, node.subquery, outer))
    return [_aliased(node.alias.aliasname, columns, node)]


def _without_items(scope: Scope) -> Scope:
    """Give the scope of a sub-select that may not look at its neighbours."""
    return Scope(outer=scope.outer, ctes=scope.ctes, variables=scope.variables, certain=scope.certain)


def _function(a: Analyzer, node: Node, scope: Scope) -> list[FromItem]:
    alias = node.alias.aliasname if node.HasField("alias") else ""
    columns: ColumnTypes = []
    complete = True
    for wrapped in node.functions:
        call, definitions = wrapped.list.items[0], wrapped.list.items[1:]
        found = _function_columns(a, call, alias, scope)
        defined = [each.column_def for d in definitions for each in d.list.items] or [
            each.column_def for each in node.coldeflist
        ]
        if defined:
            found = [(each.colname, type_named(a.schema, each.type_name)) for each in defined]
        if found is None:
            complete = False
        else:
            columns += found
    if node.ordinality:
        columns.append(("ordinality", "int8"))
    given = names(node.alias.colnames) if node.HasField("alias") else []
    name = alias or (output_name(node.functions[0].list.items[0]) if node.functions else "")
    item = _item(name, queries.renamed(columns, given) or [], complete=complete)
    item.doubled = len(columns) == 1
    return [item]


def _function_columns(a: Analyzer, call: Node, alias: str, scope: Scope) -> ColumnTypes | None:
    if call.WhichOneof("node") != "func_call":
        kind = value_of(a, call, scope).type
        return [(alias or output_name(call), kind)]
    if names(call.func_call.funcname)[-1] == "unnest" and len(call.func_call.args) > 1:
        # Only here it takes several arrays, and gives a column for each.
        arrays = [value_of(a, each, scope).type for each in call.func_call.args]
        return [("unnest", element_of(a.schema, each)) for each in arrays]
    value, signature = function_value(a, call.func_call, scope)
    if signature is None:
        return None
    return _columns_of(a, signature, value.type, alias or names(call.func_call.funcname)[-1])


def _columns_of(a: Analyzer, signature: Signature, kind: str | None, name: str) -> ColumnTypes | None:
    if signature.columns:
        return [(name, None if each in POLYMORPHIC else each) for name, each in signature.columns]
    if kind is None or kind == "record":
        return None
    base = base_of(a.schema, kind)
    relation = a.schema.row_relation(base) if base else None
    if relation is not None:
        if not relation.complete or relation.doubtful:
            return None
        return [(each.name, each.type) for each in relation.columns.values()]
    return [(name, kind)]


def _join(a: Analyzer, node: Node, scope: Scope) -> list[FromItem]:
    left = from_item(a, node.larg, scope)
    beside = Scope([*scope.items, *left], scope.outer, scope.ctes, scope.variables, scope.certain)
    right = from_item(a, node.rarg, beside)
    items = [*left, *right]
    using = names(node.using_clause)
    if node.is_natural:
        using = [
            name for item in right for name in item.columns if any(name in each.columns for each in left)
        ]
    merged = {name: _using(a, name, left, right) for name in using}
    if merged:
        for item in items:
            item.merged |= merged.keys()
        # They come first, and are neither side's.
        items = [FromItem("", merged), *items]
    if node.quals.WhichOneof("node"):
        condition(a, node.quals, Scope(items, scope, {}, None), "JOIN/ON")
    if node.HasField("join_using_alias"):
        items.append(FromItem(node.join_using_alias.aliasname, merged, merged=frozenset(merged)))
    if node.HasField("alias"):
        columns = [pair for item in items for pair in item.columns.items() if pair[0] not in item.merged]
        complete = all(item.complete for item in items)
        return [_aliased(node.alias.aliasname, columns if complete else None, node)]
    return items


def _using(a: Analyzer, name: str, left: list[FromItem], right: list[FromItem]) -> str | None:
    """Hold that both sides have a column; give the type that it has for both."""
    kinds = []
    for side, word in ((left, "left"), (right, "right")):
        holders = [item for item in side if name in item.columns and name not in item.merged]
        if holders:
            kinds.append(TypedValue(holders[0].columns[name]))
        elif all(item.complete for item in side):
            message = f'column "{name}" specified in USING clause does not exist in {word} table'
            a.complain("unknown-column", message, "", -1, name)
            return None
    if len(kinds) != 2:  # noqa: PLR2004 - one a side
        return None
    operate(a, "=", kinds, -1)
    return common(a.schema, [each.type for each in kinds])[0]


def _sample(a: Analyzer, node: Node, scope: Scope) -> list[FromItem]:
    return from_item(a, node.relation, scope)


def _opaque(name: str) -> Callable[[Analyzer, Node, Scope], list[FromItem]]:
    """Look at XMLTABLE and JSON_TABLE from outside only."""

    def item(_: Analyzer, node: Node, __: Scope) -> list[FromItem]:
        return [FromItem(node.alias.aliasname if node.HasField("alias") else name, {}, complete=False)]

    return item


_ITEMS: dict[str, Callable[[Analyzer, Node, Scope], list[FromItem]]] = {
    "range_var": _range_var,
    "range_subselect": _subselect,
    "range_function": _function,
    "join_expr": _join,
    "range_table_sample": _sample,
    "range_table_func": _opaque("xmltable"),
    "json_table": _opaque("json_table"),
}
