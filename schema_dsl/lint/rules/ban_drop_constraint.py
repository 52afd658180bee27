"""A constraint is dropped and not added again."""

from __future__ import annotations

from schema_dsl.lint.facts.alter_commands import find_dropped_constraints
from schema_dsl.lint.facts.replaced_keys import is_key_needless
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule

_LOSSES = {
    "primary_key": "has no primary key: logical replication refuses UPDATE and DELETE",
    "unique": "accepts duplicates in {columns}, and ON CONFLICT on these columns fails",
    "check": "accepts rows that the check refused",
    "exclusion": "accepts conflicting rows",
}


def _check(step: HistoryStep) -> Hits:
    for action, constraint in find_dropped_constraints(step):
        if constraint is not None and (
            constraint.kind == "foreign_key" or step.is_new_in_migration(constraint.created_at)
        ):
            continue
        if constraint is not None and is_key_needless(step, action.name, action.command.name, constraint):
            continue
        loss = "accepts rows that the constraint refused"
        if constraint is not None:
            loss = _LOSSES.get(constraint.kind, loss).format(columns=", ".join(constraint.columns))
        yield action.span.hit(f"without constraint {action.command.name}, table {action.name} {loss}")


RULE = Rule(
    group="data",
    level=Level.INFO,
    why=(
        "Code that reads the table depends on the constraint: ON CONFLICT and single-row lookups need a unique "
        "constraint, and a check excludes values that the code does not handle."
    ),
    remedy="Add the replacement constraint in the same file.",
    bad="ALTER TABLE public.orders DROP CONSTRAINT IF EXISTS orders_total_check;",
    good="""
        SET lock_timeout = '5s';
        SET statement_timeout = '5min';
        ALTER TABLE public.orders
            DROP CONSTRAINT IF EXISTS orders_total_check,
            ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;
    """,
    kinds=frozenset({"alter_table_stmt"}),
    commands=frozenset({"AT_DropConstraint"}),
    statement=_check,
    decided=True,
    known_as=("squawk: ban-drop-constraint",),
)
