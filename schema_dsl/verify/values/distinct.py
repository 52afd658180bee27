"""Generate distinct values of a type in Postgres text format."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable
from typing import Final

from schema_dsl.verify.values.modifiers import read_numeric, text_limit
from schema_dsl.verify.values.types import DatabaseType

_DAY: Final = dt.date(2024, 1, 1)
_TIMESTAMP: Final = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
_DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"


def distinct_value(kind: DatabaseType, modifier: int, number: int, label: str = "value") -> str | None:
    """Return the value of a type with a number.

    Different numbers have different values, but types with few values, such as boolean, repeat values.

    Args:
        kind: The type.
        modifier: The type modifier, -1 for none.
        number: The number of the value.
        label: The start of text values.

    Returns:
        The value in Postgres text format, or None if the type is unknown.
    """
    if kind.typtype == "d" and kind.component is not None:
        return distinct_value(kind.component, kind.modifier if modifier < 0 else modifier, number, label)
    if kind.component is not None:
        inner = distinct_value(kind.component, modifier if kind.category == "A" else -1, number, label)
        return inner and _wrap(kind, kind.component, number, inner)
    if kind.typtype == "e":
        # Row numbers increase by two.
        return kind.labels[number // 2 % len(kind.labels)] if kind.labels else None
    if kind.typtype == "c":
        return f"({',' * (kind.attribute_count - 1)})"
    generate = _BY_NAME.get(kind.name)
    if generate is not None:
        return generate(modifier, number, label)
    # Text types of extensions, such as citext.
    return _text(-1, number, label) if kind.category == "S" else None


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _wrap(kind: DatabaseType, inside: DatabaseType, number: int, value: str) -> str:
    if kind.category == "A":
        return "{" + _quoted(value) + "}"
    # The bounds use every second value, so that ranges do not overlap.
    low, high = (
        distinct_value(inside, -1, 2 * number) or value,
        distinct_value(inside, -1, 2 * number + 1) or value,
    )
    text = f"[{_quoted(low)},{_quoted(high)})"
    return "{" + text + "}" if kind.typtype == "m" else text


def _text(modifier: int, number: int, label: str) -> str:
    limit = text_limit(modifier)
    text = f"{label} {number}"
    if limit is None or len(text) <= limit:
        return text
    return _counted(number, limit)


def _counted(number: int, width: int) -> str:
    """Return a number in base 36, with at most `width` characters."""
    text = ""
    while number and len(text) < width:
        number, digit = divmod(number, len(_DIGITS))
        text = _DIGITS[digit] + text
    return text or "0"


def _bits(modifier: int, number: int, _: str) -> str:
    width = modifier if modifier > 0 else 8
    return format(number % (1 << width), f"0{width}b")


def _numeric(modifier: int, number: int, _: str) -> str:
    found = read_numeric(modifier)
    if found is None:
        return str(number)
    precision, scale = found
    return f"{number % 10**precision}e{-scale}"


def _integer(bits: int) -> Callable[[int, int, str], str]:
    return lambda _modifier, number, _label: str(number % (1 << (bits - 1)))


def _time(_: int, number: int, __: str) -> str:
    return (_TIMESTAMP + dt.timedelta(seconds=number % 86400)).time().isoformat()


def _uuid(_: int, number: int, __: str) -> str:
    return str(uuid.UUID(int=(0x5EED << 112) | number, version=4))


_BY_NAME: Final[dict[str, Callable[[int, int, str], str]]] = {
    "bool": lambda _, number, __: "true" if number // 2 % 2 else "false",
    "int2": _integer(16),
    "int4": _integer(32),
    "int8": _integer(64),
    "oid": _integer(32),
    "xid8": _integer(64),
    "numeric": _numeric,
    "money": lambda _, number, __: str(number),
    "float4": lambda _, number, __: str(number),
    "float8": lambda _, number, __: str(number),
    "text": _text,
    "varchar": _text,
    "bpchar": _text,
    "name": lambda _, number, label: f"{label[:40]} {number}",
    "char": lambda _, number, __: _DIGITS[number % len(_DIGITS)],
    "uuid": _uuid,
    "date": lambda _, number, __: (_DAY + dt.timedelta(days=number)).isoformat(),
    "timestamp": lambda _, number, __: (_TIMESTAMP + dt.timedelta(minutes=number)).isoformat()[:-6],
    "timestamptz": lambda _, number, __: (_TIMESTAMP + dt.timedelta(minutes=number)).isoformat(),
    "time": _time,
    "timetz": lambda _, number, __: f"{_time(_, number, __)}+00",
    "interval": lambda _, number, __: f"{number} seconds",
    "json": lambda _, number, __: json.dumps({"n": number}),
    "jsonb": lambda _, number, __: json.dumps({"n": number}),
    "jsonpath": lambda _, number, __: f"$.n{number}",
    "bytea": lambda _, number, __: f"\\x{number:08x}",
    "inet": lambda _, number, __: f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}",
    "cidr": lambda _, number, __: f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}/32",
    "macaddr": lambda _, number, __: f"{number:012x}",
    "macaddr8": lambda _, number, __: f"{number:016x}",
    "bit": lambda modifier, number, label: _bits(modifier if modifier > 0 else 1, number, label),
    "varbit": lambda modifier, number, label: _bits(min(modifier, 32), number, label),
    "xml": lambda _, number, __: f"<n>{number}</n>",
    "tsvector": lambda _, number, __: f"word{number}",
    "tsquery": lambda _, number, __: f"word{number}",
    "pg_lsn": lambda _, number, __: f"0/{number:X}",
    "point": lambda _, number, __: f"({number},{number})",
    "box": lambda _, number, __: f"(({number},{number}),({number + 0.5},{number + 0.5}))",
    "lseg": lambda _, number, __: f"[({number},{number}),({number + 1},{number})]",
    "line": lambda _, number, __: f"{{1,1,{number}}}",
    "path": lambda _, number, __: f"[({number},{number}),({number + 1},{number})]",
    "polygon": lambda _, number, __: f"(({number},0),({number + 1},0),({number},1))",
    "circle": lambda _, number, __: f"<({number},{number}),1>",
    "regclass": lambda *_: "pg_class",
    "regtype": lambda *_: "text",
    "regrole": lambda *_: "pg_monitor",
    "regnamespace": lambda *_: "pg_catalog",
    "hstore": lambda _, number, __: f"n=>{number}",
    "ltree": lambda _, number, __: f"n{number}",
}
