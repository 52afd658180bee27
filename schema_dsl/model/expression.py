"""Expressions: SQL text, and short ways to say the common ones."""

from __future__ import annotations

import re
from typing import Any, Final

import attrs

from schema_dsl.errors import DefinitionError
from schema_dsl.sql import Sql, identifier, literal, storable


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
    """Allow these values only. NULL passes, as it does in every CHECK.

    Raises:
        DefinitionError: If there are none, or one comes twice, is None, or is itself a list.
    """
    if not values:
        raise DefinitionError("one_of() was given no values", instead="List what the column may hold.")
    for value in values:
        if isinstance(value, list | tuple | set | frozenset | dict):
            raise DefinitionError(
                f"one_of() was given {value!r} as a value", instead="Spread it out: one_of(*values)."
            )
    if None in values:
        raise DefinitionError(
            "one_of() was given None", instead="Leave it out: NULL passes unless the column is not_null."
        )
    if len(set(values)) != len(values):
        raise DefinitionError(
            f"one_of() was given a value twice: {', '.join(map(repr, values))}", instead="List each once."
        )
    return Predicate(f" IN ({', '.join(map(_bound, values))})")


def between(low: Any, high: Any) -> Predicate:
    """Allow values from `low` to `high`, both included."""
    bounds = f" BETWEEN {_bound(low)} AND {_bound(high)}"
    if low > high:
        raise DefinitionError(
            f"between({low!r}, {high!r}) lets nothing through", instead="Swap the two bounds."
        )
    return Predicate(bounds)


def at_least(low: Any) -> Predicate:
    """Allow values from `low` upwards."""
    return Predicate(f" >= {_bound(low)}")


def at_most(high: Any) -> Predicate:
    """Allow values up to `high`."""
    return Predicate(f" <= {_bound(high)}")


def max_length(characters: int) -> Predicate:
    """Allow texts of up to this many characters."""
    return Predicate(f") <= {_bound(characters)}", "char_length(")


def matches(pattern: str) -> Predicate:
    """Allow texts that match a POSIX regular expression."""
    return Predicate(f" ~ {_bound(pattern)}")


def _bound(value: Any) -> Sql:
    """Write a value that a column is compared with; SQL may stand there, too."""
    if isinstance(value, Sql):
        return value
    try:
        if value is not None:
            return literal(value)
    except (TypeError, ValueError) as error:
        raise DefinitionError(f"check: {error}", instead='Write sql("...") for what is SQL.') from error
    raise DefinitionError(
        "a comparison with None is never true", instead='Write check=sql("... IS NOT NULL"), say.'
    )


def now() -> Sql:
    """Give the start of the current transaction."""
    return Sql("now()")


def gen_random_uuid() -> Sql:
    """Give a random version 4 UUID; built in since PostgreSQL 13."""
    return Sql("gen_random_uuid()")


def expression(value: Any, what: str) -> Sql:
    """Take SQL where nothing else can stand, so that a plain string needs no mark.

    Raises:
        DefinitionError: If the value is no text, or empty.
    """
    if isinstance(value, Sql):
        return value
    if isinstance(value, str) and value.strip():
        try:
            return Sql(storable(value))
        except ValueError as error:
            raise DefinitionError(f"{what}: {error}", instead="Take it out of the SQL.") from error
    raise DefinitionError(f"{what} must be SQL text, not {value!r}", instead='Write "..." or sql("...").')


# What reads like SQL, and would be stored as text or, worse, be evaluated once, when the table is made.
_LOOKS_LIKE_SQL: Final = re.compile(
    r"\s*(?:[a-z_][\w.]*\s*\(.*\)|current_(?:date|time|timestamp|user|role)|localtime(?:stamp)?|session_user)\s*\Z",
    re.IGNORECASE | re.DOTALL,
)
_TEXTUAL: Final = re.compile(r"(?:text|varchar|char|character|bpchar|citext|name|jsonb?|xml)\b")


def default_value(value: Any, type_sql: str) -> Sql | None:
    """Turn a declared default into SQL: SQL stays, a Python value becomes a constant.

    Raises:
        DefinitionError: If no constant can be written for the value, or it is SQL that is not said to be.
    """
    if value is None or isinstance(value, Sql):
        return value
    if isinstance(value, str) and _LOOKS_LIKE_SQL.match(value) and not _TEXTUAL.match(type_sql):
        name = value.partition("(")[0].strip()
        instead = f"{name}()" if name in _HELPERS else f"sql({value!r})"
        raise DefinitionError(
            f"default {value!r} is a text, but reads like SQL", instead=f"Write default={instead}."
        )
    try:
        constant = literal(value)
    except (TypeError, ValueError) as error:
        raise DefinitionError(f"default: {error}", instead='Write default=sql("...").') from error
    # JSON text is only recognisable as such by its cast, to readers and to tools.
    return Sql(f"{constant}::{type_sql}") if isinstance(value, dict | list) else constant


_HELPERS: Final = ("now", "gen_random_uuid")
