"""Find the primary keys on which a query with GROUP BY depends.

Postgres accepts a column that is not grouped if the primary key of its table is grouped, and then records a
dependency on the constraint (check_functional_grouping).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import attrs

from schema_dsl.analysis.schema import RelationInfo
from schema_dsl.analysis.scope import FromItem, Scope, resolve_column
from schema_dsl.analysis.trees import enumeration, serialize
from schema_dsl.parsing import Node
from schema_dsl.parsing.grammar import strings

_ALL_SETS = frozenset({"GROUPING_SET_ROLLUP", "GROUPING_SET_CUBE", "GROUPING_SET_EMPTY"})


@attrs.define(eq=False)
class Grouping:
    """The GROUP BY clause of a query.

    Attributes:
        columns: The grouped columns, each as its FROM item and its name.
        expressions: The other grouped expressions, as serialized trees without locations.
        uses: The uses of columns outside of aggregates and grouped expressions.
    """

    columns: list[tuple[FromItem, str]] = attrs.field(factory=list)
    expressions: set[bytes] = attrs.field(factory=set)
    uses: list[tuple[FromItem, str]] = attrs.field(factory=list)


def build_grouping(node: Node, scope: Scope) -> Grouping:
    """Build the grouping of a SelectStmt whose FROM clause is in scope."""
    grouping = Grouping()
    for expression in _iterate_common(node.group_clause, node):
        kind = expression.WhichOneof("node")
        if kind == "column_ref":
            resolved = resolve_column(scope, list(strings(expression.column_ref.fields)))
            if resolved.item is not None:
                grouping.columns.append((resolved.item, resolved.name))
                grouping.columns += [(item, resolved.name) for item in resolved.item.merged_items]
        elif kind is not None:
            grouping.expressions.add(serialize(expression))
    return grouping


def _iterate_common(elements: Sequence[Node], query: Node) -> Iterator[Node]:
    """Yield the expressions that every grouping set of a GROUP BY contains."""
    for element in elements:
        if element.WhichOneof("node") == "row_expr":
            yield from _iterate_common(element.row_expr.args, query)
            continue
        if element.WhichOneof("node") != "grouping_set":
            yield _find_target(element, query)
            continue
        kind = enumeration("GroupingSetKind")[element.grouping_set.kind]
        if kind in _ALL_SETS:
            continue
        sets = [list(_iterate_common([part], query)) for part in element.grouping_set.content]
        if kind == "GROUPING_SET_SIMPLE":
            yield from (part for one in sets for part in one)
        elif sets:
            others = [{serialize(part) for part in one} for one in sets[1:]]
            yield from (part for part in sets[0] if all(serialize(part) in other for other in others))


def _find_target(element: Node, query: Node) -> Node:
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


def find_grouping_keys(grouping: Grouping, items: Iterable[FromItem]) -> Iterator[tuple[RelationInfo, str]]:
    """Yield the primary keys that make uses of columns valid, each as its relation and the name of the constraint."""
    grouped = {(id(item), name) for item, name in grouping.columns}
    for item in items:
        ungrouped = any(used is item and (id(used), name) not in grouped for used, name in grouping.uses)
        if item.relation is None or not ungrouped:
            continue
        for name, constraint in item.relation.constraints.items():
            if constraint.kind == "primary_key" and all(
                (id(item), key) in grouped for key in constraint.columns
            ):
                yield item.relation, name
