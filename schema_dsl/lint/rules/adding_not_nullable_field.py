"""A column of an existing table becomes NOT NULL without a validated CHECK (column IS NOT NULL)."""

from __future__ import annotations

from schema_dsl.lint.facts.alter_commands import CONSTRAINING_COMMANDS, find_alter_commands
from schema_dsl.lint.facts.rewrites import is_known_not_null
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule


def _check(step: HistoryStep) -> Hits:
    for action in find_alter_commands(step):
        for effect in action.effects:
            if effect.identity.kind != "not_null" or not effect.scans or effect.identity.parent is None:
                continue
            name = effect.identity.parent.name
            if not is_known_not_null(step.schema, effect.locked, name):
                yield action.span.hit(
                    f"checking {name} for NULL in every row blocks reads and writes of {action.name}"
                )


RULE = Rule(
    group="locks",
    level=Level.WARNING,
    why=(
        "SET NOT NULL scans the table under an ACCESS EXCLUSIVE lock, and fails if a row holds NULL. Postgres "
        "skips the scan if a validated CHECK (column IS NOT NULL) exists. From Postgres 18 on, NOT NULL itself can "
        "be added as NOT VALID."
    ),
    remedy=(
        "Add CHECK (column IS NOT NULL) NOT VALID, VALIDATE CONSTRAINT, SET NOT NULL, then drop the CHECK. From "
        "Postgres 18 on: ADD CONSTRAINT name NOT NULL column NOT VALID, then VALIDATE CONSTRAINT."
    ),
    bad=(
        "ALTER TABLE public.orders ALTER COLUMN customer_id SET NOT NULL;",
        "ALTER TABLE public.orders ADD CONSTRAINT orders_customer_set NOT NULL customer_id;",
    ),
    good=(
        """
            SET lock_timeout = '5s';
            SET statement_timeout = '5min';
            ALTER TABLE public.orders ADD CONSTRAINT customer_set CHECK (customer_id IS NOT NULL) NOT VALID;
            ALTER TABLE public.orders VALIDATE CONSTRAINT customer_set;
            ALTER TABLE public.orders ALTER COLUMN customer_id SET NOT NULL;
        """,
        """
            SET lock_timeout = '5s';
            SET statement_timeout = '5min';
            ALTER TABLE public.orders ADD CONSTRAINT orders_customer_set NOT NULL customer_id NOT VALID;
            ALTER TABLE public.orders VALIDATE CONSTRAINT orders_customer_set;
        """,
    ),
    kinds=frozenset({"alter_table_stmt"}),
    commands=CONSTRAINING_COMMANDS | {"AT_SetNotNull"},
    statement=_check,
    # A block that replaces objects locks the table anyway; elsewhere the planner writes a check.
    decided=True,
    known_as=("squawk: adding-not-nullable-field", "eugene: E2", "atlas: MF104"),
)
