"""Check whether a type accepts a quoted constant; only constants that every Postgres version rejects are errors."""

from __future__ import annotations

import calendar
import json
import re
from collections.abc import Callable

from schema_dsl.analysis.builtins import format_type
from schema_dsl.analysis.coercion import base_type
from schema_dsl.analysis.literal_syntax import (
    has_null_character,
    has_small_mask,
    is_array,
    is_bits,
    is_bytes,
    is_interval,
    is_ordered_range,
    is_time_of_day,
    read_bounds,
)
from schema_dsl.analysis.schema import SchemaInfo

_INTEGER = re.compile(r"\s*[+-]?(?:\d+(?:_\d+)*|0[xX][\da-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+)\s*\Z", re.ASCII)
_NUMBER = re.compile(
    r"\s*[+-]?(?:(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:e[+-]?\d+(?:_\d+)*)?|0x[\da-f_]+|0o[0-7_]+|0b[01_]+|nan|inf(?:inity)?)\s*\Z",
    re.IGNORECASE | re.ASCII,
)
_UUID = re.compile(r"\s*\{?(?:[\da-fA-F]{4}-?){7}[\da-fA-F]{4}\}?\s*\Z")
_BOOLEANS = frozenset(
    word[:size]
    for word, shortest in (("true", 1), ("false", 1), ("yes", 1), ("no", 1), ("on", 2), ("off", 2))
    for size in range(shortest, len(word) + 1)
) | {"1", "0"}
_TIME_WORDS = re.compile(r"\s*(?:epoch|[+-]?infinity|now|today|tomorrow|yesterday|allballs)\b", re.IGNORECASE)
_TIMES = frozenset({"timestamptz", "timestamp", "date", "time", "timetz"})
_ARRAY = re.compile(r"\s*(?:\[[\d:+\-\[\]\s]+=\s*)?\{.*\}\s*\Z", re.DOTALL)
_RANGE = re.compile(r"\s*(?:empty|[\[(].*,.*[\])])\s*\Z", re.IGNORECASE | re.DOTALL)
_MULTIRANGE = re.compile(r"\s*\{.*\}\s*\Z", re.DOTALL)
_ADDRESS = re.compile(r"[\da-fA-F:.]+(?:/\d+)?\Z")
_DATES = frozenset({"date", "timestamp", "timestamptz"})
_YEAR_MONTH_DAY = re.compile(
    r"\s*(?P<year>\d{4})-(?P<month>\d\d?)-(?P<day>\d\d?)(?=[\sT]|\Z)(?P<rest>.*)\Z", re.ASCII | re.DOTALL
)
_MONTHS = 12
_MOST_IN_BYTE = 255
_SUBTYPES = {
    "int4range": "int4",
    "int8range": "int8",
    "numrange": "numeric",
    "tsrange": "timestamp",
    "tstzrange": "timestamptz",
    "daterange": "date",
}
_RANGES = tuple(_SUBTYPES)
_MULTIRANGES = tuple(name.replace("range", "multirange") for name in _RANGES)
_LIMITS = {"int2": 2**15, "int4": 2**31, "int8": 2**63}


def literal_error(schema: SchemaInfo, text: str, kind: str | None) -> str | None:  # noqa: PLR0911 - one return per kind
    """Return Postgres' error for a constant that the type does not accept; None if it does or may."""
    base = base_type(schema, kind)
    if base is None:
        return None
    if base.endswith("[]"):
        return _array_error(schema, text, base)
    user_type = schema.find_user_type(base)
    if (
        user_type is not None
        and user_type.kind == "enum"
        and user_type.complete
        and not user_type.may_have_changed
    ):
        if text in user_type.labels:
            return None
        return f'invalid input value for enum {user_type.name}: "{text}"'
    if user_type is not None and user_type.kind == "range":
        return None if _RANGE.match(text) else f'malformed range literal: "{text}"'
    check = _CHECKS.get(base)
    if check is None or check(text):
        return _find_contradiction(schema, text, base)
    if base in _RANGES or base in _MULTIRANGES:
        return f'malformed {"range" if base in _RANGES else "multirange"} literal: "{text}"'
    return f'invalid input syntax for type {format_type(base)}: "{text}"'


def _find_contradiction(schema: SchemaInfo, text: str, base: str) -> str | None:
    """Return the error for a constant that has the syntax of its type."""
    if base in _TIMES and _is_no_time(text, base):
        return f'date/time field value out of range: "{text}"'
    if base in _RANGES and text.strip().lower() != "empty":
        return _find_range_error(schema, text, base)
    if base == "jsonb" and has_null_character(text):
        return "unsupported Unicode escape sequence: jsonb cannot store \\u0000"
    return None


def _find_range_error(schema: SchemaInfo, text: str, base: str) -> str | None:
    """Return the error for the bounds of a range with the brackets of a range."""
    bounds = read_bounds(text)
    if bounds is None:
        return None
    if len(bounds) > 2:  # noqa: PLR2004 - the lower and the upper bound
        return f'malformed range literal: "{text}"'
    subtype = _SUBTYPES[base]
    errors = (literal_error(schema, bound, subtype) for bound in bounds if bound.strip())
    error = next((error for error in errors if error is not None), None)
    if error is None and not is_ordered_range(bounds, of_dates=subtype == "date"):
        error = f'range lower bound must be less than or equal to range upper bound: "{text}"'
    return error


def _is_no_time(text: str, base: str) -> bool:
    """Return whether a text is no date of the calendar, or no time of the day."""
    if base not in _DATES:
        return not is_time_of_day(text)
    return _is_no_date(text)


def _array_error(schema: SchemaInfo, text: str, kind: str) -> str | None:
    """Return the error for an array; the elements are checked only if none is quoted or nested."""
    if not _ARRAY.match(text):
        return f'malformed array literal: "{text}"'
    inner = text.strip()[1:-1]
    if text.strip().startswith("{") and not is_array(text):
        return f'malformed array literal: "{text}"'
    if not text.strip().startswith("{") or any(mark in inner for mark in '{}"\\') or not inner.strip():
        return None
    elements = [element.strip() for element in inner.split(",")]
    if "" in elements:
        return f'malformed array literal: "{text}"'
    errors = (literal_error(schema, each, kind[:-2]) for each in elements if each.upper() != "NULL")
    return next((error for error in errors if error is not None), None)


def _is_no_date(text: str) -> bool:
    """Return whether a text begins with year, month and day of a date that no calendar has."""
    found = _YEAR_MONTH_DAY.match(text)
    if found is None or found["rest"].upper().endswith("BC"):
        return False
    year, month, day = int(found["year"]), int(found["month"]), int(found["day"])
    if not is_time_of_day(found["rest"].lstrip("tT")):
        return True
    return not 1 <= month <= _MONTHS or not 1 <= day <= calendar.monthrange(max(year, 1), month)[1]


def _is_address(text: str) -> bool:
    parts = text.strip().partition("/")[0].split(".")
    return (
        _ADDRESS.match(text.strip()) is not None
        and has_small_mask(text)
        and all(int(part) <= _MOST_IN_BYTE for part in parts if part.isdecimal() and len(parts) > 1)
    )


def _is_integer(kind: str) -> Callable[[str], bool]:
    limit = _LIMITS[kind]

    def check(text: str) -> bool:
        if not _INTEGER.match(text):
            return False
        digits = text.strip()
        return not digits.lstrip("+-").isdecimal() or -limit <= int(digits) < limit

    return check


def _is_json(text: str) -> bool:
    try:
        _JSON.decode(text)
    except RecursionError:
        return True
    except ValueError:
        return False
    return True


def _refuse(word: str) -> None:
    raise ValueError(word)


# json.loads builds a decoder for each text.
_JSON = json.JSONDecoder(strict=False, parse_constant=_refuse)


def _is_time(text: str) -> bool:
    return any(character.isdigit() for character in text) or _TIME_WORDS.match(text) is not None


_CHECKS: dict[str, Callable[[str], bool]] = {
    **{kind: _is_integer(kind) for kind in _LIMITS},
    **dict.fromkeys(("numeric", "float4", "float8"), lambda text: _NUMBER.match(text) is not None),
    **dict.fromkeys(_TIMES, _is_time),
    **dict.fromkeys(("json", "jsonb"), _is_json),
    **dict.fromkeys(_RANGES, lambda text: _RANGE.match(text) is not None),
    **dict.fromkeys(_MULTIRANGES, lambda text: _MULTIRANGE.match(text) is not None),
    **dict.fromkeys(("inet", "cidr"), _is_address),
    "interval": is_interval,
    **dict.fromkeys(("bit", "varbit"), is_bits),
    "bytea": is_bytes,
    "oid": lambda text: text.strip().lstrip("+-").isdecimal(),
    "uuid": lambda text: _UUID.match(text) is not None,
    "bool": lambda text: text.strip().lower() in _BOOLEANS,
}
