"""Convert the query of a view, and the names of its columns."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from schema_dsl.errors import DefinitionError
from schema_dsl.model.expression import can_indent, to_sql, unindent
from schema_dsl.model.identity import to_names, validate_comment, validate_name
from schema_dsl.parsing import SqlSyntaxError, parse_query
from schema_dsl.sql import Sql, identifiers

ResultColumn: TypeAlias = tuple[str, Sql]
"""The name and the type of a column of a query's result."""


def to_query(value: str) -> Sql:
    """Convert the text of a query, whose indentation and final semicolon do not count, to SQL.

    Raises:
        DefinitionError: If the query is not text, or cannot be stored.
    """
    return Sql(unindent(to_sql(value, "the query of a view")).removesuffix(";").rstrip())


def require_query(query: Sql, what: str, where: str | None) -> None:
    """Raise DefinitionError for a text that is not one SELECT statement.

    Args:
        query: The text.
        what: The object, for the text of the error.
        where: The line that declares the object.
    """
    try:
        tree = parse_query(query)
    except SqlSyntaxError as error:
        raise DefinitionError(f"{what}: {error.what}", where=where, instead=error.instead) from error
    select = tree.select_stmt if tree.WhichOneof("node") == "select_stmt" else None
    if select is None or select.HasField("into_clause"):
        raise DefinitionError(
            f"{what} has a statement that changes the database, not a query",
            where=where,
            instead="Write a SELECT statement without INTO.",
        )


def to_columns(value: str | Iterable[str]) -> tuple[str, ...]:
    """Convert the names of the columns of a view.

    Raises:
        DefinitionError: If Postgres has no such name.
    """
    return tuple(validate_name(name, "column") for name in to_names(value))


def to_comments(
    value: Mapping[str, str | None] | Iterable[tuple[str, str]],
) -> tuple[tuple[str, str], ...]:
    """Convert the comments on columns to pairs of name and comment, sorted by name; empty comments are none."""
    pairs: list[Any] = list(value.items() if isinstance(value, Mapping) else value)
    found = ((validate_name(name, "column"), validate_comment(comment)) for name, comment in pairs)
    return tuple(sorted((name, comment) for name, comment in found if comment is not None))


def to_result(value: Iterable[ResultColumn]) -> tuple[ResultColumn, ...]:
    """Convert the columns of a result to a tuple."""
    return tuple(value)


def expand_recursive(name: str, columns: tuple[str, ...], query: Sql) -> Sql:
    """Return the query of CREATE RECURSIVE VIEW as the query of an ordinary view, as Postgres stores it.

    Raises:
        DefinitionError: If the columns are not named.
    """
    if not columns:
        raise DefinitionError(
            f"recursive view {name} names no columns", instead='Name them all: columns=["id", ...].'
        )
    listed, own_name = identifiers(columns), identifiers([name])
    body = textwrap.indent(query, "    ") if can_indent(query) else query
    return Sql(f"WITH RECURSIVE {own_name} ({listed}) AS (\n{body}\n)\nSELECT {listed}\nFROM {own_name}")
