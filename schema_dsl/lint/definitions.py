"""Lint of the SQL expressions in the definitions against the declared schema."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import attrs

from schema_dsl.analysis import queries
from schema_dsl.analysis.aggregation import within
from schema_dsl.analysis.analyzer import ExpressionContext
from schema_dsl.analysis.assignments import check_assignment
from schema_dsl.analysis.errors import SemanticError
from schema_dsl.analysis.expressions import analyze_condition, analyze_expression
from schema_dsl.analysis.scope import Scope, build_from_item
from schema_dsl.errors import display_path
from schema_dsl.lint.facts.cache import HistoryCache
from schema_dsl.lint.finding import Finding
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.initial_schema import schema_of_definitions
from schema_dsl.lint.semantics import create_table, foreign_keys, refused_values
from schema_dsl.lint.semantics.analyzer import HistoryAnalyzer
from schema_dsl.lint.semantics.check import level_of
from schema_dsl.lint.semantics.create_objects import POLICY_CONTEXT, check_trigger_when
from schema_dsl.lint.semantics.statements import check_result_names
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.column import Column
from schema_dsl.model.constraint import Check, Exclusion, ForeignKey
from schema_dsl.model.index import Index
from schema_dsl.model.materialized_view import MaterializedView
from schema_dsl.model.policy import Policy
from schema_dsl.model.trigger import Trigger
from schema_dsl.model.view import View
from schema_dsl.parsing import (
    SqlSyntaxError,
    fold_condition,
    list_columns,
    parse_query,
    parse_shared_expression,
)
from schema_dsl.sql import Sql

# The expressions without errors, each with everything on which its analysis depends. Tables share most of them.
_RIGHT: HistoryCache[set[Hashable]] = HistoryCache(set)
_EVENTS = {"insert": 4, "delete": 8, "update": 16, "truncate": 32}


def lint_definitions(wanted: Catalog) -> list[Finding]:
    """Return the syntax errors, unknown names and type mismatches in the expressions of the definitions."""
    schema = schema_of_definitions(wanted)
    findings: list[Finding] = []
    for identity, declared in wanted.objects.items():
        relation = schema.relations.get(identity.relation)
        check = _CHECKS.get(identity.kind)
        if relation is None or check is None:
            continue
        analyzer = HistoryAnalyzer(schema, declared=True)
        try:
            check(analyzer, relation, declared)
        except SqlSyntaxError as error:
            analyzer.report("syntax-error", error.what, error.instead or "Correct the SQL.")
        except RecursionError:
            # The expression is nested too deeply for Python.
            continue
        findings += [_build_finding(declared, semantic_error) for semantic_error in analyzer.errors]
    return sorted(findings)


def _column(analyzer: HistoryAnalyzer, relation: HistoryRelation, declared: Column) -> None:
    column = relation.columns[declared.name]
    known = _RIGHT.get(analyzer.history)
    if declared.type.sql not in known:
        try:
            cast = parse_shared_expression(f"CAST(NULL AS {declared.type.sql}\n)")
        except SqlSyntaxError as error:
            analyzer.report(
                "syntax-error",
                f"{declared.type.sql!s} is not a type: {error.problem.message}",
                "",
                -1,
                declared.type.sql,
            )
            return
        analyzer.resolve_type(cast.type_cast.type_name)
        _remember(analyzer, declared.type.sql)
    if declared.default is not None:
        # The checks of the table come later, and look at the default.
        column.default = parse_shared_expression(declared.default)
        # A default names no columns, so that it is right for each column of the type.
        default = (declared.default, declared.type.sql)
        if default not in known:
            create_table.check_default(analyzer, column.default, column, relation)
            _remember(analyzer, default)
    if declared.generated is not None:
        generated = parse_shared_expression(declared.generated)
        create_table.check_generated(analyzer, generated, column, build_from_item(relation))
    if declared.backfill is not None:
        _backfill(analyzer, relation, declared.name, declared.backfill)


def _backfill(analyzer: HistoryAnalyzer, relation: HistoryRelation, column: str, text: str) -> None:
    """Check the value that a migration sets in rows. The value may come from a column that is no longer declared."""
    item = attrs.evolve(build_from_item(relation), complete=False)
    scope = Scope([item])
    with within(scope, "UPDATE"):
        value = analyze_expression(analyzer, parse_shared_expression(text), scope)
    check_assignment(analyzer, item, column, value, -1)


def _remember(analyzer: HistoryAnalyzer, key: Hashable) -> None:
    """Record that an expression is right, if its object has no errors so far."""
    if not analyzer.errors:
        _RIGHT.get(analyzer.history).add(key)


def _check(analyzer: HistoryAnalyzer, relation: HistoryRelation, declared: Check) -> None:
    _condition(analyzer, relation, declared.expression, create_table.CHECK_CONTEXT, "CHECK")
    if declared.enforced:
        condition = parse_shared_expression(declared.expression)
        refused_values.check_condition(analyzer, relation, declared.name or "", condition)
    for column, value in declared.backfill:
        _backfill(analyzer, relation, column, value)
    _not_constant(analyzer, declared.expression, "it accepts every row", "it rejects every row")


def _not_constant(analyzer: HistoryAnalyzer, text: str, effect_if_true: str, effect_if_false: str) -> None:
    """Report a condition that does not depend on the row, if there is no other error."""
    value = None if analyzer.errors else fold_condition(text)
    if value is not None:
        effect = effect_if_true if value else effect_if_false
        analyzer.report(
            "constant-condition",
            f"({text}) is always {str(value).lower()}: {effect}",
            "Write a condition on a column.",
            certain=False,
        )


def _policy(analyzer: HistoryAnalyzer, relation: HistoryRelation, declared: Policy) -> None:
    for text in (declared.using, declared.check):
        if text is not None:
            _condition(analyzer, relation, text, POLICY_CONTEXT, "POLICY")


def _condition(
    analyzer: HistoryAnalyzer, relation: HistoryRelation, text: str, context: ExpressionContext, what: str
) -> None:
    named = _list_types(relation, text)
    key = (text, what, named)
    if named is not None and key in _RIGHT.get(analyzer.history):
        return
    analyzer.context = context
    analyze_condition(analyzer, parse_shared_expression(text), Scope([build_from_item(relation)]), what)
    analyzer.context = None
    if named is not None:
        _remember(analyzer, key)


def _list_types(relation: HistoryRelation, text: str) -> tuple[str | None, ...] | None:
    """Return the types of the columns that an expression names; None if a name may be more than a column."""
    types = []
    for name, *further in list_columns(text):
        column = None if further else relation.columns.get(name)
        if column is None:
            return None
        types.append(column.type)
    return tuple(types)


def _expression(analyzer: HistoryAnalyzer, relation: HistoryRelation, text: str) -> None:
    analyzer.context = create_table.INDEX_CONTEXT
    analyze_expression(analyzer, parse_shared_expression(text), Scope([build_from_item(relation)]))
    analyzer.context = None


def _index(analyzer: HistoryAnalyzer, relation: HistoryRelation, declared: Index) -> None:
    for element in declared.elements:
        if isinstance(element.on, Sql):
            _expression(analyzer, relation, element.on)
    if declared.where is not None:
        _condition(analyzer, relation, declared.where, create_table.PREDICATE_CONTEXT, "WHERE")
        _not_constant(analyzer, declared.where, "the index contains every row", "the index contains no row")


def _exclusion(analyzer: HistoryAnalyzer, relation: HistoryRelation, declared: Exclusion) -> None:
    for on in declared.keys:
        if isinstance(on, Sql):
            _expression(analyzer, relation, on)
    if declared.where is not None:
        _condition(analyzer, relation, declared.where, create_table.PREDICATE_CONTEXT, "WHERE")


def _trigger(analyzer: HistoryAnalyzer, relation: HistoryRelation, declared: Trigger) -> None:
    if declared.when is not None:
        events = sum(_EVENTS[event] for event in declared.events)
        check_trigger_when(
            analyzer,
            build_from_item(relation),
            parse_shared_expression(declared.when),
            row=declared.for_each_row,
            events=events,
        )
        _not_constant(analyzer, declared.when, "the trigger always fires", "the trigger never fires")


def _view(analyzer: HistoryAnalyzer, relation: HistoryRelation, declared: View | MaterializedView) -> None:
    del relation
    columns = queries.analyze_select(analyzer, parse_query(declared.query).select_stmt, Scope())
    check_result_names(analyzer, list(declared.columns), columns)


def _foreign_key(analyzer: HistoryAnalyzer, relation: HistoryRelation, declared: ForeignKey) -> None:
    target = analyzer.history.relations.get((declared.references.schema, declared.references.table))  # type: ignore[union-attr,arg-type]
    if target is not None:
        columns = getattr(declared.references, "columns", ())
        foreign_keys.check_foreign_key_types(
            analyzer, relation, target, zip(declared.columns, columns, strict=False), -1
        )


_CHECKS: dict[str, Callable[[HistoryAnalyzer, HistoryRelation, Any], None]] = {
    "column": _column,
    "check": _check,
    "policy": _policy,
    "index": _index,
    "exclusion": _exclusion,
    "trigger": _trigger,
    "foreign_key": _foreign_key,
    "view": _view,
    "materialized_view": _view,
}


def _build_finding(declared: Any, semantic_error: SemanticError) -> Finding:
    """Build a finding at the line that declares the object, or at the word of the error in the same call."""
    name = getattr(declared, "name", "")
    message = f"{declared.kind.replace('_', ' ')} {name}: {semantic_error.message}"
    rule, level, remedy = semantic_error.rule, level_of(semantic_error), semantic_error.remedy
    origin = declared.origin
    if origin is None:
        return Finding("definitions", 1, 1, rule, level, message, remedy)
    line, column, end = _locate_word(_read_lines(origin.file), origin.line, semantic_error.word)
    lines = _read_lines(origin.file)
    source_line = lines[line - 1] if 0 < line <= len(lines) else ""
    return Finding(
        display_path(Path(origin.file)),
        line,
        column,
        rule,
        level,
        message,
        remedy,
        source_line,
        end_column=end,
    )


def _locate_word(lines: tuple[str, ...], line: int, word: str) -> tuple[int, int, int]:
    """Return line, column and end of a word in the call that begins at a line; without the word, of the call."""
    if not 0 < line <= len(lines):
        return line, 1, 1
    if word:
        pattern = re.compile(rf"(?<!\w){re.escape(word)}(?!\w)")
        for number in _lines_of_call(lines, line):
            match = pattern.search(lines[number - 1])
            if match:
                return number, match.start() + 1, match.end() + 1
    first = lines[line - 1]
    column = len(first) - len(first.lstrip()) + 1
    return line, column, column


def _lines_of_call(lines: tuple[str, ...], line: int) -> Iterator[int]:
    """Yield the lines of the call that begins at a line: the following lines with deeper indentation belong to it."""
    yield line
    indent = len(lines[line - 1]) - len(lines[line - 1].lstrip())
    for number in range(line + 1, len(lines) + 1):
        text = lines[number - 1]
        if text.strip() and len(text) - len(text.lstrip()) <= indent:
            return
        yield number


@lru_cache(maxsize=64)
def _read_lines(file: str) -> tuple[str, ...]:
    try:
        return tuple(Path(file).read_text("utf-8").splitlines())
    except (OSError, UnicodeDecodeError):
        return ()
