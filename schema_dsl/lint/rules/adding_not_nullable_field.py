"""SET NOT NULL that reads the whole table."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.alter_commands import AlterCommand, added_constraints, altered
from schema_dsl.lint.facts.durations import is_not_null
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.trees import names
from schema_dsl.lint.rule import Hit, Rule


def _check(step: HistoryStep) -> Iterable[Hit]:
    for each in altered(step, "AT_SetNotNull"):
        yield from _judged(each, each.command.name)
    for each, constraint, column in added_constraints(step, "CONSTR_NOTNULL"):
        if not column and not constraint.skip_validation:
            for name in names(constraint.keys):
                yield from _judged(each, name)


def _judged(each: AlterCommand, name: str) -> Iterable[Hit]:
    if is_not_null(each, name):
        return
    yield Hit(
        each.place.start,
        f"looking for a NULL in every row stops reads and writes of {each.name} until it is done",
        each.place.length,
    )


RULE = Rule(
    name="adding-not-nullable-field",
    group="locks",
    level=Level.WARNING,
    summary="SET NOT NULL on an existing table, without a validated CHECK that says so.",
    why=(
        "SET NOT NULL reads the whole table under an ACCESS EXCLUSIVE lock, and fails on the first NULL. It reads "
        "nothing if a validated CHECK (column IS NOT NULL) is there. From Postgres 18 on, NOT NULL itself can be "
        "added NOT VALID."
    ),
    remedy=(
        "Add CHECK (column IS NOT NULL) NOT VALID, VALIDATE CONSTRAINT, SET NOT NULL, then drop the CHECK; "
        "from Postgres 18 on ADD CONSTRAINT name NOT NULL column NOT VALID, then VALIDATE CONSTRAINT."
    ),
    bad=(
        "ALTER TABLE public.orders ALTER COLUMN customer_id SET NOT NULL;",
        "ALTER TABLE public.orders ADD CONSTRAINT orders_customer_set NOT NULL customer_id;",
    ),
    good=(
        (
            "SET lock_timeout = '5s';\n"
            "SET statement_timeout = '5min';\n"
            "ALTER TABLE public.orders ADD CONSTRAINT customer_set CHECK (customer_id IS NOT NULL) NOT VALID;\n"
            "ALTER TABLE public.orders VALIDATE CONSTRAINT customer_set;\n"
            "ALTER TABLE public.orders ALTER COLUMN customer_id SET NOT NULL;"
        ),
        (
            "SET lock_timeout = '5s';\n"
            "SET statement_timeout = '5min';\n"
            "ALTER TABLE public.orders ADD CONSTRAINT orders_customer_set NOT NULL customer_id NOT VALID;\n"
            "ALTER TABLE public.orders VALIDATE CONSTRAINT orders_customer_set;"
        ),
    ),
    kinds=frozenset({"alter_table_stmt"}),
    statement=_check,
    known_as=("squawk: adding-not-nullable-field", "eugene: E2", "atlas: MF104"),
)
