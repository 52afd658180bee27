"""SQL text as a type of its own, and the only code that quotes."""

from __future__ import annotations

import datetime as dt
import decimal
import json
import re
import uuid
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, Final

MAX_NAME_BYTES: Final = 63
"""NAMEDATALEN - 1: Postgres silently truncates anything longer."""

# Every keyword of PostgreSQL 14 to 18 that is not "unreserved" (pg_get_keywords().catcode <> 'U'): the set
# for which quote_ident() adds quotes. A test holds it against the server.
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
    """.split(),  # noqa: SIM905 - 130 words read better without their quotes
)
_PLAIN: Final = re.compile(r"[a-z_][a-z0-9_]*\Z")
_DIGITS: Final = re.compile(r"-?[0-9]+(\.[0-9]*)?([eE][+-]?[0-9]+)?\Z")
_NUL: Final = "Postgres cannot store the character NUL"


class Sql(str):
    """SQL text, as opposed to a value or a name.

    Templates print nothing else, so a value that nobody quoted cannot reach a migration. Joining it
    with ordinary strings gives an ordinary string again: whoever composes SQL has to say so.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return f"sql({str.__repr__(self)})"


def sql(text: str) -> Sql:
    """Say that a piece of text is SQL.

    Raises:
        TypeError: If it is no text.
        ValueError: If the text is empty or holds what Postgres cannot store.
    """
    if not isinstance(text, str):
        msg = f"sql() takes text, not {text!r}"  # type: ignore[unreachable]  # people do pass other things
        raise TypeError(msg)
    if not text.strip():
        msg = "sql() was given no text"
        raise ValueError(msg)
    return Sql(storable(text))


# The same few names come again and again, in columns, keys, indexes and comments. `typed`, as SQL must not be
# taken for the name that it is equal to.
@lru_cache(maxsize=8192, typed=True)
def identifier(name: str) -> Sql:
    """Quote a name where Postgres needs it quoted, exactly as `quote_ident()` does."""
    if isinstance(name, Sql):
        msg = f"{name!r} is SQL, not a name to be quoted"
        raise TypeError(msg)
    if _PLAIN.match(name) and name not in _KEYWORDS:
        return Sql(name)
    return Sql('"' + storable(name).replace('"', '""') + '"')


@lru_cache(maxsize=1024, typed=True)
def qualified(schema: str, name: str) -> Sql:
    """Quote a name with its schema."""
    return Sql(f"{identifier(schema)}.{identifier(name)}")


def identifiers(names: Iterable[str]) -> Sql:
    """Quote several names, separated by commas."""
    return Sql(", ".join(map(identifier, names)))


def literal(value: Any) -> Sql:
    """Write a Python value as an SQL constant.

    Dicts and lists become JSON text, times ISO 8601; neither carries a cast.

    Raises:
        TypeError: If the value is of a type with no one obvious constant, or is already SQL.
        ValueError: If Postgres could not store the value.
    """
    if isinstance(value, Sql):
        msg = f"{value!r} is SQL already, not a value to be quoted"
        raise TypeError(msg)
    if value is None:
        return Sql("NULL")
    for kind, written in _CONSTANTS:
        if isinstance(value, kind):
            return written(value)
    msg = f"no SQL constant is known for {value!r} of type {type(value).__name__}: say it with sql(...)"
    raise TypeError(msg)


def _string(text: str) -> Sql:
    """Quote as `quote_literal()` does: the E form is right whatever standard_conforming_strings says."""
    body = storable(text).replace("'", "''")
    if "\\" in body:
        return Sql("E'" + body.replace("\\", "\\\\") + "'")
    return Sql(f"'{body}'")


def _number(value: float | decimal.Decimal) -> Sql:
    text = str(value)
    # What is no number to the parser, NaN and the infinities, Postgres reads from a string.
    return Sql(text) if _DIGITS.match(text) else _string(text)


def _json(value: Any) -> Sql:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, allow_nan=False)
    # JSON can write the character, but jsonb cannot hold it.
    if "\\u0000" in text.replace("\\\\", ""):
        raise ValueError(_NUL)
    return _string(text)


# The first that fits: a bool is an int, and a datetime a date, but not the other way round.
_CONSTANTS: Final[tuple[tuple[Any, Callable[[Any], Sql]], ...]] = (
    (str, _string),
    (bool, lambda value: Sql("true" if value else "false")),
    # Not str(): that of an enum's member is its name.
    (int, lambda value: Sql(int.__repr__(value))),
    ((float, decimal.Decimal), _number),
    ((dict, list, tuple), _json),
    ((dt.datetime, dt.date, dt.time), lambda value: _string(value.isoformat())),
    (uuid.UUID, lambda value: _string(str(value))),
    (bytes, lambda value: _string("\\x" + value.hex())),
)


def dollar_quoted(body: str, tag: str) -> Sql:
    """Wrap a body in dollar quotes, on lines of its own, with a tag that the body does not contain."""
    mark = f"${tag}$"
    count = 0
    # Without its last sign: what follows the body is a mark's first, and that would complete it.
    while mark[:-1] in body:
        count += 1
        mark = f"${tag}{count}$"
    return Sql(f"{mark}\n{storable(body)}\n{mark}")


def storable(text: str) -> str:
    """Refuse what no Postgres in UTF-8 can hold."""
    if "\0" in text:
        raise ValueError(_NUL)
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            msg = f"{text!r} is not valid Unicode, so it cannot be written to a file or a database"
            raise ValueError(msg) from error
    return text
