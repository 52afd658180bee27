"""An existing table or view is renamed."""

from __future__ import annotations

from schema_dsl.analysis.effects.names import sql_words
from schema_dsl.lint.facts.breaking import find_renamed_object, format_object
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule

_KINDS = frozenset({"table", "view", "materialized_view", "foreign_table"})


def _check(step: HistoryStep) -> Hits:
    renamed = find_renamed_object(step)
    if renamed is None or renamed.kind not in _KINDS:
        return
    name = f"{sql_words(renamed.kind)} {format_object(renamed)}"
    message = f"queries that use the {name} by its old name fail after this statement"
    yield message


RULE = Rule(
    group="data",
    level=Level.WARNING,
    why=(
        "Views, policies and foreign keys follow a renamed table. Clients do not, and neither do function bodies, "
        "which Postgres stores as text. The old and the new release of an application cannot run at the same time."
    ),
    remedy="Keep the old name as a view (WITH (security_invoker = true)) until nothing uses it.",
    bad="ALTER TABLE public.orders RENAME TO purchases;",
    good="""
        SET lock_timeout = '5s';
        SET statement_timeout = '5min';
        BEGIN;
        ALTER TABLE public.orders RENAME TO purchases;
        CREATE VIEW public.orders WITH (security_invoker = true) AS SELECT * FROM public.purchases;
        COMMIT;
    """,
    kinds=frozenset({"rename_stmt"}),
    statement=_check,
    decided=True,
    known_as=("squawk: renaming-table", "atlas: BC101"),
)
