"""An existing function, type, sequence or schema is renamed."""

from __future__ import annotations

from functools import partial

from schema_dsl.lint.facts.breaking import report_rename
from schema_dsl.lint.rule import Level, Rule

RULE = Rule(
    group="data",
    level=Level.WARNING,
    why=(
        "Views, policies and defaults follow a renamed object, because Postgres stores them as parse trees. Clients "
        "do not, and neither do function bodies: Postgres stores them as text, and their next call fails."
    ),
    remedy="Keep an equivalent object with the old name until nothing uses it.",
    bad=(
        "ALTER FUNCTION public.total(bigint) RENAME TO order_total;",
        "ALTER SCHEMA billing RENAME TO invoices;",
    ),
    good="""
        BEGIN;
        ALTER FUNCTION public.total(bigint) RENAME TO order_total;
        CREATE FUNCTION public.total(id bigint) RETURNS numeric
            LANGUAGE sql SET search_path = '' AS 'SELECT public.order_total(id)';
        COMMIT;
    """,
    kinds=frozenset({"rename_stmt"}),
    statement=partial(report_rename, of_tables=False),
    decided=True,
    known_as=("squawk: renaming-object",),
)
