"""ALTER ... SET SCHEMA."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.breaking import kind_of, place, renamed, undoes
from schema_dsl.lint.facts.recreated import comes_back
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule


def _check(step: HistoryStep) -> Iterable[Hit]:
    found = None if undoes(step) else renamed(step)
    if found is None or comes_back(step, kind_of(found.what), found.name):
        return
    marked = place(step)
    yield Hit(
        marked.start,
        f"{found.what} {found} is no longer where others look for it: it moves to {step.tree.newschema}",
        marked.length,
    )


RULE = Rule(
    name="ban-set-schema",
    group="data",
    level=Level.WARNING,
    summary="Something that was there before moves to another schema.",
    why=(
        "Views and policies follow; clients, function bodies and search paths do not. Moved out of an API schema, "
        "it is gone from the API; moved into one, it is published with whatever privileges it has."
    ),
    remedy="Leave a view or function under the old name until nobody asks for it.",
    bad=(
        "ALTER TABLE public.orders SET SCHEMA shop;",
        "ALTER FUNCTION public.total(bigint) SET SCHEMA shop;",
    ),
    good=(
        (
            "CREATE TABLE public.orders (id bigint PRIMARY KEY);\n"
            "CREATE SCHEMA shop;\n"
            "ALTER TABLE public.orders SET SCHEMA shop;"
        ),
    ),
    kinds=frozenset({"alter_object_schema_stmt"}),
    statement=_check,
    known_as=("squawk: ban-set-schema",),
)
