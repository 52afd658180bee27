"""Check that a partition takes the constants of a row that an INSERT writes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

from schema_dsl.lint.history.dependent import Dependent
from schema_dsl.lint.history.schema import HistoryRelation
from schema_dsl.lint.semantics.analyzer import HistoryAnalyzer
from schema_dsl.lint.semantics.bound_values import (
    NULL,
    BoundValue,
    is_null,
    list_key_types,
    read_range,
    read_value,
)
from schema_dsl.lint.semantics.known_bounds import list_bounds
from schema_dsl.lint.semantics.partition_bounds import iterate_partitions
from schema_dsl.parsing import Node

_RULE = "partition-bound"
_INTEGERS = frozenset({"int2", "int4", "int8"})


def check_row(
    analyzer: HistoryAnalyzer, relation: HistoryRelation, find_value: Callable[[str], Node | None]
) -> bool:
    """Report a row that no partition takes, or not the partition that an INSERT names; return whether it is reported.

    Args:
        analyzer: The analysis of the statement.
        relation: The table or the partition.
        find_value: Returns the value of a column of the row; None if it is not known.
    """
    parent = analyzer.history.relations.get(relation.partition_of or relation.key)
    if parent is None or not parent.partition_key or parent.partition_strategy not in {"r", "l"}:
        return False
    key = [find_value(name) for name in parent.partition_key]
    types = list_key_types(analyzer.history, parent)
    row = [None if node is None else _read(kind, node) for kind, node in zip(types, key, strict=True)]
    values = [value for value in row if value is not None]
    if len(values) != len(row):
        return False
    message = ""
    if relation is not parent:
        bound = relation.partition_bound
        if bound is not None and _refuses(analyzer, parent, relation, values):
            message = f'new row for relation "{relation}" violates partition constraint'
    elif _may_be_refused(analyzer, parent, types, values):
        partitions = list(iterate_partitions(analyzer, parent))
        if partitions and all(_accepts(types, each.partition_bound, values) is False for each in partitions):
            message = f'no partition of relation "{parent}" found for row'
    if message and _is_known(analyzer, relation, parent):
        shown = ", ".join("null" if value is None else str(value) for _, value in values)
        named = ", ".join(parent.partition_key)
        location = next(
            (node.a_const.location for node in key if node is not None and node.HasField("a_const")), -1
        )
        analyzer.report(
            _RULE, f"{message}: ({named}) = ({shown})", "Create the partition first.", location, ""
        )
        return True
    return False


def _may_be_refused(
    analyzer: HistoryAnalyzer, parent: HistoryRelation, types: list[str], row: Sequence[BoundValue]
) -> bool:
    """Return whether no partition certainly takes a row; the bounds of the partitions have to show that none does."""
    known = list_bounds(analyzer.history, parent, types)
    return not known.has_default and (NULL in row or not known.contain(row))


def _is_known(analyzer: HistoryAnalyzer, relation: HistoryRelation, parent: HistoryRelation) -> bool:
    """Return whether the history certainly knows a partition, or all partitions of a table."""
    schema = analyzer.history
    if relation is not parent:
        return Dependent("table", relation).is_certain(schema) and relation.created_at is not None
    children = [schema.relations.get(key) for key in parent.children if key not in schema.dropped]
    are_certain = all(
        each is not None
        and Dependent("table", each).is_certain(schema)
        and each.schema in schema.fully_known_schemas
        for each in children
    )
    is_certain = parent.fully_known and are_certain and Dependent("table", parent).is_certain(schema)
    is_certain = is_certain and parent.schema in schema.fully_known_schemas
    # A tool or a function may create partitions.
    return is_certain and "pg_partman" not in schema.extensions and not _has_creator(analyzer)


def _has_creator(analyzer: HistoryAnalyzer) -> bool:
    texts = (
        each.statement.text.lower() for each in analyzer.history.all_routines if each.statement is not None
    )
    return any("partition" in text and "execute" in text for text in texts)


def _read(kind: str, node: Node) -> BoundValue | None:
    """Return a value of a row as bounds have it; None if it is not certain."""
    if is_null(node):
        return NULL
    value = read_value(kind, node)
    number = None if value is None else value[1]
    # Postgres rounds other numbers.
    return None if kind in _INTEGERS and isinstance(number, Decimal) and number % 1 else value


def _accepts(types: list[str], bound: Node | None, row: Sequence[BoundValue]) -> bool | None:
    """Return whether the bound of a partition contains a row; None if that is not certain."""
    if bound is None:
        return None
    if bound.is_default:
        return None
    if bound.strategy == "l":
        values = [read_value(types[0], node) for node in bound.listdatums]
        return row[0] in values if None not in values or row[0] in values else None
    if NULL in row:
        return False
    limits = read_range(types, bound)
    return None if limits is None else limits[0] <= tuple(row) < limits[1]


def _refuses(
    analyzer: HistoryAnalyzer, parent: HistoryRelation, partition: HistoryRelation, row: Sequence[BoundValue]
) -> bool:
    """Return whether a partition certainly does not take a row."""
    types, bound = list_key_types(analyzer.history, parent), partition.partition_bound
    if bound is not None and bound.is_default:
        is_comparable = parent.partition_strategy == "l" or NULL not in row
        return is_comparable and list_bounds(analyzer.history, parent, types).contain(row)
    return _accepts(types, bound, row) is False
