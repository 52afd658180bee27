"""Find names in DO blocks that are a PL/pgSQL variable and a column, and fields that a record does not have."""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from schema_dsl.analysis import queries
from schema_dsl.analysis.bodies import BodyPart, Guard, RoutineBody, read_body
from schema_dsl.analysis.builtins import Signature, find_functions
from schema_dsl.analysis.errors import SemanticError
from schema_dsl.analysis.scope import Scope
from schema_dsl.analysis.statement_references import build_variable_scope
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.semantics.analyzer import HistoryAnalyzer
from schema_dsl.lint.semantics.compiled_bodies import check_compiled, check_declarations, check_returns
from schema_dsl.lint.semantics.executed_bodies import find_refused_parts
from schema_dsl.lint.semantics.plpgsql_bodies import (
    VARIABLES,
    check_foreach,
    find_declared_types,
    list_executed,
    may_choose_columns,
)
from schema_dsl.lint.semantics.plpgsql_statements import find_statement_errors
from schema_dsl.lint.semantics.record_variables import find_record_rows
from schema_dsl.parsing import QUERY_KINDS, Node, Statement, list_functions_in, list_relations_in, walk
from schema_dsl.parsing.plpgsql_tree import SqlRole

# The parts that are no statements, which are steps of the replay.
_EVALUATED = frozenset({SqlRole.EXPRESSION, SqlRole.ASSIGNMENT, SqlRole.QUERY})
_BLOCK = Signature((), "void", kind="p")


def check_block(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node) -> None:
    """Check the queries and expressions of a DO block, which runs at once, against the state before it."""
    del tree
    body = read_body(step.statement)
    if body is None:
        return
    if step.guard is Guard.NONE:
        check_compiled(analyzer, step.statement)
        check_returns(analyzer, body, Signature((), "void"))
        check_declarations(analyzer, step.statement, body, ())
    types = find_declared_types(analyzer.history, body)
    analyzer.errors += [
        attrs.evolve(error, certain=error.certain and step.guard is Guard.NONE)
        for error in find_statement_errors(analyzer.history, step.statement, body, types, _BLOCK)
    ]
    analyzer.errors += [
        attrs.evolve(error, certain=part.guard is Guard.NONE)
        for part, error in find_refused_parts(analyzer.history, body, types)
    ]
    if not may_choose_columns(body):
        _check_parts(analyzer, body)
        _check_executed(analyzer, step, body)


def _check_executed(analyzer: HistoryAnalyzer, step: HistoryStep, body: RoutineBody) -> None:
    """Check the first statements that EXECUTE builds of constants, before the block changes the schema.

    A text that is one constant is a step of the replay.
    """
    from schema_dsl.lint.semantics.statements import check_statement  # noqa: PLC0415 - it imports this module

    for part in body.parts:
        built = part.dynamic_sql is not None and not part.dynamic_sql.is_constant
        for statement in list_executed(part) if built and part.keyword == "execute" else ():
            trial = HistoryAnalyzer(analyzer.schema, declared=analyzer.declared)
            inner = HistoryStep(
                step.source, statement, step.statement, step.position, step.schema, part.guard
            )
            if not part.tolerates_missing:
                check_statement(trial, inner)
            analyzer.errors += [
                attrs.evolve(
                    error, location=-2 - statement.start, certain=error.certain and part.guard is Guard.NONE
                )
                for error in trial.errors
            ]
        if _may_change_schema(part):
            return


def _may_change_schema(part: BodyPart) -> bool:
    """Return whether a part may change the schema: by a statement, a function that it calls, or unknown SQL."""
    if part.dynamic_sql is not None:
        executed = list_executed(part)
        return not executed or any(statement.kind not in QUERY_KINDS for statement in executed)
    return part.role is SqlRole.STATEMENT and (
        part.keyword == "perform" or part.statement.kind not in QUERY_KINDS
    )


def _check_parts(analyzer: HistoryAnalyzer, body: RoutineBody) -> None:
    types = find_declared_types(analyzer.history, body)
    rows = find_record_rows(analyzer.history, body, dict.fromkeys(sorted(body.variables)))
    records = [row.alias for row in rows]
    rows = [*build_variable_scope(analyzer.history, types).items, *rows]
    is_unchanged = True
    for part in body.parts:
        statement, conflicting = part.statement, part.visible | VARIABLES
        if part.tolerates_missing or part.role is SqlRole.TARGET:
            continue
        trial = HistoryAnalyzer(
            analyzer.schema, conflicting_variables=conflicting, declared=analyzer.declared
        )
        is_evaluated = part.guard is Guard.NONE and part.role in _EVALUATED and statement.kind != ""
        is_known = is_evaluated and (is_unchanged or not _names_objects(statement))
        is_unchanged = is_unchanged and not _may_change_schema(part)
        scope = Scope(list(rows), variables=dict.fromkeys(sorted(body.variables | conflicting)) | types)
        if statement.kind == "plassign_stmt":
            queries.analyze_select(trial, statement.tree.val, scope)
        elif statement.kind in QUERY_KINDS:
            columns = queries.analyze_query(trial, statement.node, scope)
            check_foreach(trial, part, columns)
        elif statement.kind == "create_table_as_stmt":
            queries.analyze_query(trial, statement.tree.query, scope)
        analyzer.errors += [
            attrs.evolve(
                error,
                location=-2 - statement.offset(error.location),
                certain=error.certain and part.guard is Guard.NONE,
            )
            for error in trial.errors
            if is_known
            or error.rule == "ambiguous-column"
            or error.message.startswith("FOREACH")
            or error.word == "format"
            or _is_about_record(error, records)
        ]


def _names_objects(statement: Statement) -> bool:
    """Return whether an expression names objects that an earlier statement of the block may have created."""
    functions = (name for _, name in list_functions_in(statement.tree))
    has_types = any(node.DESCRIPTOR.name == "TypeName" for node in walk(statement.tree))
    is_unknown = any(not find_functions(name) for name in functions)
    return has_types or is_unknown or any(True for _ in list_relations_in(statement.tree))


def _is_about_record(error: SemanticError, records: Iterable[str]) -> bool:
    """Return whether an error is about a field that a variable of type record does not have."""
    return any(error.message.startswith(f"column {name}.") for name in records)
