"""A column has type char(n)."""

from __future__ import annotations

from schema_dsl.lint.facts.grants import format_list
from schema_dsl.lint.facts.typed_columns import TYPING_COMMANDS, TYPING_KINDS, find_columns_of
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule


def _check(step: HistoryStep) -> Hits:
    padded = [column for column in find_columns_of(step, "bpchar") if column.modifiers]
    if padded:
        noun = "column" if len(padded) == 1 else "columns"
        table, names = padded[0].table, format_list(column.name for column in padded)
        yield padded[0].span.hit(
            f"Postgres pads {noun} {names} of {table} with blanks, which comparisons ignore and LIKE does not",
            topic=table,
        )


RULE = Rule(
    group="types",
    level=Level.WARNING,
    why=(
        "char(n) pads values with blanks, which takes space, and functions treat trailing blanks differently: "
        "length() ignores them, octet_length() and LIKE do not. char(n) is not faster than text."
    ),
    remedy="Use text, with CHECK (char_length(name) = n) if the length is fixed.",
    bad=(
        "CREATE TABLE public.orders (id bigint PRIMARY KEY, currency char(3));",
        "ALTER TABLE public.orders ADD COLUMN IF NOT EXISTS flag character(1);",
    ),
    good=(
        "CREATE TABLE public.orders (id bigint PRIMARY KEY, currency text CHECK (char_length(currency) = 3));",
        'CREATE TABLE public.orders (id bigint PRIMARY KEY, kind "char");',
    ),
    kinds=TYPING_KINDS,
    commands=TYPING_COMMANDS,
    statement=_check,
    known_as=("squawk: ban-char-field",),
)
