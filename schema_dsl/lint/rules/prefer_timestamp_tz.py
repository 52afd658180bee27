"""A column is timestamp without time zone."""

from __future__ import annotations

from schema_dsl.lint.facts.grants import format_list
from schema_dsl.lint.facts.typed_columns import TYPING_COMMANDS, TYPING_KINDS, find_columns_of
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule


def _check(step: HistoryStep) -> Hits:
    local = find_columns_of(step, "timestamp")
    if local:
        effect = (
            "stores a local time without its time zone, so the instant is lost"
            if len(local) == 1
            else "store local times without their time zone, so the instants are lost"
        )
        table, names = local[0].table, format_list(column.name for column in local)
        yield local[0].span.hit(f"{names} of {table} {effect}", topic=table)


RULE = Rule(
    group="types",
    level=Level.WARNING,
    why=(
        "A timestamp that is set to now() contains the local time of the session that wrote it. A session in "
        "another time zone reads a different instant, and one hour a year is ambiguous. timestamptz stores the "
        "instant, in the same 8 bytes."
    ),
    remedy="Use timestamptz. Convert existing values with TYPE timestamptz USING name AT TIME ZONE 'UTC'.",
    bad=(
        "CREATE TABLE public.orders (id bigint PRIMARY KEY, placed_at timestamp NOT NULL DEFAULT now());",
        "CREATE TABLE public.orders (id bigint PRIMARY KEY, placed_at timestamp(3) without time zone);",
    ),
    good="CREATE TABLE public.orders (id bigint PRIMARY KEY, placed_at timestamptz NOT NULL DEFAULT now());",
    kinds=TYPING_KINDS,
    commands=TYPING_COMMANDS,
    statement=_check,
    known_as=("squawk: prefer-timestamp-tz",),
)
