"""json, which is text."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.typed_columns import TYPING, written
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule


def _check(step: HistoryStep) -> Iterable[Hit]:
    for each in written(step):
        if each.element == "json":
            yield Hit(
                each.place.start,
                f"{each.name} of {each.table} is json: it cannot be compared, and is parsed anew with every look",
                each.place.length,
            )


RULE = Rule(
    name="prefer-jsonb",
    group="types",
    level=Level.INFO,
    summary="A column is json instead of jsonb.",
    why=(
        "Type json has no equality: SELECT DISTINCT, UNION and GROUP BY over it fail. Nor can it be indexed, and "
        "every access parses the text. jsonb drops only blanks, the order of keys and duplicate ones."
    ),
    remedy="Write jsonb, unless the text must stay byte for byte as it came.",
    bad=("CREATE TABLE public.orders (id bigint PRIMARY KEY, details json);",),
    good=("CREATE TABLE public.orders (id bigint PRIMARY KEY, details jsonb);",),
    kinds=TYPING,
    statement=_check,
    known_as=("eugene: E3",),
)
