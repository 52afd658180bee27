"""A UNIQUE constraint is added to an existing table without USING INDEX."""

from __future__ import annotations

from schema_dsl.lint.facts.alter_commands import CONSTRAINING_COMMANDS, find_index_builds
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule


def _check(step: HistoryStep) -> Hits:
    return find_index_builds(step, "unique", "this UNIQUE constraint")


RULE = Rule(
    group="locks",
    level=Level.WARNING,
    why=(
        "ADD UNIQUE builds its index under an ACCESS EXCLUSIVE lock, which blocks reads too; CREATE INDEX takes a "
        "SHARE lock. If the column holds duplicates, the statement fails after the scan. USING INDEX attaches an "
        "index that was built CONCURRENTLY."
    ),
    remedy="CREATE UNIQUE INDEX CONCURRENTLY first, then ADD CONSTRAINT ... UNIQUE USING INDEX.",
    bad=(
        "ALTER TABLE public.orders ADD CONSTRAINT orders_number_key UNIQUE (number);",
        "ALTER TABLE public.orders ADD COLUMN IF NOT EXISTS reference text UNIQUE;",
    ),
    good="""
        CREATE UNIQUE INDEX CONCURRENTLY orders_number_key ON public.orders (number);
        SET lock_timeout = '5s';
        SET statement_timeout = '5min';
        ALTER TABLE public.orders ADD CONSTRAINT orders_number_key UNIQUE USING INDEX orders_number_key;
    """,
    kinds=frozenset({"alter_table_stmt"}),
    commands=CONSTRAINING_COMMANDS,
    statement=_check,
    decided=True,
    known_as=(
        "squawk: disallowed-unique-constraint",
        "eugene: E7",
        "atlas: MF101",
    ),
)
