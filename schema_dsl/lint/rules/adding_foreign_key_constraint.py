"""A foreign key that checks every existing row under a lock."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.analysis.trees import enumeration
from schema_dsl.lint.facts.alter_commands import find_added_constraints, format_relation
from schema_dsl.lint.facts.validation import build_two_step_edits
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.rule import Hit, Rule
from schema_dsl.parsing import Node


def _check(step: HistoryStep) -> Iterable[Hit]:
    for action, constraint, column in find_added_constraints(step, "CONSTR_FOREIGN"):
        # Postgres skips the check if a new column is NULL in every row.
        if constraint.skip_validation or (column and not _has_default(action.definition.column_def)):
            continue
        target = format_relation(constraint.pktable)
        # ADD COLUMN takes a stronger lock than ADD FOREIGN KEY.
        blocked = (
            f"reads and writes of {action.name} and writes to {target}"
            if column
            else f"writes to {action.name} and {target}"
        )
        yield Hit(
            action.span.start,
            f"checking the foreign key on every row blocks {blocked}",
            action.span.length,
            edits=build_two_step_edits(action, constraint),
        )


def _has_default(column: Node) -> bool:
    kinds = enumeration("ConstrType")
    return any(kinds[wrapped.constraint.contype] in _DEFAULT_KINDS for wrapped in column.constraints)


_DEFAULT_KINDS = frozenset({"CONSTR_DEFAULT", "CONSTR_IDENTITY", "CONSTR_GENERATED"})

RULE = Rule(
    name="adding-foreign-key-constraint",
    group="locks",
    level=Level.WARNING,
    summary="A foreign key is added to an existing table without NOT VALID.",
    why=(
        "ADD FOREIGN KEY takes a SHARE ROW EXCLUSIVE lock on both tables and checks every row under these locks, "
        "which blocks writes to both tables. ADD COLUMN with a foreign key and a default also blocks reads of its "
        "table. NOT VALID skips the existing rows; VALIDATE CONSTRAINT checks them without blocking writes."
    ),
    remedy="Add the constraint as NOT VALID, then run VALIDATE CONSTRAINT in a separate transaction.",
    bad=(
        (
            "ALTER TABLE public.orders\n"
            "    ADD CONSTRAINT orders_customer_fkey FOREIGN KEY (customer_id) REFERENCES public.customers (id);"
        ),
        "ALTER TABLE public.orders ADD COLUMN IF NOT EXISTS shop_id bigint DEFAULT 1 REFERENCES public.shops (id);",
    ),
    good=(
        (
            "SET lock_timeout = '5s';\n"
            "SET statement_timeout = '5min';\n"
            "ALTER TABLE public.orders\n"
            "    ADD CONSTRAINT orders_customer_fkey\n"
            "        FOREIGN KEY (customer_id) REFERENCES public.customers (id) NOT VALID;\n"
            "ALTER TABLE public.orders VALIDATE CONSTRAINT orders_customer_fkey;"
        ),
    ),
    kinds=frozenset({"alter_table_stmt"}),
    statement=_check,
    known_as=("squawk: adding-foreign-key-constraint", "eugene: E1"),
)
