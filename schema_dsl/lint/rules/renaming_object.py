"""RENAME of what is neither a table nor a column: functions, types, sequences, schemas, constraints."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.breaking import kind_of, place, renamed, undoes
from schema_dsl.lint.facts.recreated import comes_back
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule

_OTHERS = frozenset({"table", "view", "materialized view", "foreign table"})


def _check(step: HistoryStep) -> Iterable[Hit]:
    found = None if undoes(step) else renamed(step)
    if found is None or found.what in _OTHERS or comes_back(step, kind_of(found.what), found.name):
        return
    marked = place(step)
    yield Hit(
        marked.start,
        f"whoever asks for the {found.what} {found} by its old name fails from here on",
        marked.length,
    )


RULE = Rule(
    name="renaming-object",
    group="data",
    level=Level.WARNING,
    summary="A function, type, sequence or schema that was there before gets another name.",
    why=(
        "What Postgres keeps as a tree, views, policies and defaults, follows. Clients do not, nor do function "
        "bodies, which are kept as text and fail when they are next called."
    ),
    remedy="Leave something under the old name that does the same, until nobody asks for it.",
    bad=(
        "ALTER FUNCTION public.total(bigint) RENAME TO order_total;",
        "ALTER SCHEMA billing RENAME TO invoices;",
    ),
    good=(
        (
            "BEGIN;\n"
            "ALTER FUNCTION public.total(bigint) RENAME TO order_total;\n"
            "CREATE FUNCTION public.total(id bigint) RETURNS numeric\n"
            "    LANGUAGE sql SET search_path = '' AS 'SELECT public.order_total(id)';\n"
            "COMMIT;"
        ),
    ),
    kinds=frozenset({"rename_stmt"}),
    statement=_check,
    known_as=("squawk: renaming-object",),
)
