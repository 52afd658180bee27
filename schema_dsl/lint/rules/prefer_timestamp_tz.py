"""A time without its zone."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.typed_columns import TYPING, written
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule


def _check(step: HistoryStep) -> Iterable[Hit]:
    for each in written(step):
        if each.element == "timestamp":
            yield Hit(
                each.place.start,
                f"{each.name} of {each.table} keeps what a clock showed, not where: the instant is lost",
                each.place.length,
            )


RULE = Rule(
    name="prefer-timestamp-tz",
    group="types",
    level=Level.WARNING,
    summary="A column is timestamp without time zone.",
    why=(
        "What now() gives becomes, in a timestamp, local time of whichever session wrote it; read by a session in "
        "another zone it is another instant, and an hour a year is ambiguous. timestamptz takes the same 8 "
        "bytes and stores the instant."
    ),
    remedy="Write timestamptz; with values in it, TYPE timestamptz USING name AT TIME ZONE 'UTC'.",
    bad=(
        "CREATE TABLE public.orders (id bigint PRIMARY KEY, placed_at timestamp NOT NULL DEFAULT now());",
        "CREATE TABLE public.orders (id bigint PRIMARY KEY, placed_at timestamp(3) without time zone);",
    ),
    good=(
        "CREATE TABLE public.orders (id bigint PRIMARY KEY, placed_at timestamptz NOT NULL DEFAULT now());",
    ),
    kinds=TYPING,
    statement=_check,
    known_as=("squawk: prefer-timestamp-tz",),
)
