"""A text type with a limit that is hard to change."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.grants import listed
from schema_dsl.lint.facts.typed_columns import TYPING, written
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule


def _check(step: HistoryStep) -> Iterable[Hit]:
    found = [each for each in written(step) if each.element == "varchar" and each.modifiers]
    if found:
        # A table that has one mostly has many, and what is to be said of them is the same.
        what = "is limited by its type" if len(found) == 1 else "are limited by their types"
        named = listed(each.name for each in found)
        yield Hit(
            found[0].place.start,
            f"{named} of {found[0].table} {what}: another limit is a change of type",
            found[0].place.length,
        )


RULE = Rule(
    name="prefer-text-field",
    group="types",
    level=Level.INFO,
    summary="A column is varchar(n) instead of text.",
    why=(
        "The two are stored alike and equally fast. A lower limit rewrites the table, and no view on the "
        "column lets its type be changed. A CHECK can be replaced without either."
    ),
    remedy="Write text, with CHECK (char_length(name) <= n) where there must be a limit.",
    bad=("CREATE TABLE public.orders (id bigint PRIMARY KEY, state varchar(20));",),
    good=(
        "CREATE TABLE public.orders (id bigint PRIMARY KEY, state text CHECK (char_length(state) <= 20));",
    ),
    kinds=TYPING,
    statement=_check,
    known_as=("squawk: prefer-text-field",),
)
