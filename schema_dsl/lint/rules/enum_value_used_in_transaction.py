"""A value is added to an enum and used in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.enums import uses
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule


def _check(step: HistoryStep) -> Iterable[Hit]:
    for use in uses(step):
        if use.together:
            yield Hit(
                use.offset,
                f"{use.added.value!r} was added to {use.added.name} in the same transaction, in line {use.added.line}: "
                "this fails",
                use.length,
            )


RULE = Rule(
    name="enum-value-used-in-transaction",
    group="script",
    level=Level.ERROR,
    summary="A value is added to an enum and used in the same transaction.",
    why=(
        'Postgres refuses it: "unsafe use of new value". New values must be committed before they are used, unless the '
        "enum itself is made in the same transaction."
    ),
    remedy="COMMIT behind ADD VALUE, or use the value in the next migration.",
    bad=(
        (
            "BEGIN;\n"
            "ALTER TYPE public.mood ADD VALUE IF NOT EXISTS 'calm';\n"
            "SELECT 'calm'::public.mood;\n"
            "COMMIT;"
        ),
    ),
    good=(
        (
            "BEGIN;\n"
            "ALTER TYPE public.mood ADD VALUE IF NOT EXISTS 'calm';\n"
            "COMMIT;\n"
            "SELECT 'calm'::public.mood;"
        ),
        (
            "CREATE TYPE public.weather AS ENUM ('fair');\n"
            "ALTER TYPE public.weather ADD VALUE 'foul';\n"
            "SELECT 'foul'::public.weather;"
        ),
    ),
    statement=_check,
)
