"""Calls that Postgres makes again for every row, though they give the same each time.

A sub-select that names nothing of what is around it becomes an InitPlan, which runs once. In a sub-select that
reads a table, a call runs for each row of that one, unless an index is looked up with it.
"""

from __future__ import annotations

from collections.abc import Iterator

from schema_dsl.lint.facts.clauses import PolicyCall, PolicyClause, bare, tables
from schema_dsl.lint.facts.indexes import implied
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.history.trees import enumeration
from schema_dsl.parsing import Node
from schema_dsl.parsing.grammar import strings, walk

_AUTH = frozenset({"uid", "jwt", "role", "email", "setting"})


def repeated(clause: PolicyClause) -> Iterator[tuple[PolicyCall, HistoryRelation]]:
    """Yield the calls that could run once, and do not, with the table for each of whose rows they run."""
    found: list[PolicyCall] = []
    for call in clause.calls:
        if not _could_run_once(clause, call) or any(_is_within(call.node, each.node) for each in found):
            continue
        relation = _scanned(clause, call)
        if relation is not None:
            found.append(call)
            yield call, relation


def _could_run_once(clause: PolicyClause, call: PolicyCall) -> bool:
    if call.part.scanned or call.node.DESCRIPTOR.name != "FuncCall":
        return False
    if call.identity in _AUTH:
        return not _has_columns(call.node)
    routine = call.routine
    if routine is None or routine.doubtful or "functions" in clause.schema.doubts:
        return False
    signature = routine.signature
    # An IMMUTABLE one has been called when the query was planned; a set cannot be compared.
    ordinary = signature.kind == "f" and not signature.many and signature.volatility != "i"
    return ordinary and not _has_columns(call.node)


def _has_columns(node: Node) -> bool:
    return any(each.DESCRIPTOR.name == "ColumnRef" for each in walk(node))


def _is_within(node: Node, outer: Node) -> bool:
    return any(each is node for each in walk(outer))


def _scanned(clause: PolicyClause, call: PolicyCall) -> HistoryRelation | None:
    """Give the table whose rows a call runs for; None if it runs once, or may be looked up in an index."""
    for select in reversed(call.part.selects):
        inner = list(tables(select))
        outside = clause.reaches_out(select)
        if inner and outside:
            return _known(clause, inner[0]) or clause.relation
        if inner:
            return _without_index(clause, call, inner)
        if not outside:
            return None
    return clause.relation


def _known(clause: PolicyClause, node: Node) -> HistoryRelation | None:
    return clause.schema.relation(node.schemaname, node.relname)


def _without_index(clause: PolicyClause, call: PolicyCall, inner: list[Node]) -> HistoryRelation | None:
    """Give the table that an uncorrelated sub-select has to read whole, if it surely does."""
    for part in clause.of("A_Expr"):
        node = part.node
        if enumeration("A_Expr_Kind")[node.kind] != "AEXPR_OP" or strings(node.name) != ("=",):
            continue
        left, right = bare(node.lexpr), bare(node.rexpr)
        for value, column in ((left, right), (right, left)):
            if value is not call.node or column.DESCRIPTOR.name != "ColumnRef":
                continue
            name = strings(column.fields)[-1]
            for each in inner:
                relation = _known(clause, each)
                if relation is not None and name in relation.columns and lacks_index(relation, name):
                    return relation
    return None


def lacks_index(relation: HistoryRelation, name: str, condition: Node | None = None) -> bool:
    """Say whether a table, made in this history, surely has no index that can be looked up by a column.

    Where there is a `condition` beside, a partial index may do.
    """
    if (
        relation.made is None
        or relation.kind != "table"
        or "indexes" in relation.doubts
        or not relation.complete
    ):
        return False
    return not any(
        index.columns[:1] == (name,)
        and (not index.partial if condition is None else implied(index, condition))
        for index in relation.indexes.values()
    )
