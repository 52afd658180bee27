"""Expressions in the definitions, held against the declared schema before any SQL is written."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import attrs

from schema_dsl.lint.finding import Finding, Level
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.column import Column
from schema_dsl.model.constraint import Check, Exclusion
from schema_dsl.model.index import Index
from schema_dsl.model.policy import Policy
from schema_dsl.model.trigger import Trigger
from schema_dsl.parsing import SqlSyntaxError, columns_of, relations_of
from schema_dsl.sql import Sql


@attrs.frozen
class Expression:
    """A piece of SQL in the definitions, what it is there, and the declaration that it stands in."""

    text: str
    what: str
    by: Any


def lint_definitions(wanted: Catalog) -> list[Finding]:
    """Find expressions that are none, and names in them that nothing declared has."""
    found: list[Finding] = []
    for identity in wanted.objects:
        table = wanted.tables.get((identity.schema, identity.parent))
        if table is None:
            continue
        names = [column.name for column in table.all_columns]
        for each in _expressions(wanted.objects[identity]):
            found += _judged(each, names)
    return sorted(found)


def _judged(each: Expression, names: list[str]) -> Iterator[Finding]:
    try:
        columns = columns_of(each.text)
        alone = not relations_of(each.text)
    except SqlSyntaxError as error:
        yield _finding(each, "syntax-error", error.what, error.instead or "")
        return
    for parts in columns:
        if len(parts) == 1 and alone and parts[0] not in names and not isinstance(each.by, Trigger):
            near = get_close_matches(parts[0], names, n=1)
            remedy = f"Did you mean {near[0]}?" if near else f"It has: {', '.join(names)}."
            message = f"{each.what} names column {parts[0]}, which the table does not have"
            yield _finding(each, "unknown-column", message, remedy, parts[0])


def _expressions(each: Any) -> Iterator[Expression]:
    match each:
        case Column(generated=Sql()):
            yield Expression(each.generated, f"generated column {each.name}", each)
        case Check():
            yield Expression(each.expression, f"check {each.name}", each)
        case Policy():
            for condition in (each.using, each.check):
                if condition is not None:
                    yield Expression(condition, f"policy {each.name}", each)
        case Index():
            keys = [element.on for element in each.elements if isinstance(element.on, Sql)]
            for text in (*keys, *([each.where] if each.where else ())):
                yield Expression(text, f"index {each.name}", each)
        case Exclusion(where=Sql()):
            yield Expression(each.where, f"exclusion {each.name}", each)


def _finding(each: Expression, rule: str, message: str, remedy: str, word: str = "") -> Finding:
    origin = each.by.origin
    if origin is None:
        return Finding("definitions", 1, 1, rule, Level.ERROR, message, remedy)
    path = Path(origin.file)
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError:
        lines = []
    source_line = lines[origin.line - 1] if 0 < origin.line <= len(lines) else ""
    start = source_line.find(word) if word else -1
    length = len(word) if start >= 0 else 0
    column = (start if start >= 0 else len(source_line) - len(source_line.lstrip())) + 1
    try:
        shown = path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        shown = str(path)
    return Finding(
        shown,
        origin.line,
        column,
        rule,
        Level.ERROR,
        message,
        remedy,
        source_line,
        end_column=column + length,
    )
