"""RENAME of an existing table or view."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.breaking import find_renamed_object, find_step_first_line, is_rollback_file
from schema_dsl.lint.facts.recreated import is_recreated
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule

_KINDS = frozenset({"table", "view", "materialized view", "foreign table"})


def _check(step: HistoryStep) -> Iterable[Hit]:
    renamed = find_renamed_object(step)
    # A view or a new table with the old name keeps existing queries working.
    if (
        renamed is None
        or renamed.kind not in _KINDS
        or is_rollback_file(step)
        or is_recreated(step, "relation", renamed.name)
    ):
        return
    span = find_step_first_line(step)
    yield Hit(
        span.start,
        f"queries that use the {renamed.kind} {renamed} by its old name fail after this statement",
        span.length,
    )


RULE = Rule(
    name="renaming-table",
    group="data",
    level=Level.WARNING,
    summary="An existing table or view is renamed.",
    why=(
        "Views, policies and foreign keys follow a renamed table. Clients do not, and neither do function bodies, "
        "which Postgres stores as text. The old and the new release of an application cannot run at the same time."
    ),
    remedy="Keep the old name as a view (WITH (security_invoker = true)) until nothing uses it.",
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
