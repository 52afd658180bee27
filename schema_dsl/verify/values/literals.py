"""The text of the literals in parse trees."""

from __future__ import annotations

from schema_dsl.parsing import Node
from schema_dsl.parsing.grammar import unwrap


def literal_text(node: Node) -> str | None:
    """Return the text of a literal, with or without casts; None for any other expression."""
    inner = unwrap(node)
    while inner.DESCRIPTOR.name == "TypeCast":
        inner = unwrap(inner.arg)
    if inner.DESCRIPTOR.name != "A_Const":
        return None
    match inner.WhichOneof("val"):
        case "sval":
            return str(inner.sval.sval)
        case "ival":
            return str(inner.ival.ival)
        case "fval":
            return str(inner.fval.fval)
        case "boolval":
            return "true" if inner.boolval.boolval else "false"
        case _:
            return None
