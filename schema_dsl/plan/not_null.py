"""The steps that make a column NOT NULL on a table with rows, without a scan under a lock that blocks reads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.names import choose_default_name
from schema_dsl.plan.constraints import build_validation
from schema_dsl.plan.data_loss import build_loss
from schema_dsl.plan.names import end_line_comment, quote_relation
from schema_dsl.plan.step import Hazard, Loss, Step, TransactionMode
from schema_dsl.sql import Sql, identifier, literal


def build_not_null_steps(identity: Identity, column: Any, rank: int) -> Iterable[Step]:
    """Build the steps: fill the NULLs as `backfill=` says, prove by a check that none is left, then set NOT NULL.

    Without `backfill=`, a guard stops the migration with the number of rows before it changes anything.

    Args:
        identity: The identity of the column.
        column: The wanted column.
        rank: The rank of the steps.
    """
    relation, name = quote_relation(identity), identifier(identity.name)
    # A NOT NULL constraint has the name that ends with "not_null" since Postgres 18.
    check = choose_default_name(identity.relation[1], [identity.name], "is_not_null", lambda _: False)
    values = {"relation": relation, "column": name, "check": identifier(check)}

    def step(template: str, lock: str, effect: str, *, loss: Loss | None = None) -> Step:
        hazard = Hazard(identity.relation, lock, effect)
        return Step(identity, template, values, rank, (hazard,), loss)

    if column.backfill is not None:
        yield _build_backfill(identity, column.backfill, rank)
    loss = _build_loss(identity, relation, name) if column.backfill is None else None
    brief = "brief; NOT VALID scans no rows"
    yield step("column/add_not_null_check", "AccessExclusiveLock", brief, loss=loss)
    effect = "scans the table without blocking reads or writes; fails if a value is NULL"
    yield build_validation(identity, check, rank, effect, separate_transaction=False)
    yield step("column/set_not_null", "AccessExclusiveLock", "brief; the check proves that no value is NULL")


def _build_backfill(identity: Identity, value: str, rank: int) -> Step:
    """Build the step that fills the NULLs; outside of a transaction block, in batches that lock their rows briefly."""
    relation = quote_relation(identity)
    values = {
        "relation": relation,
        "relation_literal": literal(str(relation)),
        "column": identifier(identity.name),
        "value": Sql(end_line_comment(value)),
        "is_forced": False,
    }

    def hazard(effect: str) -> tuple[Hazard]:
        return (Hazard(identity.relation, "RowExclusiveLock", effect),)

    batches = Step(
        identity,
        "column/backfill_in_batches",
        values,
        rank,
        hazard("locks the rows of one batch"),
        mode=TransactionMode.ALONE,
        untimed=("statement_timeout",),
    )
    return Step(
        identity, "column/backfill", values, rank, hazard("locks the rows that it fills"), online=(batches,)
    )


def _build_loss(identity: Identity, relation: Sql, name: Sql) -> Loss:
    regclass = f"pg_catalog.to_regclass({literal(str(relation))})"
    return build_loss(
        f"the rows of {relation} in which {name} is NULL",
        relation=relation,
        exists=(
            f"EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = {regclass}\n"
            f"            AND attname = {literal(identity.name)} AND NOT attnotnull)"
        ),
        conditions=[f"{name} IS NOT DISTINCT FROM NULL"],
        message=(f"cannot set column {name} of {relation} NOT NULL because it is NULL (rows: ", ")"),
        hint="Fill these rows first, or say how with backfill= on the column and generate the migration again.",
        permitted=False,
        only_before=True,
    )
