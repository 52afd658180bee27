"""Find the columns that a query with GROUP BY or aggregates uses although it does not group them (parse_agg.c).

Postgres accepts a column that is not grouped if the primary key of its table is grouped, and then records a
dependency on the constraint (check_functional_grouping).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from schema_dsl.analysis.schema import RelationInfo
from schema_dsl.analysis.scope import FromItem, LocatedUse, Scope, resolve_column
from schema_dsl.analysis.trees import enumeration
from schema_dsl.parsing import Node
from schema_dsl.parsing.grammar import strings

if TYPE_CHECKING:
    from schema_dsl.analysis.analyzer import Analyzer

_ALL_SETS = frozenset({"GROUPING_SET_ROLLUP", "GROUPING_SET_CUBE", "GROUPING_SET_EMPTY"})


def describe_expression(message: Any, scope: Scope) -> Hashable:
    """Describe an expression without its locations, with resolved columns, to compare it with others."""
    kind = message.DESCRIPTOR.name
    if kind == "ColumnRef":
        resolved = resolve_column(scope, list(strings(message.fields)))
        if resolved.item is not None:
            return resolved.item.key(resolved.name)
    if kind in {"ColumnRef", "ParamRef"}:
        # A PL/pgSQL variable has two names if it is a parameter.
        return "variable"
    if kind == "Node":
        which = message.WhichOneof("node")
        if which is None:
            return ()
        # A constant of type unknown is the same as the constant with the type that it gets.
        inner = message.type_cast.arg.a_const if which == "type_cast" else None
        is_constant = which == "type_cast" and message.type_cast.arg.WhichOneof("node") == "a_const"
        return describe_expression(inner if is_constant else getattr(message, which), scope)
    parts: list[Hashable] = [kind]
    for field, value in message.ListFields():
        if field.name == "location":
            continue
        values = value if field.is_repeated else (value,)
        if field.message_type is not None:
            values = [describe_expression(each, scope) for each in values]
        parts.append((field.name, *values))
    return tuple(parts)


def list_grouped(node: Node, scope: Scope, *, common: bool) -> set[Hashable]:
    """Describe the expressions that a SelectStmt with its FROM clause in scope groups.

    With `common`, only those that every grouping set contains. Otherwise a name stands for a column and for a result
    column, whichever Postgres takes.
    """
    iterated = _iterate_common(node.group_clause, node) if common else _iterate_all(node.group_clause, node)
    grouped = {describe_expression(expression, scope) for expression in iterated}
    return grouped - {()}


def find_result(element: Node, query: Node) -> Node:
    """Return the expression of the result column that an element names by its number or alias."""
    if element.WhichOneof("node") == "a_const" and element.a_const.WhichOneof("val") == "ival":
        number = element.a_const.ival.ival
        if 0 < number <= len(query.target_list):
            return query.target_list[number - 1].res_target.val
    if element.WhichOneof("node") == "column_ref" and len(element.column_ref.fields) == 1:
        name = element.column_ref.fields[0].string.sval
        for target in query.target_list:
            if target.res_target.name == name:
                return target.res_target.val
    return element


def _iterate_common(elements: Sequence[Node], query: Node) -> Iterator[Node]:
    """Yield the expressions that every grouping set of a GROUP BY contains."""
    for element in elements:
        if element.WhichOneof("node") == "row_expr":
            yield from _iterate_common(element.row_expr.args, query)
            continue
        if element.WhichOneof("node") != "grouping_set":
            yield find_result(element, query)
            continue
        kind = enumeration("GroupingSetKind")[element.grouping_set.kind]
        if kind in _ALL_SETS:
            continue
        sets = [list(_iterate_common([part], query)) for part in element.grouping_set.content]
        if kind == "GROUPING_SET_SIMPLE":
            yield from (part for one in sets for part in one)
        elif sets:
            others = [{describe_expression(part, Scope()) for part in one} for one in sets[1:]]
            yield from (
                part
                for part in sets[0]
                if all(describe_expression(part, Scope()) in other for other in others)
            )


def _iterate_all(elements: Sequence[Node], query: Node) -> Iterator[Node]:
    """Yield each expression of a GROUP BY, and the column under a cast, which Postgres may leave out."""
    for element in elements:
        kind = element.WhichOneof("node")
        if kind == "row_expr":
            yield from _iterate_all(element.row_expr.args, query)
        elif kind == "grouping_set":
            yield from _iterate_all(element.grouping_set.content, query)
        else:
            for expression in (element, find_result(element, query)):
                yield expression
                inner = expression
                while inner.WhichOneof("node") == "type_cast":
                    inner = inner.type_cast.arg
                    yield inner


def find_grouping_keys(
    grouped: set[Hashable], uses: Sequence[LocatedUse], items: Iterable[FromItem]
) -> Iterator[tuple[RelationInfo, str]]:
    """Yield the primary keys that make uses of columns valid, each as its relation and the name of the constraint."""
    for item in items:
        ungrouped = any(use.item is item and item.key(use.name) not in grouped for use in uses)
        if item.relation is None or not ungrouped:
            continue
        for name, constraint in item.relation.constraints.items():
            if constraint.kind == "primary_key" and all(
                item.key(column) in grouped for column in constraint.columns
            ):
                yield item.relation, name


def check_grouped(analyzer: Analyzer, node: Node, scope: Scope, grouped: set[Hashable]) -> None:
    """Report the first column that a query with GROUP BY, HAVING or aggregates does not group."""
    if not (node.group_clause or scope.aggregates or node.having_clause.WhichOneof("node")):
        return
    if any(error.rule == "misplaced-expression" for error in analyzer.errors):
        # Postgres stops at a misplaced aggregate or window function.
        return
    if any(element.WhichOneof("node") == "a_const" for element in node.group_clause) and _has_star(node):
        # We do not count the columns for which a star stands.
        return
    for use in scope.uses:
        if use.key in grouped or use.item.key("*") in grouped or _is_determined(use.item, grouped):
            continue
        name = f"{use.item.alias}.{use.name}" if use.item.alias else use.name
        message = (
            f'subquery uses ungrouped column "{name}" from outer query'
            if use.is_nested
            else f'column "{name}" must appear in the GROUP BY clause or be used in an aggregate function'
        )
        analyzer.report(
            "ungrouped-column", message, f"Add {name} to GROUP BY, or aggregate it.", use.location
        )
        return


def _has_star(node: Node) -> bool:
    values = [target.res_target.val for target in node.target_list]
    return any(
        value.WhichOneof("node") == "column_ref" and value.column_ref.fields[-1].HasField("a_star")
        for value in values
    )


def _is_determined(item: FromItem, grouped: set[Hashable]) -> bool:
    """Return whether the grouped columns may contain the primary key of the table of an item."""
    relation = item.relation
    if relation is None or relation.kind in {"view", "materialized_view"}:
        return False
    if not relation.fully_known or relation.uncertain or "constraints" in relation.unknown_kinds:
        return True
    return any(
        constraint.kind == "primary_key" and all(item.key(column) in grouped for column in constraint.columns)
        for constraint in relation.constraints.values()
    )
