"""An existing table is dropped, with its rows."""

from __future__ import annotations

from schema_dsl.lint.facts.breaking import find_dropped_objects, format_object, is_guarded_by_raise
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule


def _check(step: HistoryStep) -> Hits:
    dropped = [] if is_guarded_by_raise(step) else list(find_dropped_objects(step, "table"))
    if not dropped:
        return
    cascade_effect = ", and every dependent view and foreign key" if dropped[0].cascade else ""
    tables = ", ".join(format_object(effect.identity) for effect in dropped)
    yield f"this permanently drops {tables} with all rows{cascade_effect}"


RULE = Rule(
    group="data",
    level=Level.WARNING,
    why=(
        "After the commit, only a backup restores the rows. Every client that still queries the table fails, for "
        "example a server that runs the previous release. CASCADE also drops dependent views, foreign keys and "
        "policies."
    ),
    remedy=(
        "Rename the table first and drop it one release later, or drop it in a DO block that raises an exception "
        "if the table holds rows."
    ),
    bad=("DROP TABLE IF EXISTS public.orders;", "DROP TABLE public.orders, public.customers CASCADE;"),
    good=(
        """
            SET lock_timeout = '5s';
            SET statement_timeout = '5min';
            DO $$
            BEGIN
                IF EXISTS (SELECT FROM public.orders) THEN
                    RAISE EXCEPTION 'orders still holds rows';
                END IF;
                DROP TABLE public.orders;
            END
            $$;
        """,
        """
            CREATE TEMPORARY TABLE ids (id bigint PRIMARY KEY);
            DROP TABLE IF EXISTS ids;
        """,
    ),
    kinds=frozenset({"drop_stmt"}),
    statement=_check,
    decided=True,
    known_as=("squawk: ban-drop-table", "atlas: DS102"),
)
