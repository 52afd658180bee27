"""REFRESH MATERIALIZED VIEW without CONCURRENTLY."""

from __future__ import annotations

from schema_dsl.analysis.effects import effects
from schema_dsl.lint.facts.breaking import format_object, is_existing_object
from schema_dsl.lint.facts.positions import find_first_line
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule


def _check(step: HistoryStep) -> Hits:
    refreshed = effects(step.statement)[0].identity
    if step.tree.concurrent or not is_existing_object(step, refreshed):
        return
    if step.tree.skip_data:
        yield find_first_line(step.statement).hit(
            f"this removes the rows of {format_object(refreshed)}: Postgres refuses reads until the next REFRESH",
            "Leave out WITH NO DATA, unless no query reads the view.",
        )
    else:
        yield f"this blocks reads of {format_object(refreshed)} until its query has run"


RULE = Rule(
    group="locks",
    level=Level.WARNING,
    why=(
        "REFRESH holds an ACCESS EXCLUSIVE lock while the query runs, so every query on the view waits. With "
        "CONCURRENTLY, reads continue with the old rows."
    ),
    remedy=(
        "Use REFRESH MATERIALIZED VIEW CONCURRENTLY. It needs a unique index on columns, without WHERE, and a view "
        "that has been populated."
    ),
    bad=(
        "REFRESH MATERIALIZED VIEW public.totals;",
        "REFRESH MATERIALIZED VIEW public.totals WITH NO DATA;",
    ),
    good="REFRESH MATERIALIZED VIEW CONCURRENTLY public.totals;",
    kinds=frozenset({"refresh_mat_view_stmt"}),
    statement=_check,
)
