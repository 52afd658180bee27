"""Calls that Postgres repeats for every row, although the result is always the same.

Postgres runs an uncorrelated sub-select once, as an InitPlan. In a sub-select that scans a table, a call runs once
per row of that table, unless it is the key of an index lookup.
"""

from __future__ import annotations

from collections.abc import Iterator

from schema_dsl.analysis.trees import enumeration
from schema_dsl.lint.facts.clauses import PolicyCall, PolicyClause, find_from_tables, strip_casts
from schema_dsl.lint.facts.indexes import is_usable_for
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.parsing import Node
from schema_dsl.parsing.grammar import strings, walk

_AUTH = frozenset({"uid", "jwt", "role", "email", "setting"})


def find_per_row_calls(clause: PolicyClause) -> Iterator[tuple[PolicyCall, HistoryRelation]]:
    """Yield the calls that run once per row of a table but could run once per query, with the table."""
    repeated: list[PolicyCall] = []
    for call in clause.calls:
        if not _could_run_once(call) or any(_is_within(call.node, outer.node) for outer in repeated):
            continue
        relation = _find_scanned_table(clause, call)
        if relation is not None:
            repeated.append(call)
            yield call, relation


def _could_run_once(call: PolicyCall) -> bool:
    if call.part.scanned or call.node.DESCRIPTOR.name != "FuncCall":
        return False
    if call.identity in _AUTH:
        return not _has_columns(call.node)
    routine = call.routine
    if routine is None or routine.uncertain:
        return False
    signature = routine.signature
    # The planner evaluates an IMMUTABLE function. A set-returning function cannot be compared.
    ordinary = signature.kind == "f" and not signature.returns_set and signature.volatility != "i"
    return ordinary and not _has_columns(call.node)


def _has_columns(call: Node) -> bool:
    # Few calls have arguments, and the walk takes time.
    if not (call.args or call.HasField("agg_filter") or call.HasField("over")):
        return False
    return any(descendant.DESCRIPTOR.name == "ColumnRef" for descendant in walk(call))


def _is_within(node: Node, outer: Node) -> bool:
    return any(descendant is node for descendant in walk(outer))


def _find_scanned_table(clause: PolicyClause, call: PolicyCall) -> HistoryRelation | None:
    """Return the table per row of which a call runs; None if it runs once, or may be the key of an index lookup."""
    for select in reversed(call.part.selects):
        inner_tables = list(find_from_tables(select))
        is_correlated = clause.is_correlated(select)
        if inner_tables and is_correlated:
            return _find_relation(clause, inner_tables[0]) or clause.relation
        if inner_tables:
            return _find_table_without_index(clause, call, inner_tables)
        if not is_correlated:
            return None
    return clause.relation


def _find_relation(clause: PolicyClause, node: Node) -> HistoryRelation | None:
    return clause.schema.find_relation(node.schemaname, node.relname)


def _find_table_without_index(
    clause: PolicyClause, call: PolicyCall, inner_tables: list[Node]
) -> HistoryRelation | None:
    """Return the table that an uncorrelated sub-select certainly scans in full."""
    for part in clause.find_parts("A_Expr"):
        node = part.node
        if enumeration("A_Expr_Kind")[node.kind] != "AEXPR_OP" or strings(node.name) != ("=",):
            continue
        left, right = strip_casts(node.lexpr), strip_casts(node.rexpr)
        for value, column in ((left, right), (right, left)):
            if value is not call.node or column.DESCRIPTOR.name != "ColumnRef":
                continue
            name = strings(column.fields)[-1]
            for table in inner_tables:
                relation = _find_relation(clause, table)
                if relation is not None and name in relation.columns and lacks_index(relation, name):
                    return relation
    return None


def lacks_index(relation: HistoryRelation, name: str, condition: Node | None = None) -> bool:
    """Return whether a table that the history creates certainly has no index for lookups by a column.

    With a `condition`, a partial index counts if the condition includes its WHERE.
    """
    if (
        relation.created_at is None
        or relation.kind != "table"
        or relation.partition_key
        or "indexes" in relation.changed_kinds
        or not relation.complete
    ):
        return False
    return not any(
        index.columns[:1] == (name,)
        and (not index.partial if condition is None else is_usable_for(index, condition))
        for index in relation.indexes.values()
    )
