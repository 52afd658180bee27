"""The steps that make a column NOT NULL on a table with rows, without a scan under a lock that blocks reads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.names import choose_default_name
from schema_dsl.plan.backfill import build_backfill
from schema_dsl.plan.constraints import build_validation
from schema_dsl.plan.data_loss import build_loss
from schema_dsl.plan.names import quote_relation
from schema_dsl.plan.step import Hazard, Loss, Step
from schema_dsl.sql import Sql, identifier, literal


def build_not_null_steps(identity: Identity, column: Any, rank: int) -> Iterable[Step]:
    """Build the steps: a check keeps out new NULLs, `backfill=` fills the others, and the valid check proves NOT NULL.

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

    loss = _build_loss(identity, relation, name) if column.backfill is None else None
    brief = "brief; NOT VALID scans no rows"
    yield step("column/add_not_null_check", "AccessExclusiveLock", brief, loss=loss)
    if column.backfill is not None:
        condition = Sql(f"{name} IS NOT DISTINCT FROM NULL")
        yield build_backfill(identity, [(identity.name, column.backfill)], condition, rank)
    effect = "scans the table without blocking reads or writes; fails if a value is NULL"
    yield build_validation(identity, check, rank, effect, separate_transaction=False)
    yield step("column/set_not_null", "AccessExclusiveLock", "brief; the check proves that no value is NULL")


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
