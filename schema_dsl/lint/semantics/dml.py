"""INSERT, UPDATE, DELETE and MERGE: their tables, the columns they write, what they return."""

from __future__ import annotations

from collections.abc import Sequence

from schema_dsl.lint.builtins import shown
from schema_dsl.lint.history.trees import enumeration
from schema_dsl.lint.semantics import queries
from schema_dsl.lint.semantics.analyzer import Analyzer, TypedValue
from schema_dsl.lint.semantics.errors import nearest
from schema_dsl.lint.semantics.expressions import condition, location_of, value_of, values_of
from schema_dsl.lint.semantics.scope import ColumnTypes, FromItem, Scope
from schema_dsl.lint.semantics.sources import from_item, relation_item
from schema_dsl.lint.semantics.types import UNKNOWN, assignment
from schema_dsl.parsing import Node


def change(a: Analyzer, kind: str, node: Node, outer: Scope | None) -> ColumnTypes | None:
    """Analyse a statement that changes rows; give what it returns."""
    scope = Scope(outer=outer)
    queries.with_queries(a, node, scope)
    item = relation_item(a, node.relation)
    {"insert_stmt": _insert, "update_stmt": _update, "delete_stmt": _delete, "merge_stmt": _merge}[kind](
        a, node, scope, item
    )
    if not node.HasField("returning_clause"):
        return []
    seen = [item] if kind == "insert_stmt" else scope.items
    rows = [
        FromItem(name, item.columns, item.complete, row_type=item.row_type, qualified_only=True)
        for name in ("old", "new")
    ]
    inner = Scope([*seen, *rows], scope.outer, scope.ctes)
    return queries.targets(a, node.returning_clause.exprs, inner)


def assigned(a: Analyzer, item: FromItem, name: str, value: TypedValue, location: int) -> None:
    """Hold that a value can be stored in a column."""
    kind = item.columns.get(name)
    if value.type == UNKNOWN:
        a.settle(value, kind, location)
    elif assignment(a.schema, value.type, kind) is False:
        a.complain(
            "type-mismatch",
            f'column "{name}" is of type {shown(kind)} but expression is of type {shown(value.type)}',
            f"Cast it: (...)::{shown(kind)}.",
            location,
            name,
        )


def target(a: Analyzer, item: FromItem, node: Node) -> bool:
    """Hold that a ResTarget names a column; say whether it is one as a whole."""
    name = node.name
    if name in item.columns or not item.complete:
        gone = item.relation.gone if item.relation is not None else {}
        if name not in item.columns and name in gone:
            message = f'column "{name}" of relation "{item.alias}" does not exist any more'
            remedy = f"It is called {gone[name]} now." if gone[name] else ""
            a.complain("unknown-column", message, remedy, node.location, name)
        _field(a, item.columns.get(name), node)
        return not node.indirection
    near = nearest(name, item.columns)
    shown_name = str(item.relation) if item.relation is not None else item.alias
    message = f'column "{name}" of relation "{shown_name}" does not exist'
    remedy = f"Did you mean {near}?" if near else f"It has: {', '.join(item.columns)}."
    a.complain("unknown-column", message, remedy, node.location, name)
    return False


def _field(a: Analyzer, kind: str | None, node: Node) -> None:
    """Hold that a field of a composite column is there, where only that is written."""
    held = a.schema.row_relation(kind) if kind and node.indirection else None
    if held is None or node.indirection[0].WhichOneof("node") != "string":
        return
    field = node.indirection[0].string.sval
    if held.complete and not held.doubtful and field not in held.columns:
        near = nearest(field, held.columns)
        message = f'cannot assign to field "{field}" of column "{node.name}": {held} has no such column'
        remedy = f"Did you mean {near}?" if near else f"It has: {', '.join(held.columns)}."
        a.complain("unknown-column", message, remedy, node.location, field)


def _insert(a: Analyzer, node: Node, scope: Scope, item: FromItem) -> None:
    columns = [each.res_target for each in node.cols]
    # A column, or "" where only a part of it is written.
    written = [each.name if target(a, item, each) else "" for each in columns]
    for name in {name for name in written if name and written.count(name) > 1}:
        a.complain(
            "duplicate-name", f'column "{name}" specified more than once', "", columns[-1].location, name
        )
    held = item.relation.columns.values() if item.relation else ()
    counted = bool(columns) or (item.complete and not any(column.doubtful for column in held))
    if not columns and counted:
        written = list(item.columns)
    source = node.select_stmt.select_stmt
    if source.values_lists and not source.HasField("with_clause"):
        for row in source.values_lists:
            values = [
                TypedValue(None) if each.WhichOneof("node") == "set_to_default" else value_of(a, each, scope)
                for each in row.list.items
            ]
            # `p.*` stands for as many as there are.
            stars = (number for number, each in enumerate(row.list.items) if is_star(each))
            values = values[: next(stars, None)]
            _stored(a, item, written, values, [location_of(each) for each in row.list.items])
            # With names, the count is a syntax error.
            if not columns and counted and len(values) > len(written):
                _too_many(a, item, len(values), location_of(row.list.items[len(written)]))
    elif node.HasField("select_stmt"):
        _insert_query(a, queries.query(a, node.select_stmt, scope), item, written, counted=counted)
    if node.HasField("on_conflict_clause"):
        _on_conflict(a, node.on_conflict_clause, scope, item)


def is_star(node: Node) -> bool:
    """Whether an expression stands for several columns."""
    return bool(node.WhichOneof("node") == "column_ref" and node.column_ref.fields[-1].HasField("a_star"))


def _insert_query(
    a: Analyzer, found: ColumnTypes | None, item: FromItem, written: list[str], *, counted: bool
) -> None:
    if found is None:
        return
    _stored(a, item, written, [TypedValue(kind) for _, kind in found], [-1] * len(found))
    if counted and len(found) > len(written):
        _too_many(a, item, len(found), -1)
    elif len(found) < len(written) and written != list(item.columns):
        message = f"INSERT has more target columns than expressions: {len(written)} for {len(found)}"
        a.complain("wrong-column-count", message)


def _too_many(a: Analyzer, item: FromItem, count: int, location: int) -> None:
    message = f"INSERT has more expressions than target columns: {count} for {len(item.columns)}"
    a.complain("wrong-column-count", message, "Name the columns.", location)


def _stored(
    a: Analyzer, item: FromItem, written: list[str], values: Sequence[TypedValue], places: list[int]
) -> None:
    for name, value, place in zip(written, values, places, strict=False):
        if name:
            assigned(a, item, name, value, place)


def _on_conflict(a: Analyzer, clause: Node, scope: Scope, item: FromItem) -> None:
    inner = Scope([item], scope.outer, scope.ctes)
    for each in clause.infer.index_elems:
        element = each.index_elem
        if element.name and item.complete and element.name not in item.columns:
            near = nearest(element.name, item.columns)
            message = f'column "{element.name}" does not exist in {item.alias}'
            a.complain("unknown-column", message, f"Did you mean {near}?" if near else "", -1, element.name)
        elif element.HasField("expr"):
            value_of(a, element.expr, inner)
    condition(a, clause.infer.where_clause, inner, "WHERE")
    _arbiter(a, clause.infer, item)
    if clause.infer.conname and item.relation is not None:
        a.constraint(item.relation, clause.infer.conname, clause.infer.location)
    excluded = FromItem("excluded", item.columns, item.complete, row_type=item.row_type, qualified_only=True)
    updated = Scope([item, excluded], scope.outer, scope.ctes)
    _set(a, clause.target_list, updated, item)
    condition(a, clause.where_clause, updated, "WHERE")


def _arbiter(a: Analyzer, infer: Node, item: FromItem) -> None:
    """Hold that the columns of ON CONFLICT have a unique index, so far as all indexes are known."""
    elements = [each.index_elem for each in infer.index_elems]
    relation = item.relation
    if relation is None or not elements or not a.schema.keys_are_known(relation):
        return
    if any(not each.name or each.collation or each.opclass for each in elements):
        return
    wanted = {each.name for each in elements}
    partial = infer.HasField("where_clause")
    held = [each for each in relation.constraints.values() if each.kind in _ARBITERS]
    indexes = [each for each in relation.indexes.values() if each.unique and (partial or not each.partial)]
    if any(each.kind == "exclusion" or not each.columns for each in held):
        return
    unique = [set(each.columns) for each in held] + [set(each.columns) for each in indexes]
    if wanted <= item.columns.keys() and wanted not in unique:
        message = "there is no unique or exclusion constraint matching the ON CONFLICT specification"
        remedy = f"Make ({', '.join(each.name for each in elements)}) of {relation} unique."
        if any(set(each.columns) == wanted for each in relation.indexes.values() if each.partial):
            remedy = "The unique index is partial: repeat its WHERE behind the columns."
        a.complain("conflict-target", message, remedy, infer.location, elements[0].name)


_ARBITERS = frozenset({"primary", "unique", "exclusion"})


def _set(a: Analyzer, target_list: Node, scope: Scope, item: FromItem) -> None:
    for wrapped in target_list:
        node = wrapped.res_target
        whole = target(a, item, node)
        if node.val.WhichOneof("node") == "multi_assign_ref":
            source = node.val.multi_assign_ref
            if source.colno == 1:
                _several(a, source, scope)
            continue
        value = value_of(a, node.val, scope)
        if whole and node.val.WhichOneof("node") != "set_to_default":
            assigned(a, item, node.name, value, location_of(node.val))


def _several(a: Analyzer, node: Node, scope: Scope) -> None:
    """Analyse what is assigned to several columns at once: a row, or a sub-select with as many columns."""
    if node.source.WhichOneof("node") != "sub_link":
        value_of(a, node.source, scope)
        return
    columns = queries.query(a, node.source.sub_link.subselect, scope)
    if columns is not None and len(columns) != node.ncolumns:
        message = f"number of columns does not match number of values: {node.ncolumns} and {len(columns)}"
        a.complain("wrong-column-count", message, "", node.source.sub_link.location)


def _update(a: Analyzer, node: Node, scope: Scope, item: FromItem) -> None:
    scope.items.append(item)
    for each in node.from_clause:
        scope.items += from_item(a, each, scope)
    _set(a, node.target_list, scope, item)
    condition(a, node.where_clause, scope, "WHERE")


def _delete(a: Analyzer, node: Node, scope: Scope, item: FromItem) -> None:
    scope.items.append(item)
    for each in node.using_clause:
        scope.items += from_item(a, each, scope)
    condition(a, node.where_clause, scope, "WHERE")


def _merge(a: Analyzer, node: Node, scope: Scope, item: FromItem) -> None:
    scope.items.append(item)
    sources = from_item(a, node.source_relation, Scope(outer=scope.outer, ctes=scope.ctes))
    scope.items += sources
    condition(a, node.join_condition, scope, "JOIN/ON")
    for wrapped in node.merge_when_clauses:
        when = wrapped.merge_when_clause
        # Where there is no match, one of the two has no row.
        missing = enumeration("MergeMatchKind")[when.match_kind].removeprefix("MERGE_WHEN_NOT_MATCHED_BY_")
        scope.items = {"TARGET": sources, "SOURCE": [item]}.get(missing, [item, *sources])
        condition(a, when.condition, scope, "WHEN")
        if enumeration("CmdType")[when.command_type] == "CMD_UPDATE":
            _set(a, when.target_list, scope, item)
        else:
            columns = [each.res_target for each in when.target_list]
            written = [each.name if target(a, item, each) else "" for each in columns]
            values = values_of(a, when.values, scope)
            _stored(a, item, written, values, [location_of(each) for each in when.values])
    scope.items = [item, *sources]
