"""Expressions: SQL text, and short ways to say the common ones."""

from __future__ import annotations

from typing import Any

import attrs

from schema_dsl.errors import DefinitionError
from schema_dsl.sql import Sql, identifier, literal


@attrs.frozen
class Predicate:
    """A condition on whichever column it is attached to.

    `before` and `after` are the SQL on either side of the column's quoted name.
    """

    after: str
    before: str = ""

    def on(self, column: str) -> Sql:
        """Write the condition for one column."""
        return Sql(f"{self.before}{identifier(column)}{self.after}")


def one_of(*values: Any) -> Predicate:
    """Allow these values only. NULL passes, as it does in every CHECK."""
    if not values:
        raise DefinitionError("one_of() was given no values", instead="List what the column may hold.")
    if len(set(values)) != len(values):
        raise DefinitionError(f"one_of() was given a value twice: {', '.join(map(repr, values))}")
    return Predicate(f" IN ({', '.join(map(literal, values))})")


def between(low: Any, high: Any) -> Predicate:
    """Allow values from `low` to `high`, both included."""
    if low > high:
        raise DefinitionError(f"between({low!r}, {high!r}) lets nothing through", instead="Swap the two bounds.")
    return Predicate(f" BETWEEN {literal(low)} AND {literal(high)}")


def at_least(low: Any) -> Predicate:
    """Allow values from `low` upwards."""
    return Predicate(f" >= {literal(low)}")


def at_most(high: Any) -> Predicate:
    """Allow values up to `high`."""
    return Predicate(f" <= {literal(high)}")


def max_length(characters: int) -> Predicate:
    """Allow texts of up to this many characters."""
    return Predicate(f") <= {literal(characters)}", "char_length(")


def matches(pattern: str) -> Predicate:
    """Allow texts that match a POSIX regular expression."""
    return Predicate(f" ~ {literal(pattern)}")


def now() -> Sql:
    """Give the start of the current transaction."""
    return Sql("now()")


def gen_random_uuid() -> Sql:
    """Give a random version 4 UUID; built in since PostgreSQL 13."""
    return Sql("gen_random_uuid()")


def expression(value: Any, what: str) -> Sql:
    """Take SQL, and refuse a plain string that was meant to be SQL.

    Raises:
        DefinitionError: If the value is not marked as SQL.
    """
    if isinstance(value, Sql):
        return value
    if isinstance(value, str):
        return Sql(value) if value.strip() else _refuse(value, what)
    return _refuse(value, what)


def _refuse(value: Any, what: str) -> Sql:
    raise DefinitionError(f"{what} must be SQL text, not {value!r}")


def default_value(value: Any, type_sql: str) -> Sql | None:
    """Turn a declared default into SQL: SQL stays, a Python value becomes a constant.

    Raises:
        DefinitionError: If no constant can be written for the value.
    """
    if value is None or isinstance(value, Sql):
        return value
    try:
        constant = literal(value)
    except (TypeError, ValueError) as error:
        raise DefinitionError(f"default: {error}") from error
    # JSON text is only recognisable as such by its cast, to readers and to tools.
    return Sql(f"{constant}::{type_sql}") if isinstance(value, dict | list) else constant
