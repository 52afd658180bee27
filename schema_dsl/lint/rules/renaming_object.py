"""An existing function, type, sequence or schema is renamed."""

from __future__ import annotations

from schema_dsl.analysis.effects.names import sql_words
from schema_dsl.lint.facts.breaking import find_renamed_object, format_object
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule

_TABLE_KINDS = frozenset({"table", "view", "materialized_view", "foreign_table"})


def _check(step: HistoryStep) -> Hits:
    renamed = find_renamed_object(step)
    if renamed is None or renamed.kind in _TABLE_KINDS:
        return
    name = f"{sql_words(renamed.kind)} {format_object(renamed)}"
    message = f"queries that use the {name} by its old name fail after this statement"
    yield message


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
    statement=_check,
    decided=True,
    known_as=("squawk: renaming-object",),
)
