"""Columns in an order that costs room in every row."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.positions import head
from schema_dsl.lint.facts.typed_columns import written
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule

# Length and alignment of types that are always as long, as pg_type has them.
_FIXED = {
    **dict.fromkeys(("int8", "float8", "timestamp", "timestamptz", "time", "money", "pg_lsn"), (8, 8)),
    **dict.fromkeys(("int4", "float4", "date", "oid"), (4, 4)),
    "interval": (16, 8),
    "timetz": (12, 8),
    "uuid": (16, 1),
    "int2": (2, 2),
    "bool": (1, 1),
    "char": (1, 1),
}
_WORTH = 8


def _check(step: HistoryStep) -> Iterable[Hit]:
    fixed = [_FIXED[each.type] for each in written(step) if each.type in _FIXED]
    saved = _width(fixed) - _width(sorted(fixed, key=lambda each: -each[1]))
    if saved >= _WORTH:
        place = head(step.statement)
        message = f"{saved} bytes of each row of {step.tree.relation.relname} are padding between columns"
        yield Hit(place.start, message, place.length)


def _width(columns: list[tuple[int, int]]) -> int:
    """Add up columns, each at the next offset that its alignment divides; a row ends at one that 8 divides."""
    end = 0
    for length, alignment in columns:
        end = -(-end // alignment) * alignment + length
    return -(-end // 8) * 8


RULE = Rule(
    name="column-order-padding",
    group="types",
    level=Level.INFO,
    summary="Another order of columns would save eight bytes or more of every row.",
    why=(
        "A column starts at an offset that its alignment divides: a bigint behind a boolean leaves seven bytes "
        "empty. The order can only be chosen when the table is made."
    ),
    remedy="Put columns of 8 bytes first, then those of 4, 2 and 1, then text, jsonb and other types without a length.",
    bad=(
        "CREATE TABLE public.orders (paid boolean, id bigint PRIMARY KEY, sent boolean, placed_at timestamptz);",
    ),
    good=(
        "CREATE TABLE public.orders (id bigint PRIMARY KEY, placed_at timestamptz, paid boolean, sent boolean);",
    ),
    kinds=frozenset({"create_stmt"}),
    statement=_check,
    opinion=True,
    known_as=("atlas: PG110",),
)
