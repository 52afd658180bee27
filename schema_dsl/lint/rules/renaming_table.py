"""An existing table or view is renamed."""

from __future__ import annotations

from functools import partial

from schema_dsl.lint.facts.breaking import report_rename
from schema_dsl.lint.rule import Level, Rule

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
    statement=partial(report_rename, of_tables=True),
    decided=True,
    known_as=("squawk: renaming-table", "atlas: BC101"),
)
