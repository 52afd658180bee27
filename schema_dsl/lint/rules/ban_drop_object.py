"""DROP of what holds no rows of its own, but that others call or read."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.breaking import guarded, kind_of, place, taken, undoes
from schema_dsl.lint.facts.recreated import comes_back
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule

_KINDS = (
    "view",
    "materialized view",
    "foreign table",
    "function",
    "procedure",
    "routine",
    "aggregate",
    "type",
    "domain",
    "sequence",
    "extension",
)


def _check(step: HistoryStep) -> Iterable[Hit]:
    if undoes(step) or guarded(step):
        return
    # DROP and CREATE is how something gets another signature or other columns.
    gone = [each for each in taken(step, *_KINDS) if not comes_back(step, kind_of(each.what), each.name)]
    if gone:
        marked = place(step)
        named = ", ".join(str(each) for each in gone)
        what = gone[0].what if len(gone) == 1 else f"{gone[0].what}s"
        yield Hit(marked.start, f"whoever uses the {what} {named} fails from here on", marked.length)


RULE = Rule(
    name="ban-drop-object",
    group="data",
    level=Level.WARNING,
    summary="A view, function, type, sequence or extension is dropped and not made again.",
    why=(
        "Postgres refuses to drop what something in the database depends on, but it knows nothing of clients, nor of "
        "what function bodies call, which are kept as text."
    ),
    remedy="Drop it a release after the last code that uses it.",
    bad=(
        "DROP VIEW IF EXISTS public.order_totals;",
        "DROP FUNCTION IF EXISTS public.total(bigint);",
        "DROP TYPE IF EXISTS public.mood;",
        "DROP SEQUENCE IF EXISTS public.ticket_numbers;",
        "DROP EXTENSION IF EXISTS pg_trgm;",
    ),
    good=(
        (
            "SET lock_timeout = '5s';\n"
            "SET statement_timeout = '5min';\n"
            "DROP VIEW IF EXISTS public.order_totals;\n"
            "CREATE VIEW public.order_totals WITH (security_invoker = true) AS SELECT sum(total) FROM public.orders;"
        ),
    ),
    kinds=frozenset({"drop_stmt"}),
    statement=_check,
    known_as=(
        "squawk: ban-drop-view",
        "squawk: ban-drop-function",
        "squawk: ban-drop-type",
        "squawk: ban-drop-sequence",
        "squawk: ban-drop-domain",
        "squawk: ban-drop-extension",
    ),
)
