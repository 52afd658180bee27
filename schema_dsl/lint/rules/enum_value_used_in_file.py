"""A value is added to an enum and used in the same file."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.enums import uses
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule


def _check(step: HistoryStep) -> Iterable[Hit]:
    for use in uses(step):
        if not use.together:
            yield Hit(
                use.offset,
                f"{use.added.value!r} is added to {use.added.name} by this same file (line {use.added.line}): "
                "this fails where the file is run as one transaction",
                use.length,
            )


RULE = Rule(
    name="enum-value-used-in-file",
    group="script",
    level=Level.WARNING,
    summary="A value is added to an enum and used in the same file.",
    why=(
        "Most tools run a file as one transaction, the Supabase CLI among them, and in it Postgres refuses the value: "
        '"unsafe use of new value". Only psql, which commits each statement, takes the file.'
    ),
    remedy="Use the value in the next migration.",
    bad=(("ALTER TYPE public.mood ADD VALUE IF NOT EXISTS 'calm';\nSELECT 'calm'::public.mood;"),),
    good=("ALTER TYPE public.mood ADD VALUE IF NOT EXISTS 'calm';",),
    statement=_check,
)
