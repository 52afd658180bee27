"""A foreign key is added to an existing table without NOT VALID."""

from __future__ import annotations

from schema_dsl.lint.facts.alter_commands import (
    CONSTRAINING_COMMANDS,
    find_added_constraints,
    format_relation,
)
from schema_dsl.lint.facts.validation import build_two_step_edits
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule


def _check(step: HistoryStep) -> Hits:
    for action, added in find_added_constraints(step, "foreign_key"):
        # Postgres skips the check if a new column is NULL in every row.
        if not added.scans:
            continue
        target = format_relation(added.node.pktable)
        # ADD COLUMN takes a stronger lock than ADD FOREIGN KEY.
        blocked = (
            f"reads and writes of {action.name} and writes to {target}"
            if action.kind == "AT_AddColumn"
            else f"writes to {action.name} and {target}"
        )
        yield action.span.hit(
            f"checking the foreign key on every row blocks {blocked}",
            edits=build_two_step_edits(action, added.node),
        )


RULE = Rule(
    group="locks",
    level=Level.WARNING,
    why=(
        "ADD FOREIGN KEY takes a SHARE ROW EXCLUSIVE lock on both tables and checks every row under these locks, "
        "which blocks writes to both tables. ADD COLUMN with a foreign key and a default also blocks reads of its "
        "table. NOT VALID skips the existing rows; VALIDATE CONSTRAINT checks them without blocking writes."
    ),
    remedy="Add the constraint as NOT VALID, then run VALIDATE CONSTRAINT in a separate transaction.",
    bad=(
        """
            ALTER TABLE public.orders
                ADD CONSTRAINT orders_customer_fkey FOREIGN KEY (customer_id) REFERENCES public.customers (id);
        """,
        "ALTER TABLE public.orders ADD COLUMN IF NOT EXISTS shop_id bigint DEFAULT 1 REFERENCES public.shops (id);",
    ),
    good="""
        SET lock_timeout = '5s';
        SET statement_timeout = '5min';
        ALTER TABLE public.orders
            ADD CONSTRAINT orders_customer_fkey
                FOREIGN KEY (customer_id) REFERENCES public.customers (id) NOT VALID;
        ALTER TABLE public.orders VALIDATE CONSTRAINT orders_customer_fkey;
    """,
    kinds=frozenset({"alter_table_stmt"}),
    commands=CONSTRAINING_COMMANDS,
    statement=_check,
    decided=True,
    known_as=("squawk: adding-foreign-key-constraint", "eugene: E1"),
)
