"""The values in the bounds of partitions, as Python compares them."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final, TypeAlias

from schema_dsl.analysis.coercion import base_type
from schema_dsl.analysis.literal_syntax import complete_time
from schema_dsl.lint.history.schema import HistoryColumn, HistoryRelation, HistorySchema
from schema_dsl.lint.semantics.refused_values import read_constant
from schema_dsl.parsing import Node
from schema_dsl.parsing.grammar import strings

_TIMES = frozenset({"date", "timestamp", "timestamptz"})
_NUMBERS = frozenset({"int2", "int4", "int8", "numeric"})
# Postgres sorts texts by a collation, so we only compare whether they are equal.
_TEXTS = frozenset({"text", "varchar"})
BoundValue: TypeAlias = "tuple[int, Decimal | str | None]"
"""A value of a bound, which sorts after MINVALUE (-1) and before MAXVALUE (1)."""
BoundRow: TypeAlias = tuple[BoundValue, ...]
NULL: Final[BoundValue] = (0, None)


def list_key_types(schema: HistorySchema, parent: HistoryRelation) -> list[str]:
    """Return the type of each column of a partition key, text for an enum, and "" for an unknown type."""
    return [_find_type(schema, parent.columns.get(name)) for name in parent.partition_key]


def _find_type(schema: HistorySchema, column: HistoryColumn | None) -> str:
    base = None if column is None else base_type(schema, column.type)
    user_type = schema.find_user_type(base) if base is not None else None
    return "text" if user_type is not None and user_type.kind == "enum" else base or ""


def read_range(types: list[str], bound: Node) -> tuple[BoundRow, BoundRow] | None:
    """Return the lower and upper bound of a range partition; None if Postgres alone can compare them."""
    if bound.strategy != "r" or any(kind not in _NUMBERS | _TIMES for kind in types):
        return None
    lower = [read_value(*pair) for pair in zip(types, bound.lowerdatums, strict=False)]
    upper = [read_value(*pair) for pair in zip(types, bound.upperdatums, strict=False)]
    if None in lower or None in upper or NULL in lower or NULL in upper:
        return None
    return tuple(filter(None, lower)), tuple(filter(None, upper))


def is_null(node: Node) -> bool:
    """Return whether a value is the constant NULL."""
    return bool(node.WhichOneof("node") == "a_const" and node.a_const.isnull)


def read_value(kind: str, node: Node) -> BoundValue | None:
    """Return a value of a bound; None if it is not certain how Postgres reads the constant."""
    if node.WhichOneof("node") == "column_ref":
        infinite = {"minvalue": -1, "maxvalue": 1}.get(next(iter(strings(node.column_ref.fields))))
        return None if infinite is None else (infinite, None)
    if is_null(node):
        return NULL
    value = read_constant(node)
    if kind in _TIMES and isinstance(value, str):
        time = complete_time(value)
        return None if time is None else (0, time)
    if kind in _NUMBERS and not isinstance(value, bool) and value is not None:
        text = str(value).strip()
        return (0, Decimal(text)) if re.fullmatch(r"[+-]?\d+(\.\d+)?", text, re.ASCII) else None
    return (0, value) if kind in _TEXTS and isinstance(value, str) else None
