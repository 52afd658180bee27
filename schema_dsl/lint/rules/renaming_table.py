"""RENAME of a table or view."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.breaking import place, renamed, undoes
from schema_dsl.lint.facts.recreated import comes_back
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule

_KINDS = frozenset({"table", "view", "materialized view", "foreign table"})


def _check(step: HistoryStep) -> Iterable[Hit]:
    found = renamed(step)
    # A view under the old name, or a new table that takes its place, goes on serving those who use it.
    if found is None or found.what not in _KINDS or undoes(step) or comes_back(step, "relation", found.name):
        return
    marked = place(step)
    yield Hit(
        marked.start,
        f"whoever asks for the {found.what} {found} by its old name fails from here on",
        marked.length,
    )


RULE = Rule(
    name="renaming-table",
    group="data",
    level=Level.WARNING,
    summary="A table or view that was there before gets another name.",
    why=(
        "Views, policies and foreign keys follow a renamed table; clients do not, nor do function bodies, which are "
        "kept as text. The old and the new release cannot both run."
    ),
    remedy="Keep the old name as a view (WITH (security_invoker = true)) until nobody asks for it.",
    bad=("ALTER TABLE public.orders RENAME TO purchases;",),
    good=(
        (
            "SET lock_timeout = '5s';\n"
            "SET statement_timeout = '5min';\n"
            "BEGIN;\n"
            "ALTER TABLE public.orders RENAME TO purchases;\n"
            "CREATE VIEW public.orders WITH (security_invoker = true) AS SELECT * FROM public.purchases;\n"
            "COMMIT;"
        ),
    ),
    kinds=frozenset({"rename_stmt"}),
    statement=_check,
    known_as=("squawk: renaming-table", "atlas: BC101"),
)
