"""Check CREATE FUNCTION, SQL bodies, and the columns of NEW and OLD in trigger functions.

Postgres checks an SQL body when it creates the function, and so does this module. The columns of NEW and OLD are
checked against the tables whose triggers call the function in the final state.
"""

from __future__ import annotations

import contextlib
import itertools
import re
from collections.abc import Iterator, Mapping

import attrs

from schema_dsl.analysis import queries
from schema_dsl.analysis.coercion import concrete_type
from schema_dsl.analysis.errors import SemanticError, find_nearest
from schema_dsl.analysis.expressions import analyze_expression
from schema_dsl.analysis.scope import FromItem, Scope, build_from_item
from schema_dsl.lint.history.create_routine import build_routine
from schema_dsl.lint.history.replay import HistoryStep, set_search_path
from schema_dsl.lint.history.schema import HistoryRelation, RelationKey, Routine, Schema
from schema_dsl.lint.semantics.analyzer import HistoryAnalyzer
from schema_dsl.parsing import Node, Problem
from schema_dsl.parsing.bodies import find_body
from schema_dsl.parsing.grammar import parse
from schema_dsl.parsing.lexer import tokens

_OFF = frozenset({"off", "false", "no", "0"})
QUERY_KINDS = frozenset({"select_stmt", "insert_stmt", "update_stmt", "delete_stmt", "merge_stmt"})
_BY_TABLE = re.compile(r"\btg_(?:table_name|relname|table_schema|argv|relid)\b", re.IGNORECASE)


def create_function(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node) -> None:
    """Check the types of a routine, and the body of an SQL routine."""
    for wrapped in tree.parameters:
        analyzer.resolve_type(wrapped.function_parameter.arg_type)
    if tree.HasField("return_type"):
        analyzer.resolve_type(tree.return_type)
    routine = build_routine(analyzer.history, tree, step.position)
    unchecked = analyzer.history.settings.get("check_function_bodies", "on").lower() in _OFF
    if routine.language != "sql" or unchecked:
        # A dump sets check_function_bodies = off, because a body may name objects that the dump creates later.
        return
    schema = analyzer.history
    analyzer.parameter_types = tuple(concrete_type(argument) for argument in routine.signature.arguments)
    key = (routine.schema, routine.name)
    overloads = schema.routines.get(key)
    if not tree.HasField("sql_body"):
        # Postgres creates the function before it checks the body, so that the body can call the function.
        schema.routines[key] = [*(overloads or ()), routine]
    try:
        with routine_search_path(schema, routine):
            _sql_body(analyzer, step, tree, routine)
    finally:
        analyzer.parameter_types = None
        if overloads is None:
            schema.routines.pop(key, None)
        else:
            schema.routines[key] = overloads


@contextlib.contextmanager
def routine_search_path(schema: Schema, routine: Routine) -> Iterator[None]:
    """Use the search path that a routine sets, while the context is active."""
    path, open_path = schema.search_path, schema.open_path
    if "search_path" in routine.settings:
        set_search_path(schema, [part.strip() for part in routine.settings["search_path"].split(",")])
    try:
        yield
    finally:
        schema.search_path, schema.open_path = path, open_path


def _sql_body(analyzer: HistoryAnalyzer, step: HistoryStep, tree: Node, routine: Routine) -> None:
    variables: dict[str, str | None] = dict(
        zip(routine.argument_names, analyzer.parameter_types or (), strict=True)
    )
    variables |= {name: concrete_type(kind) for name, kind in routine.signature.columns}
    variables[routine.name] = None
    variables.pop("", None)
    rows = list(row_parameters(analyzer.history, variables))
    if tree.HasField("sql_body"):
        for node in _iter_atomic_statements(tree.sql_body):
            if node.WhichOneof("node") == "return_stmt":
                analyze_expression(analyzer, node.return_stmt.returnval, Scope(rows, variables=variables))
            else:
                queries.analyze_query(analyzer, node, Scope(rows, variables=variables))
        return
    body = find_body(step.statement)
    parsed = parse(body.text) if body is not None else None
    if body is None or parsed is None or isinstance(parsed, Problem):
        return
    encoded = None if body.text.isascii() else body.text.encode()
    for raw in parsed.stmts:
        kind = raw.stmt.WhichOneof("node")
        if kind not in QUERY_KINDS:
            # The statements after a utility statement may depend on its effects.
            return
        within = HistoryAnalyzer(
            analyzer.history, parameter_types=analyzer.parameter_types, declared=analyzer.declared
        )
        queries.analyze_query(within, raw.stmt, Scope(rows, variables=variables))
        for error in within.errors:
            location = raw.stmt_location if error.location < 0 else error.location
            if encoded is not None:
                location = len(encoded[:location].decode(errors="ignore"))
            offset = body.offset(location)
            analyzer.errors.append(_move_to_file(error, offset))


def row_parameters(schema: Schema, variables: Mapping[str, str | None]) -> Iterator[FromItem]:
    """Yield a FROM item for each variable of a row type, whose fields can be referenced as `p.field`."""
    for name, kind in variables.items():
        relation = schema.find_row_relation(kind) if kind else None
        if relation is not None:
            yield attrs.evolve(build_from_item(relation, name), has_system_columns=False, qualified_only=True)


def _move_to_file(error: SemanticError, offset: int) -> SemanticError:
    """Return an error in a body with the location in the file, encoded as -2 - offset."""
    return SemanticError(error.rule, error.message, error.remedy, -2 - offset, error.word, error.certain)


def _iter_atomic_statements(node: Node) -> Iterator[Node]:
    if node.WhichOneof("node") == "list":
        for item in node.list.items:
            yield from _iter_atomic_statements(item)
    elif node.WhichOneof("node"):
        yield node


def relations_by_trigger_function(schema: Schema) -> dict[RelationKey, list[HistoryRelation]]:
    """Return the relations with triggers, by the name with which the triggers call their function."""
    by_function: dict[RelationKey, list[HistoryRelation]] = {}
    for relation in schema.relations.values():
        for function in {trigger.function for trigger in relation.triggers.values()}:
            by_function.setdefault(function, []).append(relation)
    return by_function


def find_unknown_row_columns(
    routine: Routine, body: str, by_function: Mapping[RelationKey, list[HistoryRelation]]
) -> Iterator[tuple[int, str, str]]:
    """Find references to NEW.column and OLD.column that a table of the trigger function does not have.

    Yields:
        The offset in the body, the message, the remedy.
    """
    called = [by_function.get((schema_name, routine.name), ()) for schema_name in ("", routine.schema)]
    relations = list(dict.fromkeys(itertools.chain(*called)))
    if not relations or not all(_has_known_columns(relation) for relation in relations):
        return
    token_list = list(tokens(body))
    by_table = _BY_TABLE.search(body) is not None
    for row, dot, column in zip(token_list, token_list[1:], token_list[2:], strict=False):
        if row.word not in {"new", "old"} or dot.word != "." or column.kind not in {"word", "quoted"}:
            continue
        name = column.word if column.kind == "word" else body[column.start + 1 : column.end - 1]
        without = [relation for relation in relations if name not in relation.columns]
        if not without or (by_table and len(without) < len(relations)):
            continue
        near = find_nearest(name, without[0].columns)
        message = (
            f'record "{row.word}" has no field "{name}": a trigger of {without[0]} calls {routine.name}()'
        )
        yield column.start, message, f"Did you mean {near}?" if near else ""


def _has_known_columns(relation: HistoryRelation) -> bool:
    return relation.complete and not relation.uncertain and "triggers" not in relation.unknown_kinds
