"""A column is serial instead of GENERATED AS IDENTITY."""

from __future__ import annotations

from schema_dsl.lint.facts.typed_columns import TYPING_COMMANDS, TYPING_KINDS, find_serial_columns
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule


def _check(step: HistoryStep) -> Hits:
    for column in find_serial_columns(step):
        yield column.span.hit(
            f"{column.name} of {column.table} is serial: its sequence has separate privileges and a separate owner"
        )


RULE = Rule(
    group="types",
    level=Level.INFO,
    why=(
        "The type serial is shorthand for a default from a separate sequence. Every role that inserts also needs "
        "USAGE on the sequence, an INSERT with an explicit number can collide with a later one, and CREATE TABLE "
        "... LIKE shares the sequence. The sequence of an identity column belongs to its table."
    ),
    remedy="Use bigint GENERATED ALWAYS AS IDENTITY.",
    bad="CREATE TABLE public.orders (id bigserial PRIMARY KEY);",
    good="CREATE TABLE public.orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);",
    kinds=TYPING_KINDS,
    commands=TYPING_COMMANDS,
    statement=_check,
    known_as=("squawk: prefer-identity",),
)
