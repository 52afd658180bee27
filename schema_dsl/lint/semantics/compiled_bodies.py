"""Check what PL/pgSQL refuses when it compiles a body, at CREATE FUNCTION or DO: RETURN, and the types of variables."""

from __future__ import annotations

import re
from collections.abc import Container

import attrs

from schema_dsl.analysis.bodies import RoutineBody
from schema_dsl.analysis.builtins import Signature
from schema_dsl.lint.semantics import create_table
from schema_dsl.lint.semantics.analyzer import HistoryAnalyzer
from schema_dsl.parsing import Node, Problem, Statement
from schema_dsl.parsing.bodies import find_body
from schema_dsl.parsing.grammar import parse, strings
from schema_dsl.parsing.plpgsql_tree import PlpgsqlNode

_COPIED = re.compile(r"%\s*(?P<what>row)?type(?:\s*\[\])*\s*\Z", re.IGNORECASE)
_RULE = "function-definition"


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
        where = "function returning void" if result.returns == "void" else ""
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
        copied = _COPIED.search(node.type)
        type_name = _parse_type(node.type[: copied.start()] if copied is not None else node.type)
        if type_name is None:
            continue
        trial = HistoryAnalyzer(analyzer.schema, declared=analyzer.declared)
        names = strings(type_name.names)
        if copied is None:
            trial.resolve_type(type_name)
        elif names[0] not in body.variables and names[0] not in variables:
            _check_copied(trial, names, is_row=copied["what"] is not None)
        location = -2 - found.start - node.type_start
        analyzer.errors += [attrs.evolve(error, location=location) for error in trial.errors]


def _parse_type(text: str) -> Node | None:
    parsed = parse(f"SELECT CAST(NULL AS {text})") if text.strip() else None
    if parsed is None or isinstance(parsed, Problem) or len(parsed.stmts) != 1:
        return None
    value = parsed.stmts[0].stmt.select_stmt.target_list[0].res_target.val
    return value.type_cast.type_name if value.WhichOneof("node") == "type_cast" else None


def _check_copied(analyzer: HistoryAnalyzer, names: tuple[str, ...], *, is_row: bool) -> None:
    """Check the relation of %ROWTYPE, or the relation and column of %TYPE."""
    parts = names if is_row else names[:-1]
    if not parts:
        return
    schema_name, name = ("", *parts)[-2:]
    relation = analyzer.resolve_relation_name(schema_name, name, -1)
    if relation is not None and not is_row:
        create_table.check_column_exists(analyzer, relation, names[-1], -1)
