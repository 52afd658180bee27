"""The type Sql for SQL text, and the functions that quote names and values."""

from __future__ import annotations

import datetime as dt
import decimal
import json
import re
import textwrap
import uuid
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, Final

MAX_NAME_BYTES: Final = 63
"""NAMEDATALEN - 1: Postgres silently truncates longer names."""

# Every keyword of PostgreSQL 14 to 18 that is not "unreserved" (pg_get_keywords().catcode <> 'U'), because
# quote_ident() quotes these keywords. A test compares the set with the server.
_KEYWORDS: Final = frozenset(
    """
    all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean
    both case cast char character check coalesce collate collation column concurrently constraint create
    cross current_catalog current_date current_role current_schema current_time current_timestamp
    current_user dec decimal default deferrable desc distinct do else end except exists extract false
    fetch float for foreign freeze from full grant greatest group grouping having ilike in initially
    inner inout int integer intersect interval into is isnull join json json_array json_arrayagg
    json_exists json_object json_objectagg json_query json_scalar json_serialize json_table json_value
    lateral leading least left like limit localtime localtimestamp merge_action national natural nchar
    none normalize not notnull null nullif numeric offset on only or order out outer overlaps overlay
    placing position precision primary real references returning right row select session_user setof
    similar smallint some substring symmetric system_user table tablesample then time timestamp to
    trailing treat trim true union unique user using values varchar variadic verbose when where window
    with xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot
    xmlserialize xmltable
    """.split(),  # noqa: SIM905 - 130 words are easier to read without quotes
)
_UNQUOTED_NAME: Final = re.compile(r"[a-z_][a-z0-9_]*\Z")
_NUMERIC_CONSTANT: Final = re.compile(r"-?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?\Z")
_NUL_MESSAGE: Final = "Postgres cannot store the character NUL"


class Sql(str):
    """SQL text, as opposed to a value or a name.

    Templates print only Sql, so an unquoted value cannot reach a migration. Joining Sql with a str returns a
    plain str: code that composes SQL marks the result as Sql explicitly.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return f"sql({str.__repr__(self)})"


def sql(text: str, *, indent: int | None = None) -> Sql:
    """Mark text as SQL.

    Args:
        text: The SQL text.
        indent: The number of spaces before the lines, instead of the indentation that they share in the Python source;
            by default, the text stays as it is.

    Raises:
        TypeError: If `text` is not a str.
        ValueError: If the text is empty or contains a character that Postgres cannot store.
    """
    if not isinstance(text, str):
        msg = f"sql() takes a str, not {text!r}"  # type: ignore[unreachable]  # callers without a type checker
        raise TypeError(msg)
    if not text.strip():
        msg = "sql() needs SQL text, not an empty str"
        raise ValueError(msg)
    if indent is not None:
        text = textwrap.indent(textwrap.dedent(text), " " * indent)
    return Sql(require_storable(text))


# A schema repeats the same names in columns, keys, indexes and comments. The cache is `typed` because an Sql
# equals the str of the same text, but is not a name.
@lru_cache(maxsize=8192, typed=True)
def identifier(name: str) -> Sql:
    """Quote a name if Postgres needs the quotes, exactly as `quote_ident()` does."""
    if isinstance(name, Sql):
        msg = f"{name!r} is SQL, not a name"
        raise TypeError(msg)
    if _UNQUOTED_NAME.match(name) and name not in _KEYWORDS:
        return Sql(name)
    return Sql('"' + require_storable(name).replace('"', '""') + '"')


@lru_cache(maxsize=1024, typed=True)
def qualified(schema: str, name: str) -> Sql:
    """Quote a schema and a name, and join them with a dot."""
    return Sql(f"{identifier(schema)}.{identifier(name)}")


def identifiers(names: Iterable[str]) -> Sql:
    """Quote several names, and join them with commas."""
    return Sql(", ".join(map(identifier, names)))


def parenthesize(expression: str) -> Sql:
    """Wrap an expression in the parentheses that CHECK, USING and the WHERE of a constraint require.

    An expression of several lines gets lines of its own.
    """
    if "\n" in expression:
        return Sql(f"(\n    {indent_lines(expression, '    ')}\n)")
    return Sql(f"({end_line_comment(expression)})")


# A comment or a quoted text, which may span lines and must not change, or the end of a line.
_QUOTED_OR_LINE_END: Final = re.compile(
    r"""--[^\n]*|[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|(\$\w*\$).*?\1|(?P<end>\n)(?=.)""",
    re.DOTALL,
)


def indent_lines(text: str, indent: str) -> Sql:
    """Indent every line but the first, and leave lines inside quotes unchanged."""
    return Sql(_QUOTED_OR_LINE_END.sub(lambda match: f"\n{indent}" if match["end"] else match[0], text))


def end_line_comment(expression: str) -> str:
    """Append a newline to an expression with a `--` comment, so that the comment does not hide the following text."""
    return f"{expression}\n" if "--" in expression else expression


def literal(value: Any) -> Sql:
    """Format a Python value as an SQL constant.

    Dicts and lists become JSON text, dates and times ISO 8601 text, both without a cast.

    Raises:
        TypeError: If the value is already SQL, or its type has no SQL constant.
        ValueError: If Postgres cannot store the value.
    """
    if isinstance(value, Sql):
        msg = f"{value!r} is already SQL, not a value"
        raise TypeError(msg)
    if value is None:
        return Sql("NULL")
    for python_type, format_value in _FORMATTERS:
        if isinstance(value, python_type):
            return format_value(value)
    msg = f"{value!r} of type {type(value).__name__} has no SQL constant: write the SQL with sql(...)"
    raise TypeError(msg)


def _format_string(text: str) -> Sql:
    """Quote text as `quote_literal()` does; the E form does not depend on standard_conforming_strings."""
    body = require_storable(text).replace("'", "''")
    if "\\" in body:
        return Sql("E'" + body.replace("\\", "\\\\") + "'")
    return Sql(f"'{body}'")


def _format_number(value: float | decimal.Decimal) -> Sql:
    text = str(value)
    # The grammar has no NaN and no infinities: Postgres reads them from a string.
    return Sql(text) if _NUMERIC_CONSTANT.match(text) else _format_string(text)


def _format_json(value: Any) -> Sql:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, allow_nan=False)
    # JSON can escape NUL, but jsonb cannot store it.
    if "\\u0000" in text.replace("\\\\", ""):
        raise ValueError(_NUL_MESSAGE)
    return _format_string(text)


# literal() takes the first match, so subclasses precede their base classes: bool before int.
_FORMATTERS: Final[tuple[tuple[Any, Callable[[Any], Sql]], ...]] = (
    (str, _format_string),
    (bool, lambda value: Sql("true" if value else "false")),
    # int.__repr__, not str(), because str() of an enum member is the member's name.
    (int, lambda value: Sql(int.__repr__(value))),
    ((float, decimal.Decimal), _format_number),
    ((dict, list, tuple), _format_json),
    ((dt.datetime, dt.date, dt.time), lambda value: _format_string(value.isoformat())),
    (uuid.UUID, lambda value: _format_string(str(value))),
    (bytes, lambda value: _format_string("\\x" + value.hex())),
)


def dollar_quoted(body: str, tag: str) -> Sql:
    """Quote a body with dollar quotes on their own lines, and a tag that the body does not contain."""
    return dollar_quote(f"\n{body}\n", tag)


def dollar_quote(body: str, tag: str) -> Sql:
    """Quote a body exactly as it is with dollar quotes, and a tag that the body does not contain."""
    quote = f"${tag}$"
    count = 0
    # Compare without the final $, so that no $ after the body completes the quote.
    while quote[:-1] in body:
        count += 1
        quote = f"${tag}{count}$"
    return Sql(f"{quote}{require_storable(body)}{quote}")


def do_block(statements: str) -> Sql:
    """Format a DO block without declarations; the statements are already indented."""
    quote, count = "$$", 0
    while quote in statements:
        quote = f"$do{count or ''}$"
        count += 1
    return Sql(f"DO {quote} BEGIN\n{require_storable(statements)}\nEND {quote};")


def require_storable(text: str) -> str:
    """Return the text unchanged if a UTF-8 database can store it.

    Raises:
        ValueError: If the text contains NUL or a lone surrogate.
    """
    if "\0" in text:
        raise ValueError(_NUL_MESSAGE)
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            msg = f"{text!r} is not valid Unicode, so it cannot be written to a file or a database"
            raise ValueError(msg) from error
    return text
