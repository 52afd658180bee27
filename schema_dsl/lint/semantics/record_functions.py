"""The columns that functions returning record return, according to their bodies."""

from __future__ import annotations

from schema_dsl.analysis import queries
from schema_dsl.analysis.coercion import concrete_type
from schema_dsl.analysis.scope import ColumnTypes
from schema_dsl.analysis.statement_references import build_variable_scope
from schema_dsl.lint.history.schema import HistorySchema, Routine
from schema_dsl.lint.semantics.analyzer import HistoryAnalyzer
from schema_dsl.lint.semantics.create_routine import routine_search_path
from schema_dsl.parsing import QUERY_KINDS


def find_record_columns(schema: HistorySchema, routine: Routine) -> ColumnTypes | None:
    """Return the columns of the query whose rows a function returns; None if several queries return them, or none.

    That is the last statement in SQL, and the only RETURN QUERY in PL/pgSQL.
    """
    body = routine.body
    if body is None or routine.uncertain:
        return None
    parts = body.parts[-1:]
    if routine.language == "plpgsql":
        parts = tuple(part for part in body.parts if part.keyword.startswith("return"))
    if len(parts) != 1 or parts[0].statement.kind not in QUERY_KINDS:
        return None
    if routine.language == "plpgsql" and (parts[0].keyword != "return query" or body.variables):
        return None
    types = tuple(concrete_type(argument) for argument in routine.signature.arguments)
    variables = dict(zip(routine.argument_names, types, strict=True))
    analyzer = HistoryAnalyzer(schema, parameter_types=types)
    with routine_search_path(schema, routine):
        scope = build_variable_scope(schema, variables)
        columns = queries.resolve_unknown_types(
            queries.analyze_query(analyzer, parts[0].statement.node, scope)
        )
    # One column may be the row itself.
    only = concrete_type(columns[0][1]) if columns is not None and len(columns) == 1 else ""
    is_row = only in {None, "record"} or (only and schema.find_row_relation(only) is not None)
    return None if analyzer.errors or is_row else columns
