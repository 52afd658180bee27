"""A serial column."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.typed_columns import TYPING, written
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule


def _check(step: HistoryStep) -> Iterable[Hit]:
    for each in written(step):
        if each.serial:
            yield Hit(
                each.place.start,
                f"{each.name} of {each.table} is serial: its sequence has privileges and an owner of its own",
                each.place.length,
            )


RULE = Rule(
    name="prefer-identity",
    group="types",
    level=Level.INFO,
    summary="A column is serial instead of GENERATED AS IDENTITY.",
    why=(
        "The type serial is shorthand for a default on a separate sequence: whoever inserts needs USAGE on that too, "
        "an INSERT may name any number and collide later, and LIKE shares the sequence. An identity column "
        "belongs to its table."
    ),
    remedy="Write bigint GENERATED ALWAYS AS IDENTITY.",
    bad=("CREATE TABLE public.orders (id bigserial PRIMARY KEY);",),
    good=("CREATE TABLE public.orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);",),
    kinds=TYPING,
    statement=_check,
    known_as=("squawk: prefer-identity",),
)
