"""The columns of PL/pgSQL variables of type record, which are those of the queries that give them a row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from schema_dsl.analysis import queries
from schema_dsl.analysis.bodies import RoutineBody
from schema_dsl.analysis.scope import ColumnTypes, FromItem, Scope
from schema_dsl.lint.history.schema import HistorySchema
from schema_dsl.lint.semantics.analyzer import HistoryAnalyzer
from schema_dsl.parsing import QUERY_KINDS, Node, walk
from schema_dsl.parsing.grammar import strings
from schema_dsl.parsing.plpgsql_tree import PlpgsqlNode, SqlRole

_READS = frozenset({SqlRole.STATEMENT, SqlRole.QUERY})


def find_record_rows(
    schema: HistorySchema,
    body: RoutineBody,
    variables: Mapping[str, str | None],
    *,
    parameters: tuple[str | None, ...] | None = None,
    runtime_relations: frozenset[str] = frozenset(),
) -> list[FromItem]:
    """Return the variables of type record with known columns, as rows.

    A column is one of any query that gives the variable a row. A variable that anything else assigns, such as an
    EXECUTE, has unknown columns.

    Args:
        schema: The state in which the body runs.
        body: The body.
        variables: The types of all variables.
        parameters: The types of the parameters.
        runtime_relations: The relations that bodies create at run time.
    """
    records = _list_records(body)
    if not records:
        return []
    found: dict[str, ColumnTypes | None] = {}
    for name, query in _list_assigned(body, records):
        columns = None
        if query is not None:
            analyzer = HistoryAnalyzer(
                schema, parameter_types=parameters, runtime_relations=runtime_relations
            )
            columns = queries.analyze_query(analyzer, query, Scope(variables=dict(variables)))
        before = found.get(name, [])
        found[name] = None if columns is None or before is None else [*before, *columns]
    return [
        FromItem(name, dict.fromkeys(column for column, _ in columns), qualified_only=True, is_derived=True)
        for name, columns in found.items()
        if columns
    ]


def _list_records(body: RoutineBody) -> set[str]:
    """Return the variables of type record; several declarations of a name may be of different variables."""
    names = [node.names[0] for node in body.declarations]
    return {
        node.names[0]
        for node in body.declarations
        if node.type.strip().lower() == "record" and names.count(node.names[0]) == 1
    }


def _list_assigned(body: RoutineBody, records: set[str]) -> Iterator[tuple[str, Node | None]]:
    """Yield each assignment of a row to a record, with the query; None for another source of rows."""
    for node in body.code.nodes:
        for name in _list_targets(node):
            if name in records:
                read = [each.statement for each in node.sql if each.role in _READS]
                is_known = len(read) == 1 and read[0].kind in QUERY_KINDS
                yield name, read[0].node if is_known else None


def _list_targets(node: PlpgsqlNode) -> Iterator[str]:
    """Yield the variables that a PL/pgSQL statement assigns."""
    for each in node.sql:
        statement = each.statement
        if each.role is SqlRole.TARGET and statement.kind == "select_stmt":
            for target in statement.tree.target_list:
                yield from strings(target.res_target.val.column_ref.fields)[:1]
        elif statement.kind == "plassign_stmt" and not statement.tree.indirection:
            yield statement.tree.name
        elif statement.kind == "call_stmt":
            for reference in walk(statement.tree):
                if reference.DESCRIPTOR.name == "ColumnRef":
                    yield from strings(reference.fields)[:1]
