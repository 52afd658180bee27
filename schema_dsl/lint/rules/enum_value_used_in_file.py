"""A value is added to an enum and used in the same file."""

from __future__ import annotations

from schema_dsl.lint.facts.enums import changes_enum, find_enum_value_uses
from schema_dsl.lint.rule import HistoryStep, Hit, Hits, Level, Rule


def _check(step: HistoryStep) -> Hits:
    for use in find_enum_value_uses(step):
        if not use.in_same_transaction:
            yield Hit(
                use.offset,
                f"this file adds {use.added.value!r} to {use.added.name} on line {use.added.line}: "
                "using the value fails if the file runs in one transaction",
                use.length,
            )


RULE = Rule(
    group="script",
    level=Level.WARNING,
    why=(
        "Most tools, for example the Supabase CLI, run a file in one transaction, and Postgres refuses the value "
        'there: "unsafe use of new value". Only psql, which commits each statement, accepts the file.'
    ),
    remedy="Use the value in the next migration.",
    bad="""
        ALTER TYPE public.mood ADD VALUE IF NOT EXISTS 'calm';
        SELECT 'calm'::public.mood;
    """,
    good="ALTER TYPE public.mood ADD VALUE IF NOT EXISTS 'calm';",
    applies_to=changes_enum,
    statement=_check,
    decided=True,
)
