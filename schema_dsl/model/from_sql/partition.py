"""Read PARTITION BY, and the bound of PARTITION OF."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from schema_dsl.analysis.trees import enumeration, names
from schema_dsl.model.partition import DEFAULT_BOUND, PartitionKey
from schema_dsl.parsing import Node, deparse_expression
from schema_dsl.sql import Sql, identifier, parenthesize

_UNBOUNDED: Final = frozenset({"minvalue", "maxvalue"})


def read_partition_key(node: Node) -> PartitionKey:
    """Return the key of a PartitionSpec."""
    strategy = enumeration("PartitionStrategy")[node.strategy].rpartition("_")[2]
    elements = [each.partition_elem for each in node.part_params]
    keys = ", ".join(map(_read_element, elements))
    return PartitionKey(Sql(f"{strategy} ({keys})"), tuple(each.name for each in elements if each.name))


def _read_element(node: Node) -> str:
    key = identifier(node.name) if node.name else parenthesize(Sql(deparse_expression(node.expr)))
    parts = [str(key)]
    if node.collation:
        parts.append(f"COLLATE {_join(names(node.collation))}")
    if node.opclass:
        parts.append(_join(names(node.opclass)))
    return " ".join(parts)


def _join(parts: Iterable[str]) -> str:
    return ".".join(map(identifier, parts))


def read_bound(node: Node) -> Sql:
    """Return the bound of a PartitionBoundSpec."""
    if node.is_default:
        return DEFAULT_BOUND
    if node.strategy == "h":
        return Sql(f"FOR VALUES WITH (MODULUS {node.modulus}, REMAINDER {node.remainder})")
    if node.strategy == "l":
        return Sql(f"FOR VALUES IN ({_read_values(node.listdatums)})")
    return Sql(f"FOR VALUES FROM ({_read_values(node.lowerdatums)}) TO ({_read_values(node.upperdatums)})")


def _read_values(nodes: Iterable[Node]) -> str:
    return ", ".join(_read_value(node) for node in nodes)


def _read_value(node: Node) -> str:
    fields = names(node.column_ref.fields) if node.HasField("column_ref") else []
    return fields[0].upper() if len(fields) == 1 and fields[0] in _UNBOUNDED else deparse_expression(node)
