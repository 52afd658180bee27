"""NOT VALID that gains nothing."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.lint.facts.alter_commands import altered
from schema_dsl.lint.facts.transactions import is_run_as_one
from schema_dsl.lint.finding import Level
from schema_dsl.lint.history.alter_table import definition
from schema_dsl.lint.history.replay import HistoryStep
from schema_dsl.lint.history.trees import enumeration
from schema_dsl.lint.rule import Hit, Rule


def _check(step: HistoryStep) -> Iterable[Hit]:
    is_new = step.new_in_file if is_run_as_one(step.source) else step.new_in_transaction
    for each in altered(step, "AT_ValidateConstraint"):
        name = each.command.name
        relation = each.relation
        known = relation.constraints.get(name) if relation is not None else None
        here = name in _added(step) or (known is not None and is_new(known.made))
        if here and not (relation is not None and is_new(relation.made)):
            yield Hit(
                each.place.start,
                f"{name} is validated in the transaction that added it: "
                f"{each.name} stays locked while every row is read",
                each.place.length,
            )


def _added(step: HistoryStep) -> set[str]:
    """Give the names of the constraints that the same statement adds."""
    subtypes = enumeration("AlterTableType")
    found = [each.alter_table_cmd for each in step.tree.cmds]
    return {
        definition(command).constraint.conname
        for command in found
        if subtypes[command.subtype] == "AT_AddConstraint"
    }


RULE = Rule(
    name="validated-in-same-transaction",
    group="locks",
    level=Level.WARNING,
    summary="A constraint is added NOT VALID and validated in one transaction.",
    why=(
        "Locks are kept until the transaction ends. VALIDATE CONSTRAINT itself lets writes through, but the lock of "
        "ADD CONSTRAINT, taken before in the same transaction, does not: the two steps cost as much as one."
    ),
    remedy="COMMIT between the two, or VALIDATE CONSTRAINT in the next migration.",
    bad=(
        (
            "BEGIN;\n"
            "SET LOCAL lock_timeout = '5s';\n"
            "ALTER TABLE public.orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;\n"
            "ALTER TABLE public.orders VALIDATE CONSTRAINT orders_total_check;\n"
            "COMMIT;"
        ),
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
    known_as=("squawk: constraint-missing-not-valid",),
)
