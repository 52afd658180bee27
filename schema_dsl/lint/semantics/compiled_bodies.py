"""Check for errors when PL/pgSQL compiles a body, at CREATE FUNCTION or DO: RETURN, variables and conditions."""

from __future__ import annotations

import re
from collections.abc import Container

import attrs

from schema_dsl.analysis.bodies import RoutineBody
from schema_dsl.analysis.builtins import Signature, find_type, split_words
from schema_dsl.analysis.errors import find_nearest
from schema_dsl.lint.semantics.analyzer import HistoryAnalyzer
from schema_dsl.lint.semantics.named_columns import check_column_exists
from schema_dsl.parsing import Statement
from schema_dsl.parsing.bodies import find_body
from schema_dsl.parsing.body_syntax import find_body_problem
from schema_dsl.parsing.copied_type import read_copied_type
from schema_dsl.parsing.expressions import find_type_name
from schema_dsl.parsing.plpgsql_tree import PlpgsqlNode

_RULE = "function-definition"
_CONDITION = re.compile(r'unrecognized exception condition "([^"]+)"')
# The conditions that handlers name most.
_CONDITIONS = split_words(
    "unique_violation foreign_key_violation check_violation not_null_violation exclusion_violation "
    "integrity_constraint_violation restrict_violation no_data_found too_many_rows duplicate_object duplicate_table "
    "duplicate_column duplicate_function duplicate_schema duplicate_database duplicate_alias undefined_table "
    "undefined_column undefined_function undefined_object undefined_parameter invalid_text_representation "
    "invalid_parameter_value insufficient_privilege division_by_zero numeric_value_out_of_range "
    "string_data_right_truncation datetime_field_overflow invalid_datetime_format lock_not_available "
    "deadlock_detected serialization_failure query_canceled raise_exception assert_failure case_not_found "
    "object_not_in_prerequisite_state object_in_use feature_not_supported syntax_error others"
)


def check_compiled(analyzer: HistoryAnalyzer, statement: Statement) -> None:
    """Check variables and the names of conditions as the compiler does: CONSTANT, NOT NULL, cursors and aliases."""
    problem = find_body_problem(statement)
    if problem is None or problem.is_syntax:
        return
    named = _CONDITION.match(problem.message)
    near = find_nearest(named[1], _CONDITIONS) if named is not None else None
    offset = statement.start if problem.offset is None else problem.offset
    analyzer.report(_RULE, problem.message, f"Did you mean {near}?" if near else "", -2 - offset)


def check_returns(analyzer: HistoryAnalyzer, body: RoutineBody, result: Signature) -> None:
    """Check that RETURN, RETURN NEXT and RETURN QUERY fit the result of a routine.

    Args:
        analyzer: The analysis of the statement.
        body: The body.
        result: The signature of the routine; a DO block returns void.
    """
    for node in body.code.nodes:
        message = _find_wrong_return(node, result) if node.keyword.startswith("return") else ""
        if message:
            analyzer.report(_RULE, message, _find_remedy(message), -2 - node.start)


def _find_wrong_return(node: PlpgsqlNode, result: Signature) -> str:
    if node.keyword != "return" and not result.returns_set:
        return f"cannot use {node.keyword.upper()} in a non-SETOF function"
    if node.keyword == "return query" or not node.sql:
        return ""
    if result.kind == "p":
        where = "a procedure"
    elif node.keyword == "return" and result.returns_set:
        where = "function returning set"
    elif result.columns:
        where = "function with OUT parameters"
    else:
        where = "function returning void" if result.returns in {"void", "event_trigger"} else ""
    return f"{node.keyword.upper()} cannot have a parameter in {where}" if where else ""


def _find_remedy(message: str) -> str:
    if "non-SETOF" in message:
        return "Declare the result as SETOF or TABLE, or return one value with RETURN."
    if "returning set" in message:
        return "Use RETURN NEXT or RETURN QUERY; RETURN alone ends the function."
    return "Assign the values to the OUT parameters, and write RETURN alone." if "OUT" in message else ""


def check_declarations(
    analyzer: HistoryAnalyzer, statement: Statement, body: RoutineBody, variables: Container[str]
) -> None:
    """Check that the types of variables exist, also those that %TYPE and %ROWTYPE copy.

    Args:
        analyzer: The analysis of the statement.
        statement: The CREATE FUNCTION or DO.
        body: Its body.
        variables: The names of parameters, and of the routine; `variable%TYPE` copies a variable.
    """
    found = find_body(statement)
    if found is None:
        return
    for node in body.declarations:
        copied = read_copied_type(node.type)
        type_name = find_type_name(node.type) if copied is None else None
        trial = HistoryAnalyzer(analyzer.schema, declared=analyzer.declared)
        if type_name is not None:
            kind = trial.resolve_type(type_name)
            builtin = find_type(kind) if kind else None
            if builtin is not None and builtin.kind == "p" and kind != "record":
                trial.report(_RULE, f'variable "{node.names[0]}" has pseudo-type {kind}')
        elif copied is not None and not any(
            copied.names[0] in known for known in (body.variables, variables)
        ):
            _check_copied(trial, copied.names, is_row=copied.is_row)
        location = -2 - found.start - node.type_start
        analyzer.errors += [attrs.evolve(error, location=location) for error in trial.errors]


def _check_copied(analyzer: HistoryAnalyzer, names: tuple[str, ...], *, is_row: bool) -> None:
    """Check the relation of %ROWTYPE, or the relation and column of %TYPE."""
    parts = names if is_row else names[:-1]
    if not parts:
        return
    schema_name, name = ("", *parts)[-2:]
    relation = analyzer.resolve_relation_name(schema_name, name, -1)
    if relation is not None and not is_row:
        check_column_exists(analyzer, relation, names[-1], -1)
