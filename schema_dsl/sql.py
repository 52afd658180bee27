"""SQL text as a type of its own, and the only code that quotes."""

from __future__ import annotations

import datetime as dt
import decimal
import json
import re
import uuid
from collections.abc import Iterable
from typing import Any, Final

MAX_NAME_BYTES: Final = 63
"""NAMEDATALEN - 1: Postgres silently truncates anything longer."""

# Every keyword of PostgreSQL 14 to 18 that is not "unreserved" (pg_get_keywords().catcode <> 'U'): the set for
# which quote_ident() adds quotes. A test holds it against the server.
_KEYWORDS: Final = frozenset(
    """
    all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean both case
    cast char character check coalesce collate collation column concurrently constraint create cross
    current_catalog current_date current_role current_schema current_time current_timestamp current_user dec
    decimal default deferrable desc distinct do else end except exists extract false fetch float for foreign
    freeze from full grant greatest group grouping having ilike in initially inner inout int integer intersect
    interval into is isnull join json json_array json_arrayagg json_exists json_object json_objectagg json_query
    json_scalar json_serialize json_table json_value lateral leading least left like limit localtime
    localtimestamp merge_action national natural nchar none normalize not notnull null nullif numeric offset on
    only or order out outer overlaps overlay placing position precision primary real references returning right
    row select session_user setof similar smallint some substring symmetric system_user table tablesample then
    time timestamp to trailing treat trim true union unique user using values varchar variadic verbose when where
    window with xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot
    xmlserialize xmltable
    """.split(),
)
_PLAIN: Final = re.compile(r"[a-z_][a-z0-9_]*\Z")


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
        ValueError: If the text is empty or holds a NUL, which Postgres cannot store.
    """
    if not text.strip():
        msg = "sql() was given no text"
        raise ValueError(msg)
    _refuse_nul(text)
    return Sql(text)


def identifier(name: str) -> Sql:
    """Quote a name where Postgres needs it quoted, exactly as `quote_ident()` does."""
    if isinstance(name, Sql):
        msg = f"{name!r} is SQL, not a name to be quoted"
        raise TypeError(msg)
    if _PLAIN.match(name) and name not in _KEYWORDS:
        return Sql(name)
    _refuse_nul(name)
    return Sql('"' + name.replace('"', '""') + '"')


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
    """
    match value:
        case Sql():
            msg = f"{value!r} is SQL already, not a value to be quoted"
            raise TypeError(msg)
        case None:
            return Sql("NULL")
        case bool():
            return Sql("true" if value else "false")
        case int():
            return Sql(str(value))
        case float() | decimal.Decimal():
            text = str(value)
            return Sql(text) if re.fullmatch(r"-?[0-9.]+(e[+-]?[0-9]+)?", text, re.IGNORECASE) else _string(text)
        case str():
            return _string(value)
        case dict() | list() | tuple():
            return _string(json.dumps(value, ensure_ascii=False, sort_keys=True))
        case dt.datetime() | dt.date() | dt.time():
            return _string(value.isoformat())
        case uuid.UUID():
            return _string(str(value))
        case bytes():
            return _string("\\x" + value.hex())
    msg = f"no SQL constant is known for {value!r} of type {type(value).__name__}: say it with sql(...)"
    raise TypeError(msg)


def _string(text: str) -> Sql:
    """Quote as `quote_literal()` does: the E form is right whatever standard_conforming_strings says."""
    _refuse_nul(text)
    body = text.replace("'", "''")
    if "\\" in body:
        return Sql("E'" + body.replace("\\", "\\\\") + "'")
    return Sql(f"'{body}'")


def dollar_quoted(body: str, tag: str) -> Sql:
    """Wrap a body in dollar quotes, with a tag that the body does not contain."""
    mark = f"${tag}$"
    count = 0
    # A body that ends in a dollar sign would run into the closing mark's own.
    while mark[:-1] in body:
        count += 1
        mark = f"${tag}{count}$"
    return Sql(f"{mark}\n{body}\n{mark}")


def _refuse_nul(text: str) -> None:
    if "\0" in text:
        msg = "Postgres cannot store the character NUL"
        raise ValueError(msg)
