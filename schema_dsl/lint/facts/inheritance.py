"""Parents of tables, tables behind views, and the policies that apply to them."""

from __future__ import annotations

from collections.abc import Iterator

from schema_dsl.analysis.trees import qualified_name
from schema_dsl.lint.facts.api import find_roles_by_default
from schema_dsl.lint.facts.bodies import find_routine_of_call, reads_identity
from schema_dsl.lint.facts.owners import list_conjuncts
from schema_dsl.lint.history.schema import HistoryRelation, HistorySchema
from schema_dsl.parsing import Node, list_relations_in
from schema_dsl.parsing.grammar import walk

# Views on views are rarely nested more deeply.
_DEPTH = 11


def find_ancestor_with_row_security(
    schema: HistorySchema, relation: HistoryRelation
) -> HistoryRelation | None:
    """Return the nearest parent of a table, direct or not, with row level security enabled."""
    pending, seen = list(relation.parents), set()
    while pending:
        key = pending.pop(0)
        parent = schema.relations.get(key)
        if parent is None or key in seen:
            continue
        if parent.row_security:
            return parent
        seen.add(key)
        pending += parent.parents
    return None


def is_security_invoker(view: HistoryRelation) -> bool:
    """Return whether a view reads its tables with the privileges of the caller."""
    return _is_on(view, "security_invoker")


def is_security_barrier(view: HistoryRelation) -> bool:
    """Return whether Postgres evaluates the conditions of a view before those of the query."""
    return _is_on(view, "security_barrier")


def _is_on(view: HistoryRelation, option: str) -> bool:
    return view.options.get(option, "").lower() in {"true", "on", "yes", "1"}


def find_tables_behind(schema: HistorySchema, view: HistoryRelation) -> Iterator[HistoryRelation | None]:
    """Yield the relations that a view reads as its owner, directly or through other views; None for an unknown one.

    A view with security_invoker below it reads its tables with the privileges of the caller all the same.
    """
    level, seen = [view], {view}
    for _ in range(_DEPTH):
        below = []
        for view_below in level:
            for schema_name, name in (
                list_relations_in(view_below.query) if view_below.query is not None else ()
            ):
                relation = schema.find_relation(schema_name or "", name)
                if relation is None or relation.kind != "view" or relation.query is None:
                    yield relation
                elif relation not in seen and not is_security_invoker(relation):
                    seen.add(relation)
                    below.append(relation)
        level = below
    yield from level


def find_roles_of_view_by_default(schema: HistorySchema, view: HistoryRelation) -> list[str]:
    """Return the client roles with default privileges on a view, if the policies of its tables depend on such ones."""
    tables = find_tables_behind(schema, view) if view.query is not None else ()
    found = (find_roles_by_default(schema, view, table) for table in tables if table is not None)
    return next((roles for roles in found if roles), [])


def filters_by_caller(schema: HistorySchema, view: HistoryRelation) -> bool:
    """Return whether the WHERE of a view compares columns with the caller, as with auth.uid()."""
    query = view.query
    if (
        query is None
        or query.WhichOneof("node") != "select_stmt"
        or not query.select_stmt.HasField("where_clause")
    ):
        return False
    return any(
        conjunct.DESCRIPTOR.name != "BoolExpr" and _depends_on_caller(schema, conjunct)
        for conjunct in list_conjuncts(query.select_stmt.where_clause)
    )


def _depends_on_caller(schema: HistorySchema, condition: Node) -> bool:
    nodes = list(walk(condition))
    has_columns = any(node.DESCRIPTOR.name == "ColumnRef" for node in nodes)
    return has_columns and any(
        _reads_caller(schema, node) for node in nodes if node.DESCRIPTOR.name == "FuncCall"
    )


def _reads_caller(schema: HistorySchema, call: Node) -> bool:
    schema_name, name = qualified_name(call.funcname)
    routine = find_routine_of_call(schema, call)
    reads_caller = routine is not None and reads_identity(schema, routine)
    return reads_caller or schema_name == "auth" or name == "current_setting"
