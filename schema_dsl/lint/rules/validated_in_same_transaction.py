"""A constraint is added NOT VALID and validated in one transaction."""

from __future__ import annotations

from schema_dsl.analysis.effects import effects
from schema_dsl.lint.facts.alter_commands import find_alter_commands
from schema_dsl.lint.facts.transactions import is_run_in_one_transaction
from schema_dsl.lint.rule import HistoryStep, Hits, Level, Rule


def _check(step: HistoryStep) -> Hits:
    is_new = step.is_new_in_file if is_run_in_one_transaction(step.source) else step.is_new_in_transaction
    for validation in find_alter_commands(step, "AT_ValidateConstraint"):
        name = validation.command.name
        relation = validation.relation
        constraint = relation.constraints.get(name) if relation is not None else None
        is_added_here = name in _list_added_names(step) or (
            constraint is not None and is_new(constraint.created_at)
        )
        if is_added_here and not (relation is not None and is_new(relation.created_at)):
            yield validation.span.hit(
                f"{name} is validated in the transaction that adds it, "
                f"so {validation.name} stays locked while Postgres scans every row"
            )


def _list_added_names(step: HistoryStep) -> set[str]:
    """Return the names of the constraints that the statement adds."""
    return {
        effect.identity.name
        for effect in effects(step.statement)
        if effect.creates and effect.command is not None and effect.command.kind == "AT_AddConstraint"
    }


RULE = Rule(
    group="locks",
    level=Level.WARNING,
    why=(
        "Postgres holds locks until the transaction ends. VALIDATE CONSTRAINT itself does not block writes, but the "
        "lock of ADD CONSTRAINT in the same transaction does, so the two steps block as long as one."
    ),
    remedy="COMMIT between the two statements, or run VALIDATE CONSTRAINT in the next migration.",
    bad="""
        BEGIN;
        SET LOCAL lock_timeout = '5s';
        ALTER TABLE public.orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;
        ALTER TABLE public.orders VALIDATE CONSTRAINT orders_total_check;
        COMMIT;
    """,
    good="""
        SET lock_timeout = '5s';
        SET statement_timeout = '5min';
        ALTER TABLE public.orders ADD CONSTRAINT orders_total_check CHECK (total >= 0) NOT VALID;
        ALTER TABLE public.orders VALIDATE CONSTRAINT orders_total_check;
    """,
    kinds=frozenset({"alter_table_stmt"}),
    commands=frozenset({"AT_ValidateConstraint"}),
    statement=_check,
    known_as=("squawk: constraint-missing-not-valid",),
)
