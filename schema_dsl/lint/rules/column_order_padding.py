"""Another column order saves 8 bytes or more per row."""

from __future__ import annotations

from schema_dsl.lint.facts.typed_columns import list_typed_columns
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule

# Length and alignment of fixed-length types, from pg_type.
_FIXED_LENGTH_TYPES = {
    **dict.fromkeys(("int8", "float8", "timestamp", "timestamptz", "time", "money", "pg_lsn"), (8, 8)),
    **dict.fromkeys(("int4", "float4", "date", "oid"), (4, 4)),
    "interval": (16, 8),
    "timetz": (12, 8),
    "uuid": (16, 1),
    "int2": (2, 2),
    "bool": (1, 1),
    "char": (1, 1),
}
_MIN_SAVED_BYTES = 8


def _check(step: HistoryStep) -> Hits:
    sizes = [
        _FIXED_LENGTH_TYPES[column.type]
        for column in list_typed_columns(step)
        if column.type in _FIXED_LENGTH_TYPES
    ]
    saved = _compute_row_length(sizes) - _compute_row_length(sorted(sizes, key=lambda size: -size[1]))
    if saved >= _MIN_SAVED_BYTES:
        message = f"{saved} bytes of each row of {step.tree.relation.relname} are padding between columns"
        yield message


def _compute_row_length(columns: list[tuple[int, int]]) -> int:
    """Return the length of a row: a column starts at a multiple of its alignment, a row ends at a multiple of 8."""
    end = 0
    for length, alignment in columns:
        end = -(-end // alignment) * alignment + length
    return -(-end // 8) * 8


RULE = Rule(
    group="types",
    level=Level.INFO,
    why=(
        "A column starts at a multiple of its alignment: a bigint after a boolean leaves 7 bytes unused. The "
        "column order is fixed when the table is created."
    ),
    remedy=(
        "Put 8-byte columns first, then 4-byte, 2-byte and 1-byte columns, then text, jsonb and other "
        "variable-length types."
    ),
    bad="CREATE TABLE public.orders (paid boolean, id bigint PRIMARY KEY, sent boolean, placed_at timestamptz);",
    good="CREATE TABLE public.orders (id bigint PRIMARY KEY, placed_at timestamptz, paid boolean, sent boolean);",
    kinds=frozenset({"create_stmt"}),
    statement=_check,
    opinion=True,
    known_as=("atlas: PG110",),
)
