"""The bodies of functions.

SQL is checked when the function is made, as Postgres does; of PL/pgSQL trigger functions the columns of NEW
and OLD, once it is known which tables they serve.
"""

from __future__ import annotations

import contextlib
import itertools
import re
from collections.abc import Iterator, Mapping

import attrs

from schema_dsl.lint.history.create_routine import routine
from schema_dsl.lint.history.replay import HistoryStep, set_search_path
from schema_dsl.lint.history.schema import HistoryRelation, RelationKey, Routine, Schema
from schema_dsl.lint.semantics import queries
from schema_dsl.lint.semantics.analyzer import Analyzer
from schema_dsl.lint.semantics.errors import SemanticError, nearest
from schema_dsl.lint.semantics.expressions import value_of
from schema_dsl.lint.semantics.scope import FromItem, Scope, item_of
from schema_dsl.lint.semantics.types import actual
from schema_dsl.parsing import Node, Problem
from schema_dsl.parsing.bodies import body_of
from schema_dsl.parsing.grammar import parse
from schema_dsl.parsing.lexer import tokens

_OFF = frozenset({"off", "false", "no", "0"})
QUERIES = frozenset({"select_stmt", "insert_stmt", "update_stmt", "delete_stmt", "merge_stmt"})
_BY_TABLE = re.compile(r"\btg_(?:table_name|relname|table_schema|argv|relid)\b", re.IGNORECASE)


def create_function(a: Analyzer, step: HistoryStep, tree: Node) -> None:
    """Check a routine's types, and its body if that is SQL."""
    for wrapped in tree.parameters:
        a.type_of(wrapped.function_parameter.arg_type)
    if tree.HasField("return_type"):
        a.type_of(tree.return_type)
    made = routine(a.schema, tree, step.moment)
    unchecked = a.schema.settings.get("check_function_bodies", "on").lower() in _OFF
    if made.language != "sql" or unchecked:
        # As in a dump, where what a body names comes later.
        return
    schema = a.schema
    a.parameters = tuple(actual(each) for each in made.signature.arguments)
    key = (made.schema, made.name)
    known = schema.routines.get(key)
    if not tree.HasField("sql_body"):
        # By the time its text is read, the function is there.
        schema.routines[key] = [*(known or ()), made]
    try:
        with on_path_of(schema, made):
            _sql_body(a, step, tree, made)
    finally:
        a.parameters = None
        if known is None:
            schema.routines.pop(key, None)
        else:
            schema.routines[key] = known


@contextlib.contextmanager
def on_path_of(schema: Schema, made: Routine) -> Iterator[None]:
    """Look names up where a routine's body does: along the search path that it sets."""
    path, open_path = schema.search_path, schema.open_path
    if "search_path" in made.settings:
        set_search_path(schema, [each.strip() for each in made.settings["search_path"].split(",")])
    try:
        yield
    finally:
        schema.search_path, schema.open_path = path, open_path


def _sql_body(a: Analyzer, step: HistoryStep, tree: Node, made: Routine) -> None:
    variables: dict[str, str | None] = dict(zip(made.argument_names, a.parameters or (), strict=True))
    variables |= {name: actual(kind) for name, kind in made.signature.columns}
    variables[made.name] = None
    variables.pop("", None)
    rows = list(rows_of(a.schema, variables))
    if tree.HasField("sql_body"):
        for node in _atomic(tree.sql_body):
            if node.WhichOneof("node") == "return_stmt":
                value_of(a, node.return_stmt.returnval, Scope(rows, variables=variables))
            else:
                queries.query(a, node, Scope(rows, variables=variables))
        return
    body = body_of(step.statement)
    parsed = parse(body.text) if body is not None else None
    if body is None or parsed is None or isinstance(parsed, Problem):
        return
    encoded = None if body.text.isascii() else body.text.encode()
    for raw in parsed.stmts:
        kind = raw.stmt.WhichOneof("node")
        if kind not in QUERIES:
            # What it makes, the next statement may use.
            return
        within = Analyzer(a.schema, parameters=a.parameters, declared=a.declared)
        queries.query(within, raw.stmt, Scope(rows, variables=variables))
        for each in within.found:
            location = raw.stmt_location if each.location < 0 else each.location
            if encoded is not None:
                location = len(encoded[:location].decode(errors="ignore"))
            offset = body.offset(location)
            a.found.append(_at(each, offset))


def rows_of(schema: Schema, variables: Mapping[str, str | None]) -> Iterator[FromItem]:
    """Yield the parameters whose fields can be named, as in `p.field`."""
    for name, kind in variables.items():
        relation = schema.row_relation(kind) if kind else None
        if relation is not None:
            yield attrs.evolve(item_of(relation, name), system=False, qualified_only=True)


def _at(complaint: SemanticError, offset: int) -> SemanticError:
    """Give a complaint about a body as one about the file: its location is then negative, beyond -1."""
    return SemanticError(
        complaint.rule, complaint.message, complaint.remedy, -2 - offset, complaint.word, complaint.level
    )


def _atomic(node: Node) -> Iterator[Node]:
    if node.WhichOneof("node") == "list":
        for each in node.list.items:
            yield from _atomic(each)
    elif node.WhichOneof("node"):
        yield node


def served_by(schema: Schema) -> dict[RelationKey, list[HistoryRelation]]:
    """Give the relations that have triggers, by the function that these call as they name it."""
    served: dict[RelationKey, list[HistoryRelation]] = {}
    for relation in schema.relations.values():
        for function in {trigger.function for trigger in relation.triggers.values()}:
            served.setdefault(function, []).append(relation)
    return served


def row_columns(
    made: Routine, body: str, by_function: Mapping[RelationKey, list[HistoryRelation]]
) -> Iterator[tuple[int, str, str]]:
    """Find NEW.column and OLD.column in a trigger function that a table it serves surely does not have.

    Yields:
        The offset in the body, the message, the remedy.
    """
    called = [by_function.get((where, made.name), ()) for where in ("", made.schema)]
    served = list(dict.fromkeys(itertools.chain(*called)))
    if not served or not all(_known(relation) for relation in served):
        return
    found = list(tokens(body))
    by_table = _BY_TABLE.search(body) is not None
    for row, dot, column in zip(found, found[1:], found[2:], strict=False):
        if row.word not in {"new", "old"} or dot.word != "." or column.kind not in {"word", "quoted"}:
            continue
        name = column.word if column.kind == "word" else body[column.start + 1 : column.end - 1]
        without = [relation for relation in served if name not in relation.columns]
        if not without or (by_table and len(without) < len(served)):
            continue
        near = nearest(name, without[0].columns)
        message = f'record "{row.word}" has no field "{name}": {made.name}() serves {without[0]}'
        yield column.start, message, f"Did you mean {near}?" if near else ""


def _known(relation: HistoryRelation) -> bool:
    return relation.complete and not relation.doubtful and "triggers" not in relation.doubts
