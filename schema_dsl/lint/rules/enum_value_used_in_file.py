"""An enum value that is used in the file that adds it."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.enums import find_enum_value_uses
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule


def _check(step: HistoryStep) -> Iterable[Hit]:
    for use in find_enum_value_uses(step):
        if not use.in_same_transaction:
            yield Hit(
                use.offset,
                f"this file adds {use.added.value!r} to {use.added.name} on line {use.added.line}: "
                "using the value fails if the file runs in one transaction",
                use.length,
            )


RULE = Rule(
    name="enum-value-used-in-file",
    group="script",
    level=Level.WARNING,
    summary="A value is added to an enum and used in the same file.",
    why=(
        "Most tools, for example the Supabase CLI, run a file in one transaction, and Postgres refuses the value "
        'there: "unsafe use of new value". Only psql, which commits each statement, accepts the file.'
    ),
    remedy="Use the value in the next migration.",
    bad=(("ALTER TYPE public.mood ADD VALUE IF NOT EXISTS 'calm';\nSELECT 'calm'::public.mood;"),),
    good=("ALTER TYPE public.mood ADD VALUE IF NOT EXISTS 'calm';",),
    statement=_check,
    decided=True,
)
