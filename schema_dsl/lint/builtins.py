"""What every Postgres has built in: types, casts, functions, operators, system relations.

`data/builtins.tsv` is the union over the versions supported, written by `tools/builtins.py`. Its lines are
read on the first call, and taken apart when a name is asked for.
"""

from __future__ import annotations

import functools
from importlib.resources import files
from typing import NamedTuple


class Builtin(NamedTuple):
    """A type: `kind` and `category` are pg_type's letters; `subtype` is what a range is over."""

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
    """A function, or an operator, for which `arguments` has one or two types.

    `kind` is pg_proc's letter: f, a, w, p. `columns` are the OUT parameters. `defaults` counts the arguments,
    from the last, that may be left out; of a `variadic` one it is the element's type that is named.
    """

    arguments: tuple[str | None, ...]
    returns: str | None
    kind: str = "f"
    volatility: str = "v"
    many: bool = False
    variadic: str | None = None
    defaults: int = 0
    columns: tuple[tuple[str, str | None], ...] = ()
    # SQL functions are looked into by the planner, so what they are marked as does not decide alone.
    inlined: bool = False


class Cast(NamedTuple):
    """How a type becomes another: `context` is i(mplicit), a(ssignment) or e(xplicit)."""

    context: str
    volatility: str


@functools.cache
def _index() -> dict[str, dict[str, str]]:
    text = files("schema_dsl.lint").joinpath("data/builtins.tsv").read_text("utf-8")
    index: dict[str, dict[str, str]] = {kind: {} for kind in "TFOCR"}
    for line in text.splitlines():
        kind, name, entries = line.split("\t", 2)
        index[kind][name] = entries
    return index


@functools.cache
def type_of(name: str) -> Builtin | None:
    """Give a type by its name in pg_catalog."""
    entry = _index()["T"].get(name)
    if entry is None:
        return None
    kind, category, preferred, element, subtype, base, reads, writes = entry.split(" ")
    return Builtin(
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
def functions(name: str) -> tuple[Signature, ...]:
    """Give the functions, aggregates and window functions of that name."""
    entry = _index()["F"].get(name)
    if entry is None:
        return ()
    found = []
    for each in entry.split("\t"):
        kind, volatility, many, returns, arguments, variadic, defaults, columns = each.split(" ")
        found.append(
            Signature(
                () if arguments == "-" else tuple(arguments.split(",")),
                returns,
                kind,
                volatility.lower(),
                many == "1",
                _or_none(variadic),
                int(defaults),
                () if columns == "-" else tuple(_pair(column) for column in columns.split(",")),
                inlined=volatility.isupper(),
            )
        )
    return tuple(found)


@functools.cache
def operators(name: str) -> tuple[Signature, ...]:
    """Give the operators of that name; those before their operand have one argument."""
    entry = _index()["O"].get(name)
    if entry is None:
        return ()
    found = []
    for each in entry.split("\t"):
        left, right, result, volatility = each.split(" ")
        arguments = (right,) if left == "-" else (left, right)
        found.append(Signature(arguments, result, "f", volatility.lower(), inlined=volatility.isupper()))
    return tuple(found)


@functools.cache
def casts_from(source: str) -> dict[str, Cast]:
    """Give the casts that pg_cast has from a type."""
    entry = _index()["C"].get(source)
    if entry is None:
        return {}
    casts = {}
    for each in entry.split("\t"):
        target, context, volatility = each.split(" ")
        casts[target] = Cast(context, volatility)
    return casts


@functools.cache
def relation(schema: str, name: str) -> dict[str, str] | None:
    """Give the columns of a system catalog or view, of all versions together, with their types."""
    entry = _index()["R"].get(f"{schema}.{name}")
    return None if entry is None else dict(_pair(column) for column in entry.split("\t"))


def function_names() -> list[str]:
    """List the names of all functions."""
    return list(_index()["F"])


def operator_names() -> list[str]:
    """List the names of all operators."""
    return list(_index()["O"])


def type_names() -> list[str]:
    """List the names of all types that a person would write."""
    return [*(name for name in _index()["T"] if not name.startswith("pg_")), *SPELLINGS]


# What the grammar, or people, call a type that the catalog calls otherwise.
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
_SHOWN = {
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


def shown(name: str | None) -> str:
    """Write a type as Postgres' messages do."""
    if name is None:
        return "unknown"
    if name.endswith("[]"):
        return f"{shown(name[:-2])}[]"
    return _SHOWN.get(name, name.removeprefix("public."))


def _or_none(text: str) -> str | None:
    return None if text == "-" else text


def _pair(text: str) -> tuple[str, str]:
    # Types may hold a dot, names no colon.
    name, _, kind = text.partition(":")
    return name, kind
