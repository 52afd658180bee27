"""A CHECK constraint is added to an existing table without NOT VALID."""

from __future__ import annotations

from schema_dsl.lint.facts.alter_commands import CONSTRAINING_COMMANDS, find_added_constraints
from schema_dsl.lint.facts.validation import build_two_step_edits
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule


def _check(step: HistoryStep) -> Hits:
    # Postgres checks every row for a new column too, although all rows have the same value.
    for action, added in find_added_constraints(step, "check"):
        if added.scans:
            yield action.span.hit(
                f"checking this constraint on every row blocks reads and writes of {action.name}",
                remedy=_NEW_COLUMN_REMEDY if action.kind == "AT_AddColumn" else None,
                edits=build_two_step_edits(action, added.node),
            )


_NEW_COLUMN_REMEDY = (
    "Add the column, then the constraint as NOT VALID, "
    "then run VALIDATE CONSTRAINT in a separate transaction."
)

RULE = Rule(
    group="locks",
    level=Level.WARNING,
    why=(
        "ADD CONSTRAINT takes an ACCESS EXCLUSIVE lock and scans the table under this lock. A NOT VALID constraint "
        "applies to new rows at once, without a scan. VALIDATE CONSTRAINT checks the existing rows without "
        "blocking reads and writes."
    ),
    remedy="Add the constraint as NOT VALID, then run VALIDATE CONSTRAINT in a separate transaction.",
    bad=(
        "ALTER TABLE public.orders ADD CONSTRAINT orders_total_check CHECK (total >= 0);",
        "ALTER TABLE public.orders ADD COLUMN IF NOT EXISTS rating integer CHECK (rating > 0);",
    ),
    good="""
        SET lock_timeout = '5s';
        SET statement_timeout = '5min';
        ALTER TABLE public.orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;
        ALTER TABLE public.orders VALIDATE CONSTRAINT orders_total_check;
    """,
    kinds=frozenset({"alter_table_stmt"}),
    commands=CONSTRAINING_COMMANDS,
    statement=_check,
    known_as=("squawk: constraint-missing-not-valid", "eugene: E1"),
)
