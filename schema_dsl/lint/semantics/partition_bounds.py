"""Check the bound of a new partition against the partition key and against the other partitions (partbounds.c)."""

from __future__ import annotations

from collections.abc import Iterator

from schema_dsl.analysis.coercion import UNKNOWN
from schema_dsl.analysis.expressions import analyze_expression
from schema_dsl.analysis.scope import Scope
from schema_dsl.lint.history.dependent import Dependent
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.semantics.analyzer import HistoryAnalyzer
from schema_dsl.lint.semantics.bound_values import is_null, list_key_types, read_range
from schema_dsl.lint.semantics.known_bounds import list_bounds
from schema_dsl.parsing import Node

_RULE = "partition-bound"
_STRATEGIES = {"r": "range", "l": "list", "h": "hash"}


def check_bound(
    analyzer: HistoryAnalyzer, parent: HistoryRelation, child: HistoryRelation | None, name: str, bound: Node
) -> None:
    """Check the bound of a partition that CREATE TABLE or ATTACH PARTITION adds.

    Args:
        analyzer: The analysis of the statement.
        parent: The partitioned table.
        child: The table that becomes a partition, if it exists.
        name: The name of the partition.
        bound: The PartitionBoundSpec.
    """
    if not Dependent("table", parent).is_certain(analyzer.history) or not parent.partition_key:
        return
    error = _find_misfit(parent, bound)
    if not error:
        _check_values(analyzer, parent, bound)
        error = _find_conflict(analyzer, parent, child, name, bound)
    if error:
        remedy = "Write a bound that fits the partition key and no other partition."
        analyzer.report(_RULE, error, remedy, bound.location)


def _find_misfit(parent: HistoryRelation, bound: Node) -> str:
    """Return why a bound does not fit the partition key; "" if it does."""
    if bound.is_default:
        return (
            "a hash-partitioned table may not have a default partition"
            if parent.partition_strategy == "h"
            else ""
        )
    if bound.strategy != parent.partition_strategy:
        return f"invalid bound specification for a {_STRATEGIES[parent.partition_strategy]} partition"
    if bound.strategy == "h" and bound.remainder >= bound.modulus:
        return "remainder for hash partition must be less than modulus"
    for word, values in (("FROM", bound.lowerdatums), ("TO", bound.upperdatums)):
        if bound.strategy == "r" and len(values) != len(parent.partition_key):
            return f"{word} must specify exactly one value per partitioning column"
        if bound.strategy == "r" and any(map(is_null, values)):
            return "cannot specify NULL in range bound"
    return ""


def _check_values(analyzer: HistoryAnalyzer, parent: HistoryRelation, bound: Node) -> None:
    """Report a constant that the type of its column does not accept."""
    rows = [[each] for each in bound.listdatums] + [bound.lowerdatums, bound.upperdatums]
    for row in rows:
        for column_name, node in zip(parent.partition_key, row, strict=False):
            column = parent.columns.get(column_name)
            if column is None or node.WhichOneof("node") == "column_ref":
                continue
            value = analyze_expression(analyzer, node, Scope())
            if value.type == UNKNOWN:
                analyzer.coerce_constant(value, column.type, bound.location)


def _find_conflict(
    analyzer: HistoryAnalyzer, parent: HistoryRelation, child: HistoryRelation | None, name: str, bound: Node
) -> str:
    """Return the contradiction within a bound, or between it and another partition; "" if there is none."""
    schema = analyzer.history
    types = list_key_types(schema, parent)
    own = read_range(types, bound)
    if own is not None and own[0] >= own[1]:
        return f'empty range bound specified for partition "{name}"'
    known = list_bounds(schema, parent, types)
    if bound.strategy == "h" and any(
        max(bound.modulus, modulus) % min(bound.modulus, modulus) for modulus in known.list_moduli(child)
    ):
        return "every hash partition modulus must be a factor of the next larger modulus"
    other = known.find_overlapping(bound, child)
    if other is None:
        return ""
    if bound.is_default:
        return f'partition "{name}" conflicts with existing default partition "{other.name}"'
    return f'partition "{name}" would overlap partition "{other.name}"'


def iterate_partitions(analyzer: HistoryAnalyzer, parent: HistoryRelation) -> Iterator[HistoryRelation]:
    """Yield the partitions of a table that certainly exist."""
    for key in parent.children:
        child = analyzer.history.relations.get(key)
        if child is None or child.partition_of != parent.key:
            continue
        if Dependent("table", child).is_certain(analyzer.history):
            yield child
