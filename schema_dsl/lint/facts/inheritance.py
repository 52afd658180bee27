"""Partitions, children and views of tables, and whose policies hold there."""

from __future__ import annotations

from collections.abc import Iterator

from schema_dsl.lint.facts.bodies import named, reads_identity
from schema_dsl.lint.facts.owners import conjuncts
from schema_dsl.lint.history.schema import HistoryRelation, Schema
from schema_dsl.lint.history.trees import qualified
from schema_dsl.parsing import Node, relations_in
from schema_dsl.parsing.grammar import walk

# Deeper than that hardly anybody puts views on views.
_DEPTH = 11


def guarded_ancestor(schema: Schema, relation: HistoryRelation) -> HistoryRelation | None:
    """Give the nearest table above one that has row level security on."""
    waiting, seen = list(relation.parents), set()
    while waiting:
        key = waiting.pop(0)
        parent = schema.relations.get(key)
        if parent is None or key in seen:
            continue
        if parent.row_security:
            return parent
        seen.add(key)
        waiting += parent.parents
    return None


def is_invoker(view: HistoryRelation) -> bool:
    """Say whether a view reads its tables as the one who asks."""
    return _is_on(view, "security_invoker")


def is_barrier(view: HistoryRelation) -> bool:
    """Say whether a view's own conditions come before those of a query."""
    return _is_on(view, "security_barrier")


def _is_on(view: HistoryRelation, option: str) -> bool:
    return view.options.get(option, "").lower() in {"true", "on", "yes", "1"}


def behind(schema: Schema, view: HistoryRelation) -> Iterator[HistoryRelation | None]:
    """Yield the tables that a view reads, by other views too; None for what is not known."""
    level, seen = [view], {view}
    for _ in range(_DEPTH):
        below = []
        for each in level:
            for where, name in relations_in(each.query) if each.query is not None else ():
                found = schema.relation(where or "", name)
                if found is None or found.kind != "view" or found.query is None:
                    yield found
                elif found not in seen:
                    seen.add(found)
                    below.append(found)
        level = below
    yield from level


def picks_rows_of_caller(schema: Schema, view: HistoryRelation) -> bool:
    """Say whether a view shows each caller rows of their own, or of their team: by auth.uid() in its WHERE."""
    query = view.query
    if (
        query is None
        or query.WhichOneof("node") != "select_stmt"
        or not query.select_stmt.HasField("where_clause")
    ):
        return False
    return any(
        each.DESCRIPTOR.name != "BoolExpr" and _is_of_caller(schema, each)
        for each in conjuncts(query.select_stmt.where_clause)
    )


def _is_of_caller(schema: Schema, condition: Node) -> bool:
    inside = list(walk(condition))
    columns = any(each.DESCRIPTOR.name == "ColumnRef" for each in inside)
    return columns and any(
        _tells_caller(schema, each) for each in inside if each.DESCRIPTOR.name == "FuncCall"
    )


def _tells_caller(schema: Schema, call: Node) -> bool:
    where, name = qualified(call.funcname)
    routine = named(schema, call)
    own = routine is not None and reads_identity(schema, routine)
    return own or where == "auth" or name == "current_setting"
