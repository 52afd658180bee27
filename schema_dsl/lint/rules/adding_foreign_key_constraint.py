"""A foreign key whose rows are looked up under a lock."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.alter_commands import added_constraints, shown
from schema_dsl.lint.facts.validation import in_two_steps
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.trees import enumeration
from schema_dsl.lint.rule import Hit, Rule
from schema_dsl.parsing import Node


def _check(step: HistoryStep) -> Iterable[Hit]:
    for each, constraint, column in added_constraints(step, "CONSTR_FOREIGN"):
        # Where the new column is NULL throughout, Postgres knows that there is nothing to look up.
        if constraint.skip_validation or (column and not _has_default(each.definition.column_def)):
            continue
        other = shown(constraint.pktable)
        # ADD COLUMN takes a stronger lock than ADD FOREIGN KEY.
        stops = (
            f"reads and writes of it, and writes to {other}," if column else f"writes to it and to {other}"
        )
        yield Hit(
            each.place.start,
            f"looking up every row of {each.name} stops {stops} until it is done",
            each.place.length,
            edits=in_two_steps(each, constraint),
        )


def _has_default(column: Node) -> bool:
    kinds = enumeration("ConstrType")
    return any(kinds[each.constraint.contype] in _FILLING for each in column.constraints)


_FILLING = frozenset({"CONSTR_DEFAULT", "CONSTR_IDENTITY", "CONSTR_GENERATED"})

RULE = Rule(
    name="adding-foreign-key-constraint",
    group="locks",
    level=Level.WARNING,
    summary="A foreign key is added to an existing table without NOT VALID.",
    why=(
        "ADD FOREIGN KEY takes a SHARE ROW EXCLUSIVE lock on both tables and looks up every row under it, so that "
        "nobody can write to either; ADD COLUMN with a key and a default keeps readers out of its table too. NOT "
        "VALID skips the rows that are there; VALIDATE CONSTRAINT checks them while writes go on."
    ),
    remedy="Add it NOT VALID, then VALIDATE CONSTRAINT in a transaction of its own.",
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
