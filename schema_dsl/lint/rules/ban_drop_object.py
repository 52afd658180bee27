"""A view, function, type, sequence or extension is dropped and not recreated."""

from __future__ import annotations

from schema_dsl.analysis.effects.names import sql_words
from schema_dsl.lint.facts.breaking import find_dropped_objects, format_object, is_guarded_by_raise
from schema_dsl.lint.facts.file_names import is_harmless_removal, is_name_given_by_rename
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule

_WITH_THEIR_OWN_RULES = frozenset({"table", "schema"})


def _check(step: HistoryStep) -> Hits:
    if is_guarded_by_raise(step):
        return
    # DROP followed by CREATE changes the signature of a routine or the columns of a view.
    dropped = [
        effect.identity
        for effect in find_dropped_objects(step)
        if effect.identity.kind not in _WITH_THEIR_OWN_RULES
        and not is_harmless_removal(step, effect.identity)
        and not is_name_given_by_rename(step, effect.identity)
    ]
    if dropped:
        object_list = ", ".join(map(format_object, dropped))
        kind = sql_words(dropped[0].kind) + ("" if len(dropped) == 1 else "s")
        yield f"queries that use the {kind} {object_list} fail after this statement"


RULE = Rule(
    group="data",
    level=Level.WARNING,
    why=(
        "Postgres refuses to drop an object while other objects depend on it. It does not know the clients, nor "
        "the objects that a function body uses, because Postgres stores the body as text."
    ),
    remedy="Drop the object one release after the last code that uses it.",
    bad=(
        "DROP VIEW IF EXISTS public.order_totals;",
        "DROP FUNCTION IF EXISTS public.total(bigint);",
        "DROP TYPE IF EXISTS public.mood;",
        "DROP SEQUENCE IF EXISTS public.ticket_numbers;",
        "DROP EXTENSION IF EXISTS pg_trgm;",
    ),
    good="""
        SET lock_timeout = '5s';
        SET statement_timeout = '5min';
        DROP VIEW IF EXISTS public.order_totals;
        CREATE VIEW public.order_totals WITH (security_invoker = true) AS SELECT sum(total) FROM public.orders;
    """,
    kinds=frozenset({"drop_stmt"}),
    statement=_check,
    decided=True,
    known_as=(
        "squawk: ban-drop-view",
        "squawk: ban-drop-function",
        "squawk: ban-drop-type",
        "squawk: ban-drop-sequence",
        "squawk: ban-drop-domain",
        "squawk: ban-drop-extension",
    ),
)
