"""TRUNCATE ... CASCADE empties tables that the statement does not name."""

from __future__ import annotations

from schema_dsl.analysis.effects import effects
from schema_dsl.lint.facts.breaking import format_object, is_existing_object, is_guarded_by_raise
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule


def _check(step: HistoryStep) -> Hits:
    truncated = [
        effect.identity
        for effect in effects(step.statement)
        if effect.cascade and is_existing_object(step, effect.identity)
    ]
    if truncated and not is_guarded_by_raise(step):
        tables = ", ".join(map(format_object, truncated))
        yield (
            f"this empties {tables} and every table with a direct or indirect foreign key to a truncated table"
        )


RULE = Rule(
    group="data",
    level=Level.WARNING,
    why=(
        "CASCADE follows foreign keys regardless of their ON DELETE action, even RESTRICT and SET NULL. Row "
        "triggers do not fire, and policies do not apply. A foreign key that is added later extends CASCADE to one "
        "more table."
    ),
    remedy="Name every table to empty, without CASCADE.",
    bad="TRUNCATE TABLE public.customers CASCADE;",
    good="""
        SET lock_timeout = '5s';
        SET statement_timeout = '5min';
        TRUNCATE TABLE public.orders, public.customers;
    """,
    kinds=frozenset({"truncate_stmt"}),
    statement=_check,
    known_as=("squawk: ban-truncate-cascade",),
)
