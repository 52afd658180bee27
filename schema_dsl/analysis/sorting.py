"""Check ORDER BY against DISTINCT and set operations, and the queries that FOR UPDATE can lock (parse_clause.c)."""

from __future__ import annotations

from collections.abc import Hashable

from schema_dsl.analysis.analyzer import Analyzer
from schema_dsl.analysis.errors import find_nearest
from schema_dsl.analysis.grouping import describe_expression, find_result
from schema_dsl.analysis.scope import ColumnTypes, Scope
from schema_dsl.analysis.trees import enumeration
from schema_dsl.parsing import Node
from schema_dsl.parsing.grammar import strings

_RULE = "misplaced-expression"
_LOCKS = {
    "LCS_FORKEYSHARE": "FOR KEY SHARE",
    "LCS_FORSHARE": "FOR SHARE",
    "LCS_FORNOKEYUPDATE": "FOR NO KEY UPDATE",
    "LCS_FORUPDATE": "FOR UPDATE",
}


def check_distinct(analyzer: Analyzer, node: Node, scope: Scope) -> None:
    """Check that ORDER BY of a SELECT DISTINCT sorts by its result, and DISTINCT ON by its expressions first."""
    if not node.distinct_clause or not node.sort_clause:
        return
    sorts = [wrapped.sort_by for wrapped in node.sort_clause]
    if not node.distinct_clause[0].WhichOneof("node"):
        results = _list_results(node, scope)
        if results is None:
            return
        missing = next((sort for sort in sorts if _describe(sort.node, node, scope) not in results), None)
        message = "for SELECT DISTINCT, ORDER BY expressions must appear in select list"
        remedy = "Add the expression to the select list, or sort in an outer query."
    else:
        wanted = {_describe(each, node, scope) for each in node.distinct_clause}
        found: set[Hashable] = set()
        missing = None
        for sort in sorts:
            if found == wanted:
                break
            described = _describe(sort.node, node, scope)
            if described not in wanted:
                missing = sort
                break
            found.add(described)
        message = "SELECT DISTINCT ON expressions must match initial ORDER BY expressions"
        remedy = "Sort by the expressions of DISTINCT ON first."
    if missing is not None:
        analyzer.report(_RULE, message, remedy, missing.location)


def _describe(element: Node, query: Node, scope: Scope) -> Hashable:
    """Describe an item of ORDER BY or DISTINCT ON, which may name a result column, or a column under a cast."""
    element = find_result(element, query)
    while element.WhichOneof("node") == "type_cast":
        element = element.type_cast.arg
    return describe_expression(element, scope)


def _list_results(node: Node, scope: Scope) -> set[Hashable] | None:
    """Describe the result columns of a query; None if a star stands for columns that are not known."""
    results: set[Hashable] = set()
    for wrapped in node.target_list:
        value = wrapped.res_target.val
        results.add(_describe(value, node, scope))
        parts = list(strings(value.column_ref.fields)) if value.WhichOneof("node") == "column_ref" else []
        if parts and parts[-1] == "*":
            items = [each for each in scope.items if len(parts) == 1 or each.alias == parts[-2]]
            if not items or not all(item.complete for item in items):
                return None
            results.update(item.key(name) for item in items for name in item.columns)
        elif value.WhichOneof("node") == "a_indirection":
            return None
    return results


def check_set_order(analyzer: Analyzer, node: Node, columns: ColumnTypes | None) -> None:
    """Check that ORDER BY of a set operation names its result columns."""
    if columns is None:
        return
    for wrapped in node.sort_clause:
        sort = wrapped.sort_by
        kind = sort.node.WhichOneof("node")
        if kind == "a_const":
            continue
        if kind != "column_ref" or len(sort.node.column_ref.fields) > 1:
            message = "invalid UNION/INTERSECT/EXCEPT ORDER BY clause"
            remedy = "Sort by the names of the result columns, or put the set operation into a subquery."
            analyzer.report(_RULE, message, remedy, sort.location)
            continue
        (name,) = strings(sort.node.column_ref.fields)
        results = [result for result, _ in columns]
        if name not in results:
            near = find_nearest(name, results)
            remedy = f"Did you mean {near}?" if near else f"Result columns: {', '.join(results)}."
            message = f'column "{name}" does not exist in the result'
            analyzer.report("unknown-column", message, remedy, sort.node.column_ref.location, name)


def check_locking(analyzer: Analyzer, node: Node, scope: Scope) -> None:
    """Check that a query with FOR UPDATE or the like returns rows of tables."""
    for wrapped in node.locking_clause:
        clause = wrapped.locking_clause
        lock = _LOCKS[enumeration("LockClauseStrength")[clause.strength]]
        obstacle = _find_lock_obstacle(node, scope)
        if obstacle:
            message = f"{lock} is not allowed with {obstacle}"
            analyzer.report(_RULE, message, "Lock the rows in a subquery.")
            return
        aliases = [item.alias for item in scope.items]
        for relation in clause.locked_rels:
            name = relation.range_var.relname
            if name not in aliases:
                message = f'relation "{name}" in {lock} clause not found in FROM clause'
                remedy = f"Tables in scope: {', '.join(filter(None, aliases))}."
                analyzer.report("unknown-relation", message, remedy, relation.range_var.location, name)


def _find_lock_obstacle(node: Node, scope: Scope) -> str:
    clauses = {
        "UNION/INTERSECT/EXCEPT": enumeration("SetOperation")[node.op]
        not in {"SETOP_NONE", "SET_OPERATION_UNDEFINED"},
        "DISTINCT clause": bool(node.distinct_clause),
        "GROUP BY clause": bool(node.group_clause),
        "HAVING clause": bool(node.having_clause.WhichOneof("node")),
        "aggregate functions": bool(scope.aggregates),
        "window functions": bool(scope.windows),
    }
    return next((clause for clause, present in clauses.items() if present), "")
