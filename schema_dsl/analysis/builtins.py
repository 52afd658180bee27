"""The built-in types, casts, functions, operators and system relations of Postgres.

`tools/builtins.py` writes `data/builtins.tsv`, the union over the supported versions. The first call reads the file;
lines are parsed on demand.
"""

from __future__ import annotations

import functools
from importlib.resources import files
from typing import Final, NamedTuple

from schema_dsl.analysis.identity import Identity

# By the letter in pg_proc; a window function is a function.
_ROUTINE_KINDS: Final = {"a": "aggregate", "p": "procedure"}


def split_words(text: str) -> frozenset[str]:
    """Return the words of a text as a set."""
    return frozenset(text.split())


class BuiltinType(NamedTuple):
    """A type: `kind` and `category` are the letters in pg_type; `subtype` is the element type of a range."""

    name: str
    kind: str
    category: str
    preferred: bool
    element: str | None = None
    subtype: str | None = None
    base: str | None = None
    stable_input: bool = False
    stable_output: bool = False


class Signature(NamedTuple):
    """A function, or an operator with one or two arguments.

    Attributes:
        arguments: The types of the arguments.
        returns: The type of the result.
        kind: The letter in pg_proc: f, a, w or p.
        volatility: The letter in pg_proc: i, s or v.
        returns_set: Whether the function returns a set.
        variadic: The element type of a VARIADIC argument.
        defaults: The number of optional arguments at the end.
        columns: The OUT parameters.
        inlined: Whether the function is written in SQL. The planner may inline it, so the declared volatility does
            not decide alone.
        definition: The user-defined routine or operator; None for a built-in one.
    """

    arguments: tuple[str | None, ...]
    returns: str | None
    kind: str = "f"
    volatility: str = "v"
    returns_set: bool = False
    variadic: str | None = None
    defaults: int = 0
    columns: tuple[tuple[str, str | None], ...] = ()
    inlined: bool = False
    definition: object | None = None

    def identify(self, schema: str, name: str, kind: str = "") -> Identity:
        """Return the identity of a routine, or of an operator, with its arguments if their types are known."""
        arguments = tuple(each for each in self.arguments if each is not None)
        known = arguments if len(arguments) == len(self.arguments) else None
        return Identity(kind or _ROUTINE_KINDS.get(self.kind, "function"), schema, name, known)


class BuiltinCast(NamedTuple):
    """A cast: `context` is i (implicit), a (assignment) or e (explicit)."""

    context: str
    volatility: str


# The settings that pg_settings does not show, and former names.
_HIDDEN_SETTINGS = (
    "default_with_oids",
    "role",
    "seed",
    "session_authorization",
    "sort_mem",
    "ssl_ecdh_curve",
    "ssl_renegotiation_limit",
    "vacuum_mem",
)


@functools.cache
def _index() -> dict[str, dict[str, str]]:
    text = files("schema_dsl.analysis").joinpath("data/builtins.tsv").read_text("utf-8")
    index: dict[str, dict[str, str]] = {kind: {} for kind in "TFOCRS"}
    for line in text.splitlines():
        kind, name, entries = line.split("\t", 2)
        index[kind][name] = entries
    return index


@functools.cache
def find_setting(name: str) -> tuple[tuple[str, str, str], ...]:
    """Return the type, the unit ("-" for none) and the context of a setting, once for each that versions have."""
    if name in _HIDDEN_SETTINGS:
        return (("string", "-", "user"),)
    entries = _index()["S"].get(name)
    if entries is None:
        return ()
    found = (entry.split(" ") for entry in entries.split("\t"))
    return tuple((kind, unit, context) for kind, unit, context in found)


def list_settings() -> list[str]:
    """Return the names of all settings in lower case."""
    return [*_index()["S"], *_HIDDEN_SETTINGS]


@functools.cache
def find_type(name: str) -> BuiltinType | None:
    """Return a type by its name in pg_catalog."""
    entry = _index()["T"].get(name)
    if entry is None:
        return None
    kind, category, preferred, element, subtype, base, reads, writes = entry.split(" ")
    return BuiltinType(
        name,
        kind,
        category,
        preferred == "1",
        _or_none(element),
        _or_none(subtype),
        _or_none(base),
        reads != "i",
        writes != "i",
    )


@functools.cache
def find_functions(name: str) -> tuple[Signature, ...]:
    """Return the functions, aggregates and window functions of a name."""
    entry = _index()["F"].get(name)
    if entry is None:
        return ()
    signatures = []
    for fields in entry.split("\t"):
        kind, volatility, many, returns, arguments, variadic, defaults, columns = fields.split(" ")
        signatures.append(
            Signature(
                () if arguments == "-" else tuple(arguments.split(",")),
                returns,
                kind,
                volatility.lower(),
                many == "1",
                _or_none(variadic),
                int(defaults),
                () if columns == "-" else tuple(_split_pair(column) for column in columns.split(",")),
                inlined=volatility.isupper(),
            )
        )
    return tuple(signatures)


@functools.cache
def find_operators(name: str) -> tuple[Signature, ...]:
    """Return the operators of a name; a prefix operator has one argument."""
    entry = _index()["O"].get(name)
    if entry is None:
        return ()
    signatures = []
    for fields in entry.split("\t"):
        left, right, result, volatility = fields.split(" ")
        arguments = (right,) if left == "-" else (left, right)
        signatures.append(Signature(arguments, result, "f", volatility.lower(), inlined=volatility.isupper()))
    return tuple(signatures)


@functools.cache
def find_casts(source: str) -> dict[str, BuiltinCast]:
    """Return the casts in pg_cast from a type, by target type."""
    entry = _index()["C"].get(source)
    if entry is None:
        return {}
    casts = {}
    for fields in entry.split("\t"):
        target, context, volatility = fields.split(" ")
        casts[target] = BuiltinCast(context, volatility)
    return casts


@functools.cache
def find_system_columns(schema: str, name: str) -> dict[str, str] | None:
    """Return the columns of a system catalog or view in any version, with their types."""
    entry = _index()["R"].get(f"{schema}.{name}")
    return None if entry is None else dict(_split_pair(column) for column in entry.split("\t"))


def list_function_names() -> list[str]:
    """Return the names of all functions."""
    return list(_index()["F"])


def list_operator_names() -> list[str]:
    """Return the names of all operators."""
    return list(_index()["O"])


def list_type_names() -> list[str]:
    """Return the names of all types that SQL usually contains."""
    return [*(name for name in _index()["T"] if not name.startswith("pg_")), *SPELLINGS]


# Type names in SQL, and the names of the same types in the catalog.
SPELLINGS = {
    "integer": "int4",
    "int": "int4",
    "smallint": "int2",
    "bigint": "int8",
    "real": "float4",
    "boolean": "bool",
    "decimal": "numeric",
    "character": "bpchar",
    "serial": "int4",
    "bigserial": "int8",
    "smallserial": "int2",
    "serial2": "int2",
    "serial4": "int4",
    "serial8": "int8",
}
SERIALS = frozenset({"serial", "bigserial", "smallserial", "serial2", "serial4", "serial8"})
_DISPLAY_NAMES = {
    "int4": "integer",
    "int2": "smallint",
    "int8": "bigint",
    "float4": "real",
    "float8": "double precision",
    "bool": "boolean",
    "bpchar": "character",
    "varchar": "character varying",
    "timestamptz": "timestamp with time zone",
    "timestamp": "timestamp without time zone",
    "timetz": "time with time zone",
    "time": "time without time zone",
}


def format_type(name: str | None) -> str:
    """Return the name of a type as in the messages of Postgres."""
    if name is None:
        return "unknown"
    if name.endswith("[]"):
        return f"{format_type(name[:-2])}[]"
    return _DISPLAY_NAMES.get(name, name.removeprefix("public."))


def _or_none(text: str) -> str | None:
    return None if text == "-" else text


def _split_pair(text: str) -> tuple[str, str]:
    # The name contains no colon.
    name, _, kind = text.partition(":")
    return name, kind
