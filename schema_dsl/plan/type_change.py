"""Decide how ALTER COLUMN TYPE converts the values of a column, and which values it would change.

An explicit cast silences Postgres' own refusal to lose data, so USING is written only where Postgres has no assignment
cast, or behind a guard. The statement that counts the values which would change asks Postgres for each value.
"""

from __future__ import annotations

import functools
import re
from typing import Final, NamedTuple

import attrs

from schema_dsl.analysis import builtins
from schema_dsl.analysis.builtin_schema import BuiltinSchema
from schema_dsl.analysis.coercion import can_cast, can_coerce_for_assignment, type_category
from schema_dsl.analysis.stored_bytes import cast_changes_bytes
from schema_dsl.analysis.trees import resolve_type_name, type_modifiers
from schema_dsl.parsing import SqlSyntaxError, parse_expression
from schema_dsl.plan.number_change import find_changed_number

_SCHEMA: Final = BuiltinSchema()
_ARRAY: Final = "[]"
_CITEXT: Final = re.compile(r"(?:.*\.)?citext(?=(?:\[\])?\Z)", re.IGNORECASE | re.DOTALL)


class NamedType(NamedTuple):
    """A type by its name in pg_catalog, None for any other type, and its modifiers."""

    name: str | None
    modifiers: tuple[int, ...] = ()


@attrs.frozen
class Conversion:
    """The conversion of the values of a column to another type.

    Attributes:
        using: The expression of USING, a format with {column} and {new}. None if the assignment converts every value.
        changes: The condition, a format with {value}, {new} and {old}, that is true for a value which the cast changes.
            It raises an error for a value without a conversion. None if the conversion keeps every value.
        may_raise: Whether the condition may raise an error.
        permitted: Whether a person may allow the change of values; otherwise Postgres refuses them.
        refused: Whether Postgres refuses every value that fulfils the condition.
    """

    using: str | None = None
    changes: str | None = None
    may_raise: bool = True
    permitted: bool = True
    refused: bool = False


@attrs.frozen
class Inconvertible:
    """The reason why Postgres does not convert the values by itself, with an example for `using=`.

    Attributes:
        reason: The reason, as the end of a sentence.
        example: The expression, a format with {column} and {new}; "" if there is no likely one.
    """

    reason: str
    example: str = ""


@functools.lru_cache(maxsize=1024)
def parse_type(text: str) -> NamedType:
    """Return the name and the modifiers of a type by its SQL spelling."""
    try:
        tree = parse_expression(f"NULL::{text}")
    except SqlSyntaxError:
        # The check of the definitions reports the syntax error.
        return NamedType(None)
    if tree.WhichOneof("node") != "type_cast":
        return NamedType(None)
    node = tree.type_cast.type_name
    return NamedType(resolve_type_name(_SCHEMA, node), type_modifiers(node))


def is_same_type(one: str, other: str) -> bool:
    """Return whether two spellings certainly name the same type."""
    if one == other:
        return True
    first, second = parse_type(one), parse_type(other)
    return first.name is not None and _complete(first) == _complete(second)


def format_catalog_type(text: str) -> str | None:
    """Format a built-in type as format_type() does; None for a type that is not built in, or has a rare form."""
    kind = parse_type(text)
    if kind.name is None or kind.name == "char":
        return None
    name, suffix = kind.name.removesuffix(_ARRAY), _ARRAY if kind.name.endswith(_ARRAY) else ""
    if name == "interval" and kind.modifiers:
        return None
    display = builtins.format_type(name)
    modifiers = _complete(kind).modifiers
    if not modifiers:
        return f"{display}{suffix}"
    listed = f"({','.join(map(str, modifiers))})"
    first, space, rest = display.partition(" ")
    # The modifier of "timestamp with time zone" follows the first word.
    return f"{first}{listed}{space}{rest}{suffix}" if name in _TIMES else f"{display}{listed}{suffix}"


def find_conversion(old_text: str, new_text: str) -> Conversion | Inconvertible:
    """Return how Postgres converts values of one type to another, by the SQL spellings of the types."""
    # Every type has the same assignment casts to citext as to text.
    old, new = parse_type(old_text), parse_type(_CITEXT.sub("text", new_text))
    if old.name is None or new.name is None:
        return _convert_unknown(old, new, is_array=old_text.endswith(_ARRAY))
    if keeps_values(old, new):
        return Conversion()
    pair = (old.name.removesuffix(_ARRAY), new.name.removesuffix(_ARRAY))
    if pair in _ZONED:
        # USING cannot contain a sub-select over the elements of an array.
        example = "" if old.name.endswith(_ARRAY) else _ZONED[pair]
        return Inconvertible("the result depends on the time zone of the session", example)
    is_assignable = can_coerce_for_assignment(_SCHEMA, old.name, new.name)
    if not is_assignable and not _is_text(old.name):
        example = "{column}::{new}" if can_cast(_SCHEMA, old.name, new.name) else ""
        return Inconvertible("Postgres has no assignment cast between these types", example)
    if _is_text(old.name) and not _is_text(new.name):
        return _read_text(_find_changed_text(new))
    return _convert_assignable(old.name, new.name, _complete(new).modifiers)


def restrict(conversion: Conversion) -> Conversion:
    """Return the conversion to a domain over the type, whose conditions may refuse a value."""
    if conversion.changes is None:
        return Conversion(changes=_UNREADABLE, permitted=False)
    if conversion.may_raise:
        # The condition casts the value, which raises an error.
        return conversion
    return attrs.evolve(conversion, changes=f"({conversion.changes} OR {_UNREADABLE})", may_raise=True)


def _convert_assignable(old: str, new: str, modifiers: tuple[int, ...]) -> Conversion:
    """Return how an assignment converts the values of one type to another."""
    changed_number = find_changed_number(old, new, modifiers)
    if changed_number is not None:
        return Conversion(changes=changed_number, may_raise=False)
    # An explicit cast cuts a text, a time or bits, and raises no error.
    is_cut = any(old in family and new in family for family in (_LIMITED_TEXT | {"text"}, _MOMENTS, _BITS))
    return Conversion(_cut_by_cast(new), _find_changed_value(old, new), may_raise=not is_cut)


CONVERT_BY_TEXT: Final = Conversion(
    "{column}::text::{new}",
    '{value}::text::{new}::text COLLATE "C" IS DISTINCT FROM {value}::text',
    permitted=False,
)
"""The conversion that formats a value as text and reads that as the other type."""


def keeps_values(old: NamedType, new: NamedType) -> bool:
    """Return whether a conversion keeps every value; an error for a value out of range loses nothing."""
    if old.name is None or new.name is None:
        return False
    source, target = old.name, new.name
    if source.endswith(_ARRAY) and target.endswith(_ARRAY):
        return keeps_values(
            old._replace(name=source.removesuffix(_ARRAY)), new._replace(name=target.removesuffix(_ARRAY))
        )
    if target in {"text", "varchar"} and not new.modifiers:
        return True
    old, new = _complete(old), _complete(new)
    if source == target or (source in _LIMITED_TEXT and target in {"varchar", source}):
        return _is_wider(target, old.modifiers, new.modifiers)
    if source in _INTEGER_DIGITS and target == "numeric":
        digits = new.modifiers[0] - new.modifiers[1] if new.modifiers else None
        return digits is None or digits >= _INTEGER_DIGITS[source]
    return (source, target) in _WIDENING and not new.modifiers


def keeps_bytes(old_text: str, new_text: str) -> bool:
    """Return whether Postgres certainly rewrites no row for a conversion without USING."""
    old, new = _complete(parse_type(old_text)), _complete(parse_type(new_text))
    if old.name is None or new.name is None:
        return False
    return cast_changes_bytes(old.name, old.modifiers, new.name, new.modifiers) is False


def _complete(kind: NamedType) -> NamedType:
    """Return the type with the modifiers that Postgres adds: numeric(5) is numeric(5,0)."""
    if (kind.name or "").removesuffix(_ARRAY) == "numeric" and len(kind.modifiers) == 1:
        return kind._replace(modifiers=(*kind.modifiers, 0))
    return kind


def _is_wider(name: str, old: tuple[int, ...], new: tuple[int, ...]) -> bool:
    if old == new or not new:
        return name != "bit" or old == new
    if name in _TIMES:
        return new[0] >= (old[0] if old else _FULL_PRECISION)
    if not old:
        return False
    if name == "numeric":
        return new[1] >= old[1] and new[0] - new[1] >= old[0] - old[1]
    return name in _LIMITED_TEXT | {"varbit"} and new[0] >= old[0]


def _convert_unknown(old: NamedType, new: NamedType, *, is_array: bool) -> Conversion | Inconvertible:
    """Return the conversion to or from a type that is not built in, such as an enum or a domain, or an array of it."""
    if is_array and new in _TEXT_ARRAYS:
        # The assignment of an array converts its elements as their assignment does.
        return Conversion()
    if new.name is not None and _is_text(new.name):
        if new.name in {"text", "varchar"} and not new.modifiers:
            return Conversion()
        return Conversion(_cut_by_cast(new.name), _CAST_BACK)
    if old.name is not None and _is_text(old.name):
        return _read_text(_AS_TEXT)
    return Inconvertible("schema_dsl knows no cast between these types", "{column}::text::{new}")


def _read_text(changes: str) -> Conversion:
    return Conversion(_CAST, changes, permitted=False)


def _cut_by_cast(new: str) -> str | None:
    """Return the expression of USING that cuts a value; an assignment refuses values that are too long."""
    return _CAST if new.removesuffix(_ARRAY) in _LIMITED_TEXT | _BITS else None


def _is_text(name: str) -> bool:
    return type_category(_SCHEMA, name) == "S"


_CAST: Final = "{column}::{new}"
_CAST_BACK: Final = "{value}::{new}::{old} IS DISTINCT FROM {value}"
_AS_TEXT: Final = "{value}::{new}::text IS DISTINCT FROM {value}"
_UNREADABLE: Final = "{value}::{new} IS NULL"
# jsonb sorts the keys and formats anew, which keeps the number of characters; a key that occurs twice is lost.
_AS_JSON: Final = (
    r"length(regexp_replace({value}::{new}::text, '\s', '', 'g')) <>"
    r" length(regexp_replace({value}::text, '\s', '', 'g'))"
)


def _find_changed_value(old: str, new: str) -> str:
    if (old, new) == ("json", "jsonb"):
        return _AS_JSON
    if not can_cast(_SCHEMA, new, old):
        return "{value} IS NOT NULL"
    if old.removesuffix(_ARRAY) in _WITHOUT_EQUALITY:
        return "{value}::{new}::{old}::text IS DISTINCT FROM {value}::text"
    if _is_text(new) and not _is_text(old):
        # The type may read a text that was cut as the same value: 1.00 and 1.
        return "{value}::{new}::text IS DISTINCT FROM {value}::text"
    return _CAST_BACK


def _find_changed_text(new: NamedType) -> str:
    if new.name in _READ_EXACTLY or (new.name == "numeric" and not new.modifiers):
        return _UNREADABLE
    if new.name == "jsonb":
        return _AS_JSON
    if new.name in {"numeric", "float4", "float8"}:
        return "{value}::{new}::text::numeric IS DISTINCT FROM {value}::numeric"
    return _AS_TEXT


_TEXT_ARRAYS: Final = frozenset({NamedType("text[]"), NamedType("varchar[]")})
_FULL_PRECISION: Final = 6
_LIMITED_TEXT: Final = frozenset({"varchar", "bpchar"})
_TIMES: Final = frozenset({"timestamp", "timestamptz", "time", "timetz"})
_MOMENTS: Final = _TIMES | {"date", "interval"}
_BITS: Final = frozenset({"bit", "varbit"})
_INTEGER_DIGITS: Final = {"int2": 5, "int4": 10, "int8": 19}
_WIDENING: Final = frozenset(
    {
        ("int2", "int4"),
        ("int2", "int8"),
        ("int4", "int8"),
        ("int2", "float4"),
        ("int2", "float8"),
        ("int4", "float8"),
        ("float4", "float8"),
        ("date", "timestamp"),
        ("time", "interval"),
        ("jsonb", "json"),
        ("cidr", "inet"),
        ("bit", "varbit"),
        ("macaddr", "macaddr8"),
        ("oid", "int8"),
        ("int4", "money"),
        ("int8", "money"),
        ("money", "numeric"),
        ("box", "polygon"),
    }
)
_ZONED: Final = {
    ("timestamp", "timestamptz"): "{column} AT TIME ZONE 'UTC'",
    ("timestamptz", "timestamp"): "{column} AT TIME ZONE 'UTC'",
    ("date", "timestamptz"): "{column}::timestamp AT TIME ZONE 'UTC'",
    ("timestamptz", "date"): "({column} AT TIME ZONE 'UTC')::date",
    ("timestamptz", "time"): "({column} AT TIME ZONE 'UTC')::time",
    ("timestamptz", "timetz"): "({column} AT TIME ZONE 'UTC')::time AT TIME ZONE 'UTC'",
    ("time", "timetz"): "{column} AT TIME ZONE 'UTC'",
}
_WITHOUT_EQUALITY: Final = frozenset(
    {"json", "xml", "point", "polygon", "path", "line", "lseg", "box", "circle"}
)
# Types of which the same value may have several spellings: a text that can be read keeps its meaning.
_READ_EXACTLY: Final = frozenset(
    "bool bytea cidr inet int2 int4 int8 json macaddr macaddr8 oid uuid xml".split()  # noqa: SIM905
)
