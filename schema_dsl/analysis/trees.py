"""Read names, types, options and enumerations from parse trees of libpg_query."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable, Iterator, Sequence

from schema_dsl.analysis import builtins
from schema_dsl.analysis.schema import SchemaInfo
from schema_dsl.parsing import Node
from schema_dsl.parsing.grammar import walk


@functools.cache
def enumeration(name: str) -> dict[int, str]:
    """Return the member names of an enumeration of the grammar, by number."""
    described = importlib.import_module("postgast.pg_query_pb2").DESCRIPTOR
    return {value.number: value.name for value in described.enum_types_by_name[name].values}


def serialize(node: Node) -> bytes:
    """Serialize an expression without its locations, to compare it with others."""
    copied = type(node)()
    copied.CopyFrom(node)
    for part in walk(copied):
        if "location" in part.DESCRIPTOR.fields_by_name:
            part.location = 0
    text: bytes = copied.SerializeToString(deterministic=True)
    return text


def names(nodes: Sequence[Node]) -> list[str]:
    """Return the values of String nodes."""
    return [node.string.sval for node in nodes[:]]


def qualified_name(nodes: Node) -> tuple[str, str]:
    """Return a qualified name as (schema or "", name). A large object has a number instead of names."""
    try:
        parts = [node.string.sval for node in nodes[:]]
    except TypeError:
        return "", str(nodes.ival) if nodes.DESCRIPTOR.name == "Integer" else nodes.fval
    return (parts[-2] if len(parts) > 1 else ""), (parts[-1] if parts else "")


def operator_name(node: Node) -> str:
    """Return the operator of an A_Expr, without a schema."""
    name: str = node.name[-1].string.sval
    return name


def resolve_type_name(schema: SchemaInfo, node: Node) -> str | None:
    """Return the full name of the type of a TypeName; None if the type is unknown."""
    schema_name, name = qualified_name(node.names)
    if not name or node.pct_type:
        return None
    full_name = schema.find_type_name(schema_name, name)
    if full_name is None and name.startswith("_"):
        element = schema.find_type_name(schema_name, name[1:])
        full_name = None if element is None else f"{element}[]"
    if full_name is not None and node.array_bounds and not full_name.endswith("[]"):
        full_name += "[]"
    return full_name


def type_modifiers(node: Node) -> tuple[int, ...]:
    """Return the type modifiers of a TypeName, as in numeric(10, 2)."""
    return tuple(
        modifier.a_const.ival.ival for modifier in node.typmods[:] if modifier.WhichOneof("node") == "a_const"
    )


def node_definition(node: Node) -> Node:
    """Return the field `def` of a node, which is a Python keyword."""
    return getattr(node, "def")


def command_kinds(tree: Node) -> frozenset[str]:
    """Return the kinds of the commands of an ALTER TABLE, such as AT_AddColumn."""
    subtypes = enumeration("AlterTableType")
    return frozenset(subtypes[item.alter_table_cmd.subtype] for item in tree.cmds[:])


def is_serial(node: Node) -> bool:
    """Return whether a TypeName is serial, bigserial or smallserial."""
    parts = node.names
    return len(parts) == 1 and parts[0].string.sval in builtins.SERIALS


def option_text(node: Node) -> str:
    """Return an option's value as text; "true" for an option without a value."""
    kind = node.WhichOneof("node")
    if kind is None:
        return "true"
    read = _TEXTS.get(kind)
    return read(getattr(node, kind)) if read else ""


def constant_text(node: Node) -> str:
    """Return the value of an A_Const as text."""
    which = node.WhichOneof("val")
    if which is None:
        return ""
    return str(getattr(getattr(node, which), which))


_TEXTS: dict[str, Callable[[Node], str]] = {
    "string": lambda value: str(value.sval),
    "integer": lambda value: str(value.ival),
    "float": lambda value: str(value.fval),
    "boolean": lambda value: "true" if value.boolval else "false",
    "type_name": lambda value: qualified_name(value.names)[1],
    "list": lambda value: ", ".join(option_text(item) for item in value.items),
    "a_const": constant_text,
}


def options(nodes: Sequence[Node]) -> Iterator[tuple[str, Node]]:
    """Yield the name and value of each DefElem."""
    for node in nodes[:]:
        element = node.def_elem
        yield element.defname, element.arg


def find_option(nodes: Sequence[Node], name: str) -> Node | None:
    """Return the value of the first DefElem of a name."""
    for node in nodes[:]:
        if node.def_elem.defname == name:
            value: Node = node.def_elem.arg
            return value
    return None


def role_name(node: Node) -> str:
    """Return the name of a node with a RoleSpec: "public" for PUBLIC, "" for CURRENT_USER and similar."""
    return read_role_spec(node.role_spec)


def read_role_spec(spec: Node) -> str:
    """Return the name of a RoleSpec: "public" for PUBLIC, "" for CURRENT_USER and similar."""
    kind = enumeration("RoleSpecType")[spec.roletype]
    if kind == "ROLESPEC_CSTRING":
        return str(spec.rolename)
    return "public" if kind == "ROLESPEC_PUBLIC" else ""


def single_value(select: Node) -> Node | None:
    """Return the only value of a SELECT without FROM, WHERE, LIMIT and UNION; None for any other SELECT."""
    has_other_clauses = (
        select.HasField("where_clause") or select.HasField("larg") or select.HasField("limit_count")
    )
    if select.from_clause or has_other_clauses or len(select.target_list) != 1:
        return None
    value: Node = select.target_list[0].res_target.val
    return value
