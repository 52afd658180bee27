"""Check whether a type accepts a quoted constant; only constants that every Postgres version rejects are errors."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from schema_dsl.analysis.builtins import format_type
from schema_dsl.analysis.coercion import base_type
from schema_dsl.analysis.schema import SchemaInfo

_INTEGER = re.compile(r"\s*[+-]?(?:\d+(?:_\d+)*|0[xX][\da-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+)\s*\Z", re.ASCII)
_NUMBER = re.compile(
    r"\s*[+-]?(?:(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:e[+-]?\d+)?|0x[\da-f_]+|0o[0-7_]+|0b[01_]+|nan|inf(?:inity)?)\s*\Z",
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
# A date is not a valid interval.
_DATE = re.compile(r"\s*\d{4}-\d\d-\d\d\s*\Z")
_RANGES = ("int4range", "int8range", "numrange", "tsrange", "tstzrange", "daterange")
_MULTIRANGES = tuple(name.replace("range", "multirange") for name in _RANGES)
_LIMITS = {"int2": 2**15, "int4": 2**31, "int8": 2**63}


def literal_error(schema: SchemaInfo, text: str, kind: str | None) -> str | None:  # noqa: PLR0911 - one return per kind
    """Return Postgres' error for a constant that the type does not accept; None if it does or may."""
    base = base_type(schema, kind)
    if base is None:
        return None
    if base.endswith("[]"):
        return None if _ARRAY.match(text) else f'malformed array literal: "{text}"'
    user_type = schema.find_user_type(base)
    if (
        user_type is not None
        and user_type.kind == "enum"
        and user_type.complete
        and "types" not in schema.unknown_kinds
    ):
        if text in user_type.labels:
            return None
        return f'invalid input value for enum {user_type.name}: "{text}"'
    if user_type is not None and user_type.kind == "range":
        return None if _RANGE.match(text) else f'malformed range literal: "{text}"'
    check = _CHECKS.get(base)
    if check is None or check(text):
        return None
    if base in _RANGES or base in _MULTIRANGES:
        return f'malformed {"range" if base in _RANGES else "multirange"} literal: "{text}"'
    return f'invalid input syntax for type {format_type(base)}: "{text}"'


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
        json.loads(text, strict=False, parse_constant=_refuse)
    except RecursionError:
        return True
    except ValueError:
        return False
    return True


def _refuse(word: str) -> None:
    raise ValueError(word)


def _is_time(text: str) -> bool:
    return any(character.isdigit() for character in text) or _TIME_WORDS.match(text) is not None


_CHECKS: dict[str, Callable[[str], bool]] = {
    **{kind: _is_integer(kind) for kind in _LIMITS},
    **dict.fromkeys(("numeric", "float4", "float8"), lambda text: _NUMBER.match(text) is not None),
    **dict.fromkeys(_TIMES, _is_time),
    **dict.fromkeys(("json", "jsonb"), _is_json),
    **dict.fromkeys(_RANGES, lambda text: _RANGE.match(text) is not None),
    **dict.fromkeys(_MULTIRANGES, lambda text: _MULTIRANGE.match(text) is not None),
    **dict.fromkeys(("inet", "cidr"), lambda text: _ADDRESS.match(text.strip()) is not None),
    "interval": lambda text: any(c.isdigit() or c in "iI" for c in text) and not _DATE.match(text),
    "oid": lambda text: text.strip().lstrip("+-").isdecimal(),
    "uuid": lambda text: _UUID.match(text) is not None,
    "bool": lambda text: text.strip().lower() in _BOOLEANS,
}
