"""Reading libpg_query's trees: enumerations, names, types, options."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable, Iterable, Iterator

from schema_dsl.lint import builtins
from schema_dsl.lint.history.schema import Schema
from schema_dsl.parsing import Node


@functools.cache
def enumeration(name: str) -> dict[int, str]:
    """Give the members of one of the grammar's enumerations by their numbers."""
    described = importlib.import_module("postgast.pg_query_pb2").DESCRIPTOR
    return {value.number: value.name for value in described.enum_types_by_name[name].values}


def names(nodes: Iterable[Node]) -> list[str]:
    """Read a list of String nodes."""
    return [node.string.sval for node in nodes]


def qualified(nodes: Iterable[Node]) -> tuple[str, str]:
    """Read a qualified name as (schema or "", name)."""
    parts = [node.string.sval for node in nodes]
    return (parts[-2] if len(parts) > 1 else ""), (parts[-1] if parts else "")


def type_named(schema: Schema, node: Node) -> str | None:
    """Give the full name of the type that a TypeName spells; None if it is not known."""
    if node.pct_type or not node.names:
        return None
    where, name = qualified(node.names)
    found = schema.find_type(where, name)
    if found is None and name.startswith("_"):
        element = schema.find_type(where, name[1:])
        found = None if element is None else f"{element}[]"
    if found is not None and node.array_bounds and not found.endswith("[]"):
        found += "[]"
    return found


def modifiers(node: Node) -> tuple[int, ...]:
    """Give the numbers behind a type's name, as in numeric(10, 2)."""
    return tuple(each.a_const.ival.ival for each in node.typmods if each.WhichOneof("node") == "a_const")


def is_serial(node: Node) -> bool:
    """Whether a column's type is one of those that make a sequence."""
    return len(node.names) == 1 and node.names[0].string.sval in builtins.SERIALS


def option_text(node: Node) -> str:
    """Give an option's value as text: true for one that is only named."""
    kind = node.WhichOneof("node")
    if kind is None:
        return "true"
    read = _TEXTS.get(kind)
    return read(getattr(node, kind)) if read else ""


def constant_text(node: Node) -> str:
    """Give an A_Const as text."""
    which = node.WhichOneof("val")
    if which is None:
        return ""
    return str(getattr(getattr(node, which), which))


_TEXTS: dict[str, Callable[[Node], str]] = {
    "string": lambda value: str(value.sval),
    "integer": lambda value: str(value.ival),
    "float": lambda value: str(value.fval),
    "boolean": lambda value: "true" if value.boolval else "false",
    "type_name": lambda value: qualified(value.names)[1],
    "list": lambda value: ", ".join(option_text(item) for item in value.items),
    "a_const": constant_text,
}


def options(nodes: Iterable[Node]) -> Iterator[tuple[str, Node]]:
    """Yield the DefElems of a list as (name, value)."""
    for node in nodes:
        element = node.def_elem
        yield element.defname, element.arg


def role_name(node: Node) -> str:
    """Give a RoleSpec as a name: public for everybody, "" for the current user."""
    spec = node.role_spec
    kind = enumeration("RoleSpecType")[spec.roletype]
    if kind == "ROLESPEC_CSTRING":
        return str(spec.rolename)
    return "public" if kind == "ROLESPEC_PUBLIC" else ""
