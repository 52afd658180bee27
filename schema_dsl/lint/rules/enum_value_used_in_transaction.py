"""A value is added to an enum and used in the same transaction."""

from __future__ import annotations

from schema_dsl.lint.facts.enums import changes_enum, find_enum_value_uses
from schema_dsl.lint.rule import HistoryStep, Hit, Hits, Level, Rule


def _check(step: HistoryStep) -> Hits:
    for use in find_enum_value_uses(step):
        if use.in_same_transaction:
            yield Hit(
                use.offset,
                f"this transaction adds {use.added.value!r} to {use.added.name} on line {use.added.line}: "
                "using the value fails before COMMIT",
                use.length,
            )


RULE = Rule(
    group="script",
    level=Level.ERROR,
    why=(
        'Postgres refuses the value: "unsafe use of new value". A new value has to be committed before it is used, '
        "unless the same transaction creates the enum."
    ),
    remedy="COMMIT after ADD VALUE, or use the value in the next migration.",
    bad="""
        BEGIN;
        ALTER TYPE public.mood ADD VALUE IF NOT EXISTS 'calm';
        SELECT 'calm'::public.mood;
        COMMIT;
    """,
    good=(
        """
            BEGIN;
            ALTER TYPE public.mood ADD VALUE IF NOT EXISTS 'calm';
            COMMIT;
            SELECT 'calm'::public.mood;
        """,
        """
            CREATE TYPE public.weather AS ENUM ('fair');
            ALTER TYPE public.weather ADD VALUE 'foul';
            SELECT 'foul'::public.weather;
        """,
    ),
    applies_to=changes_enum,
    statement=_check,
)
