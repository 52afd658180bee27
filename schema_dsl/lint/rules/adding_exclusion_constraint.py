"""An EXCLUDE constraint is added to an existing table."""

from __future__ import annotations

from schema_dsl.lint.facts.alter_commands import CONSTRAINING_COMMANDS, find_index_builds
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule


def _check(step: HistoryStep) -> Hits:
    return find_index_builds(step, "exclusion", "this EXCLUDE constraint")


RULE = Rule(
    group="locks",
    level=Level.WARNING,
    why=(
        "Postgres builds the index of the constraint under an ACCESS EXCLUSIVE lock. An EXCLUDE constraint "
        "supports neither USING INDEX nor NOT VALID, so adding it to a large table always blocks the table."
    ),
    remedy=(
        "Declare the constraint in CREATE TABLE. For an existing table, add it in a maintenance window, with a "
        "lock_timeout."
    ),
    bad="""
        ALTER TABLE public.bookings
            ADD CONSTRAINT bookings_no_overlap EXCLUDE USING gist (during WITH &&);
    """,
    good="""
        CREATE TABLE IF NOT EXISTS public.bookings (
            id bigint PRIMARY KEY,
            during tstzrange NOT NULL,
            CONSTRAINT bookings_no_overlap EXCLUDE USING gist (during WITH &&)
        );
    """,
    kinds=frozenset({"alter_table_stmt"}),
    commands=CONSTRAINING_COMMANDS,
    statement=_check,
    decided=True,
    known_as=("eugene: E8",),
)
