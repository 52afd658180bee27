"""Expressions: SQL text, and helpers for common predicates and defaults."""

from __future__ import annotations

import datetime as dt
import decimal
import re
import textwrap
import uuid
from typing import Any, Final, TypeAlias

import attrs

from schema_dsl.errors import DefinitionError
from schema_dsl.parsing.lexer import tokens
from schema_dsl.sql import Sql, identifier, literal, require_storable

_QUOTED: Final = frozenset({"string", "dollar", "quoted", "unended"})

Constant: TypeAlias = str | bool | int | float | decimal.Decimal | dt.date | dt.time | uuid.UUID | bytes
DefaultValue: TypeAlias = Constant | dict[str, Any] | list[Any] | tuple[Any, ...]


@attrs.frozen
class Predicate:
    """A condition on a column that is not named yet.

    Attributes:
        after: The SQL after the quoted name of the column.
        before: The SQL before the quoted name of the column.
    """

    after: str
    before: str = ""

    def on(self, column: str) -> Sql:
        """Return the condition on one column."""
        return Sql(f"{self.before}{identifier(column)}{self.after}")


def one_of(*values: Constant) -> Predicate:
    """Allow only these values. NULL also satisfies the check.

    Args:
        *values: The allowed values.

    Raises:
        DefinitionError: If there are no values, or a value is None, a collection, or listed twice.
    """
    operands: tuple[Any, ...] = values
    if not operands:
        raise DefinitionError("one_of() needs at least one value", instead="List the allowed values.")
    for operand in operands:
        if isinstance(operand, list | tuple | set | frozenset | dict):
            raise DefinitionError(
                f"one_of() takes separate values, not {operand!r}", instead="Unpack it: one_of(*values)."
            )
    if None in operands:
        raise DefinitionError(
            "one_of() cannot allow None",
            instead="Leave None out: a check accepts NULL. A column without NULL is not_null=True.",
        )
    if len(set(operands)) != len(operands):
        raise DefinitionError(
            f"one_of() lists a value twice: {', '.join(map(repr, operands))}",
            instead="List each value once.",
        )
    return Predicate(f" IN ({', '.join(map(_format_operand, operands))})")


def between(low: Constant, high: Constant) -> Predicate:
    """Allow values from `low` to `high`, both included.

    Args:
        low: The smallest allowed value, or SQL.
        high: The largest allowed value, or SQL.

    Raises:
        DefinitionError: If the bounds are constants of one order in Python and Postgres, and `low` is greater.
    """
    bounds = f" BETWEEN {_format_operand(low)} AND {_format_operand(high)}"
    if _is_greater(low, high):
        raise DefinitionError(f"between({low!r}, {high!r}) allows no value", instead="Swap the two bounds.")
    return Predicate(bounds)


def _is_greater(low: Any, high: Any) -> bool:
    """Return whether Postgres certainly sorts one constant after another.

    Only Postgres evaluates SQL, and it sorts text by a collation, or as the values of another type.
    """
    if isinstance(low, str) or isinstance(high, str):
        return False
    try:
        return bool(low > high)
    except (TypeError, ArithmeticError):
        # Postgres compares a date with a timestamp, sorts NaN, and reports types that have no comparison.
        return False


def at_least(low: Constant) -> Predicate:
    """Allow values greater than or equal to `low`.

    Args:
        low: The smallest allowed value, or SQL.
    """
    return Predicate(f" >= {_format_operand(low)}")


def at_most(high: Constant) -> Predicate:
    """Allow values less than or equal to `high`.

    Args:
        high: The largest allowed value, or SQL.
    """
    return Predicate(f" <= {_format_operand(high)}")


def max_length(characters: int) -> Predicate:
    """Allow text of at most this many characters.

    Args:
        characters: The largest allowed length, in characters.
    """
    return Predicate(f") <= {_format_operand(characters)}", "char_length(")


def matches(pattern: str) -> Predicate:
    """Allow text that matches a POSIX regular expression.

    Args:
        pattern: A POSIX regular expression, as the operator `~` takes it.
    """
    return Predicate(f" ~ {_format_operand(pattern)}")


def _format_operand(value: Any) -> Sql:
    """Format the value that a column is compared with; Sql stays unchanged."""
    if isinstance(value, Sql):
        return value
    try:
        if value is not None:
            return literal(value)
    except (TypeError, ValueError) as error:
        raise DefinitionError(f"check: {error}", instead='Write SQL as sql("...").') from error
    raise DefinitionError(
        "a comparison with None is never true",
        instead='Use a value, or a condition such as sql("... IS NOT NULL").',
    )


def now() -> Sql:
    """Return `now()` as SQL: the start time of the transaction."""
    return Sql("now()")


def gen_random_uuid() -> Sql:
    """Return `gen_random_uuid()` as SQL: a random version 4 UUID, built in since PostgreSQL 13."""
    return Sql("gen_random_uuid()")


def unindent(text: str) -> str:
    """Return SQL without the space around it, and without the indentation that all lines share.

    The lines keep their indentation if a quoted text spans several of them, because it would change.
    """
    return (textwrap.dedent(text) if "\n" in text and can_indent(text) else text).strip()


def can_indent(text: str) -> bool:
    """Return whether no quoted text spans lines, so that the indentation of lines has no meaning."""
    return not any(token.kind in _QUOTED and "\n" in text[token.start : token.end] for token in tokens(text))


def to_sql(value: object, what: str) -> Sql:
    """Convert a str to Sql, for an argument that accepts only SQL. The indentation of its lines does not count.

    Args:
        value: The argument.
        what: The name of the argument, for the text of errors.

    Raises:
        DefinitionError: If the value is not a str, is empty, or cannot be stored.
    """
    if isinstance(value, Sql):
        return value
    if isinstance(value, str) and value.strip():
        try:
            return Sql(unindent(require_storable(value)))
        except ValueError as error:
            raise DefinitionError(f"{what}: {error}", instead="Remove the character from the SQL.") from error
    raise DefinitionError(f"{what} must be SQL text, not {value!r}", instead='Write "..." or sql("...").')


# Text that looks like SQL: with a quoted default, Postgres would store the text, or evaluate it only once, at the
# creation of the table.
_LOOKS_LIKE_SQL: Final = re.compile(
    r"\s*(?:[a-z_][\w.]*\s*\(.*\)|current_(?:date|time|timestamp|user|role)|localtime(?:stamp)?|session_user)\s*\Z",
    re.IGNORECASE | re.DOTALL,
)
_TEXT_TYPE: Final = re.compile(r"(?:text|varchar|char|character|bpchar|citext|name|jsonb?|xml)\b")


def value_to_sql(value: Any, type_sql: str, argument: str = "default") -> Sql | None:
    """Convert a declared value of a column to SQL: Sql stays unchanged, a Python value becomes a constant.

    Args:
        value: The value.
        type_sql: The type of the column.
        argument: The argument that declares the value, for the text of errors.

    Raises:
        DefinitionError: If the value has no SQL constant, or is a str that looks like SQL.
    """
    if value is None or isinstance(value, Sql):
        return value
    if isinstance(value, str) and _LOOKS_LIKE_SQL.match(value) and not _TEXT_TYPE.match(type_sql):
        name = value.partition("(")[0].strip()
        instead = f"{name}()" if name in _DEFAULT_HELPERS else f"sql({value!r})"
        raise DefinitionError(
            f"{argument} {value!r} is text, but looks like SQL", instead=f"Write {argument}={instead}."
        )
    if callable(value) and hasattr(value, "__name__"):
        name = value.__name__
        raise DefinitionError(
            f"{argument} is the function {name}, and not a value", instead=f"Call it: {argument}={name}()."
        )
    is_array = isinstance(value, list | tuple) and _ARRAY_TYPE.search(type_sql) is not None
    try:
        constant = _format_array(value, type_sql) if is_array else literal(value)
    except (TypeError, ValueError) as error:
        raise DefinitionError(f"{argument}: {error}", instead=f'Write {argument}=sql("...").') from error
    # The cast marks the constant as JSON for readers and tools, and gives ARRAY the type of its elements.
    return Sql(f"{constant}::{type_sql}") if isinstance(value, dict | list) or is_array else constant


_ARRAY_TYPE: Final = re.compile(r"(?:\]|\barray)\s*\Z", re.IGNORECASE)


def _format_array(values: Any, type_sql: str) -> Sql:
    """Format a list as an array constant. A list in it is a further dimension, or a value of an array of JSON."""
    if not values:
        return Sql("'{}'")
    is_json = _JSON_TYPE.match(type_sql)
    return Sql(
        "ARRAY["
        + ", ".join(
            _format_array(value, type_sql)
            if isinstance(value, list | tuple) and not is_json
            else literal(value)
            for value in values
        )
        + "]"
    )


_JSON_TYPE: Final = re.compile(r"jsonb?\b", re.IGNORECASE)
_DEFAULT_HELPERS: Final = ("now", "gen_random_uuid")
