"""Check the bound of a new partition against the partition key and against the other partitions (partbounds.c)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import TypeAlias

from schema_dsl.analysis.coercion import UNKNOWN, base_type
from schema_dsl.analysis.expressions import analyze_expression
from schema_dsl.analysis.scope import Scope
from schema_dsl.lint.history.dependent import Dependent
from schema_dsl.lint.history.schema import HistoryColumn, HistoryRelation
from schema_dsl.lint.semantics.analyzer import HistoryAnalyzer
from schema_dsl.lint.semantics.refused_values import read_constant
from schema_dsl.parsing import Node
from schema_dsl.parsing.grammar import strings

_RULE = "partition-bound"
_STRATEGIES = {"r": "range", "l": "list", "h": "hash"}
_TIMES = frozenset({"date", "timestamp", "timestamptz"})
_NUMBERS = frozenset({"int2", "int4", "int8", "numeric"})
# Postgres sorts texts by a collation, so we only compare whether they are equal.
_TEXTS = frozenset({"text", "varchar"})
# Texts of this form sort as the times do; a missing time of day is midnight.
_TIME = re.compile(r"\d{4}-\d\d-\d\d(?: \d\d:\d\d(?::\d\d)?)?\Z", re.ASCII)
_MIDNIGHT = "0000-00-00 00:00:00"
BoundValue: TypeAlias = "tuple[int, Decimal | str | None]"
"""A value of a bound, which sorts after MINVALUE (-1) and before MAXVALUE (1)."""
BoundRow: TypeAlias = tuple[BoundValue, ...]


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
    if bound.strategy == "h":
        if bound.remainder >= bound.modulus:
            return "remainder for hash partition must be less than modulus"
        return ""
    for word, values in (("FROM", bound.lowerdatums), ("TO", bound.upperdatums)):
        if bound.strategy == "r" and len(values) != len(parent.partition_key):
            return f"{word} must specify exactly one value per partitioning column"
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
    types = list_key_types(analyzer, parent)
    own = read_range(types, bound)
    if own is not None and own[0] >= own[1]:
        return f'empty range bound specified for partition "{name}"'
    for other in iterate_partitions(analyzer, parent):
        if other is child or other.partition_bound is None:
            continue
        if bound.is_default and other.partition_bound.is_default:
            return f'partition "{name}" conflicts with existing default partition "{other.name}"'
        if bound.is_default or other.partition_bound.is_default:
            continue
        if bound.strategy == "h":
            larger, smaller = sorted((bound.modulus, other.partition_bound.modulus), reverse=True)
            if larger % smaller:
                return "every hash partition modulus must be a factor of the next larger modulus"
        if _overlap(types, bound, other.partition_bound):
            return f'partition "{name}" would overlap partition "{other.name}"'
    return ""


def iterate_partitions(analyzer: HistoryAnalyzer, parent: HistoryRelation) -> Iterator[HistoryRelation]:
    """Yield the partitions of a table that certainly exist."""
    for key in parent.children:
        child = analyzer.history.relations.get(key)
        if child is None or child.partition_of != parent.key:
            continue
        if Dependent("table", child).is_certain(analyzer.history):
            yield child


def list_key_types(analyzer: HistoryAnalyzer, parent: HistoryRelation) -> list[str]:
    """Return the type of each column of a partition key, text for an enum, and "" for an unknown type."""
    return [_find_type(analyzer, parent.columns.get(name)) for name in parent.partition_key]


def _find_type(analyzer: HistoryAnalyzer, column: HistoryColumn | None) -> str:
    base = None if column is None else base_type(analyzer.history, column.type)
    user_type = analyzer.history.find_user_type(base) if base is not None else None
    return "text" if user_type is not None and user_type.kind == "enum" else base or ""


def _overlap(types: list[str], one: Node, other: Node) -> bool:
    """Return whether two bounds of the same strategy certainly overlap."""
    if one.strategy == "h":
        smaller = min(one.modulus, other.modulus)
        return bool(one.remainder % smaller == other.remainder % smaller)
    if one.strategy == "l":
        values = [{read_value(types[0], node) for node in each.listdatums} for each in (one, other)]
        return bool((values[0] & values[1]) - {None})
    first, second = read_range(types, one), read_range(types, other)
    return first is not None and second is not None and first[0] < second[1] and second[0] < first[1]


def read_range(types: list[str], bound: Node) -> tuple[BoundRow, BoundRow] | None:
    """Return the lower and upper bound of a range partition; None if Postgres alone can compare them."""
    if bound.strategy != "r" or any(kind not in _NUMBERS | _TIMES for kind in types):
        return None
    lower = [read_value(*pair) for pair in zip(types, bound.lowerdatums, strict=False)]
    upper = [read_value(*pair) for pair in zip(types, bound.upperdatums, strict=False)]
    if None in lower or None in upper:
        return None
    return tuple(filter(None, lower)), tuple(filter(None, upper))


def read_value(kind: str, node: Node) -> BoundValue | None:
    """Return a value of a bound; None if it is not certain how Postgres reads the constant."""
    if node.WhichOneof("node") == "column_ref":
        infinite = {"minvalue": -1, "maxvalue": 1}.get(next(iter(strings(node.column_ref.fields))))
        return None if infinite is None else (infinite, None)
    if node.WhichOneof("node") == "a_const" and node.a_const.isnull:
        return (0, None)
    value = read_constant(node)
    if kind in _TIMES and isinstance(value, str):
        return (0, value + _MIDNIGHT[len(value) :]) if _TIME.match(value) else None
    if kind in _NUMBERS and not isinstance(value, bool) and value is not None:
        text = str(value).strip()
        return (0, Decimal(text)) if re.fullmatch(r"[+-]?\d+(\.\d+)?", text, re.ASCII) else None
    return (0, value) if kind in _TEXTS and isinstance(value, str) else None
