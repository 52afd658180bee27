"""The SQL in the definitions, held against the declared schema before any statement is written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from schema_dsl.lint.finding import Finding, Level
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.initial_schema import of_definitions
from schema_dsl.lint.semantics import create_table
from schema_dsl.lint.semantics.analyzer import Analyzer, ExpressionContext
from schema_dsl.lint.semantics.create_objects import POLICY, trigger_when
from schema_dsl.lint.semantics.errors import SemanticError
from schema_dsl.lint.semantics.expressions import condition, value_of
from schema_dsl.lint.semantics.scope import Scope, item_of
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.column import Column
from schema_dsl.model.constraint import Check, Exclusion, ForeignKey
from schema_dsl.model.index import Index
from schema_dsl.model.policy import Policy
from schema_dsl.model.trigger import Trigger
from schema_dsl.parsing import SqlSyntaxError, constant, expression
from schema_dsl.sql import Sql

_EVENTS = {"insert": 4, "delete": 8, "update": 16, "truncate": 32}


def lint_definitions(wanted: Catalog) -> list[Finding]:
    """Find expressions that are none, names in them that mean nothing, types that do not go together."""
    schema = of_definitions(wanted)
    found: list[Finding] = []
    for identity, each in wanted.objects.items():
        relation = schema.relations.get((identity.schema, identity.parent))
        check = _CHECKS.get(identity.kind)
        if relation is None or check is None:
            continue
        a = Analyzer(schema, declared=True)
        try:
            check(a, relation, each)
        except SqlSyntaxError as error:
            a.complain("syntax-error", error.what, error.instead or "Correct the SQL.")
        except RecursionError:
            # Nested more deeply than Python can follow.
            continue
        found += [_finding(each, complaint) for complaint in a.found]
    return sorted(found)


def _column(a: Analyzer, relation: HistoryRelation, each: Column) -> None:
    made = relation.columns[each.name]
    try:
        named = expression(f"CAST(NULL AS {each.type.sql}\n)")
    except SqlSyntaxError as error:
        a.complain(
            "syntax-error", f"{each.type.sql!s} is not a type: {error.problem.message}", "", -1, each.type.sql
        )
        return
    a.type_of(named.type_cast.type_name)
    if each.default is not None:
        create_table.default(a, expression(each.default), made, relation)
    if each.generated is not None:
        create_table.stored(a, expression(each.generated), made, item_of(relation))


def _check(a: Analyzer, relation: HistoryRelation, each: Check) -> None:
    create_table.check(a, expression(each.expression), Scope([item_of(relation)]))
    _not_constant(a, each.expression, "accepts every row", "refuses every row")


def _not_constant(a: Analyzer, text: str, true: str, false: str) -> None:
    """Tell of a condition that does not depend on the row, once all else about it is right."""
    value = None if a.found else constant(text)
    if value is not None:
        effect = true if value else false
        a.complain(
            "constant-condition",
            f"({text}) is always {str(value).lower()}: it {effect}",
            "Say what is meant of a column.",
            level=Level.WARNING,
        )


def _policy(a: Analyzer, relation: HistoryRelation, each: Policy) -> None:
    for text in (each.using, each.check):
        if text is not None:
            _condition(a, relation, text, POLICY, "POLICY")


def _condition(
    a: Analyzer, relation: HistoryRelation, text: str, place: ExpressionContext, what: str
) -> None:
    a.place = place
    condition(a, expression(text), Scope([item_of(relation)]), what)
    a.place = None


def _expression(a: Analyzer, relation: HistoryRelation, text: str) -> None:
    a.place = create_table.INDEX
    value_of(a, expression(text), Scope([item_of(relation)]))
    a.place = None


def _index(a: Analyzer, relation: HistoryRelation, each: Index) -> None:
    for element in each.elements:
        if isinstance(element.on, Sql):
            _expression(a, relation, element.on)
    if each.where is not None:
        _condition(a, relation, each.where, create_table.PREDICATE, "WHERE")
        _not_constant(a, each.where, "holds every row", "holds no row")


def _exclusion(a: Analyzer, relation: HistoryRelation, each: Exclusion) -> None:
    for on, _ in each.elements:
        if isinstance(on, Sql):
            _expression(a, relation, on)
    if each.where is not None:
        _condition(a, relation, each.where, create_table.PREDICATE, "WHERE")


def _trigger(a: Analyzer, relation: HistoryRelation, each: Trigger) -> None:
    if each.when is not None:
        events = sum(_EVENTS[event] for event in each.events)
        trigger_when(a, item_of(relation), expression(each.when), row=each.for_each_row, events=events)
        _not_constant(a, each.when, "fires every time", "never fires")


def _foreign_key(a: Analyzer, relation: HistoryRelation, each: ForeignKey) -> None:
    target = a.schema.relations.get((each.references.schema, each.references.table))  # type: ignore[union-attr,arg-type]
    if target is not None:
        columns = getattr(each.references, "columns", ())
        create_table.same_types(a, relation, target, zip(each.columns, columns, strict=False), -1)


_CHECKS: dict[str, Callable[[Analyzer, HistoryRelation, Any], None]] = {
    "column": _column,
    "check": _check,
    "policy": _policy,
    "index": _index,
    "exclusion": _exclusion,
    "trigger": _trigger,
    "foreign_key": _foreign_key,
}


def _finding(each: Any, complaint: SemanticError) -> Finding:
    """Place a complaint at the line that declares the object, or just below where the word is."""
    name = getattr(each, "name", "")
    message = f"{each.kind.replace('_', ' ')} {name}: {complaint.message}"
    rule, level, remedy = complaint.rule, complaint.level, complaint.remedy
    origin = each.origin
    if origin is None:
        return Finding("definitions", 1, 1, rule, level, message, remedy)
    line, column, end = _place(_lines(origin.file), origin.line, complaint.word)
    lines = _lines(origin.file)
    source_line = lines[line - 1] if 0 < line <= len(lines) else ""
    return Finding(
        _shown(origin.file), line, column, rule, level, message, remedy, source_line, end_column=end
    )


def _place(lines: tuple[str, ...], line: int, word: str) -> tuple[int, int, int]:
    """Find line, column and end of a word in the call that begins at a line; without it, where the call is."""
    if not 0 < line <= len(lines):
        return line, 1, 1
    if word:
        pattern = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")
        for number in _call(lines, line):
            found = pattern.search(lines[number - 1])
            if found:
                return number, found.start() + 1, found.end() + 1
    first = lines[line - 1]
    column = len(first) - len(first.lstrip()) + 1
    return line, column, column


def _call(lines: tuple[str, ...], line: int) -> Iterator[int]:
    """Yield the lines of the call that begins on one: those that are indented deeper, and its last."""
    yield line
    indent = len(lines[line - 1]) - len(lines[line - 1].lstrip())
    for number in range(line + 1, len(lines) + 1):
        text = lines[number - 1]
        if text.strip() and len(text) - len(text.lstrip()) <= indent:
            return
        yield number


@lru_cache(maxsize=64)
def _lines(file: str) -> tuple[str, ...]:
    try:
        return tuple(Path(file).read_text("utf-8").splitlines())
    except (OSError, UnicodeDecodeError):
        return ()


def _shown(file: str) -> str:
    try:
        return Path(file).resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return file
