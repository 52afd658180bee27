"""A CHECK that is put to every row under a lock."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.alter_commands import added_constraints
from schema_dsl.lint.facts.validation import in_two_steps
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule


def _check(step: HistoryStep) -> Iterable[Hit]:
    # Of a new column, too, every row is looked at, though all have the same value.
    for each, constraint, column in added_constraints(step, "CONSTR_CHECK"):
        if not constraint.skip_validation:
            yield Hit(
                each.place.start,
                f"checking this on every row stops reads and writes of {each.name} until it is done",
                each.place.length,
                remedy=_OF_COLUMN if column else None,
                edits=in_two_steps(each, constraint),
            )


_OF_COLUMN = (
    "Add the column first, then the constraint NOT VALID, then VALIDATE it in a transaction of its own."
)

RULE = Rule(
    name="constraint-missing-not-valid",
    group="locks",
    level=Level.WARNING,
    summary="A CHECK constraint is added to an existing table without NOT VALID.",
    why=(
        "ADD CONSTRAINT takes an ACCESS EXCLUSIVE lock and reads the whole table under it. With NOT VALID it holds "
        "for new rows at once and reads nothing; VALIDATE CONSTRAINT reads the old ones while reads and writes go on."
    ),
    remedy="Add it NOT VALID, then VALIDATE CONSTRAINT in a transaction of its own.",
    bad=(
        "ALTER TABLE public.orders ADD CONSTRAINT orders_total_check CHECK (total >= 0);",
        "ALTER TABLE public.orders ADD COLUMN IF NOT EXISTS rating integer CHECK (rating > 0);",
    ),
    good=(
        (
            "SET lock_timeout = '5s';\n"
            "SET statement_timeout = '5min';\n"
            "ALTER TABLE public.orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;\n"
            "ALTER TABLE public.orders VALIDATE CONSTRAINT orders_total_check;"
        ),
    ),
    kinds=frozenset({"alter_table_stmt"}),
    statement=_check,
    known_as=("squawk: constraint-missing-not-valid", "eugene: E1"),
)
