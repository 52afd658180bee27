"""An enum column."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.typed_columns import TYPING, TypedColumn, written
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule


def _is_enum(each: TypedColumn) -> bool:
    known = each.step.schema.user_type(each.element)
    return known is not None and known.kind == "enum"


def _check(step: HistoryStep) -> Iterable[Hit]:
    for each in written(step):
        if _is_enum(each):
            yield Hit(
                each.place.start,
                f"{each.name} of {each.table} is the enum {each.element}: values can be added, but never taken away",
                each.place.length,
            )


RULE = Rule(
    name="avoid-enum-columns",
    group="types",
    level=Level.INFO,
    summary="A column is of an enum type.",
    why=(
        "A label cannot be removed nor moved, a new one cannot be used in the transaction that adds it, and "
        "the type cannot be changed without a rewrite. A CHECK over text, or a table with a foreign key, can "
        "be changed like anything else."
    ),
    remedy="Use text with CHECK (name IN (...)), or a table of values and a foreign key.",
    bad=(
        (
            "CREATE TYPE public.mood AS ENUM ('sad', 'happy');\n"
            "CREATE TABLE public.orders (id bigint PRIMARY KEY, mood public.mood);"
        ),
    ),
    good=("CREATE TABLE public.orders (id bigint PRIMARY KEY, mood text CHECK (mood IN ('sad', 'happy')));",),
    kinds=TYPING,
    statement=_check,
    opinion=True,
    known_as=("eugene: W13",),
)
