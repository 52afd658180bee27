"""The step that changes the rows which a migration no longer allows, as `backfill=` says."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.analysis.identity import Identity
from schema_dsl.plan.names import quote_relation
from schema_dsl.plan.step import Hazard, Step, TransactionMode
from schema_dsl.sql import Sql, end_line_comment, identifier, literal


def build_backfill(identity: Identity, values: Iterable[tuple[str, Sql]], condition: Sql) -> Step:
    """Build the step; outside of a transaction block, it works in batches that lock their rows briefly.

    Args:
        identity: The column or constraint that requests it.
        values: The columns to set, with their values.
        condition: The condition of the rows to change, which is false for the new values.
    """
    relation = quote_relation(identity)
    changes = [(identifier(column), Sql(end_line_comment(value)), condition) for column, value in values]
    template_values = {
        "relation": relation,
        "relation_literal": literal(str(relation)),
        # One UPDATE changes all columns of a row: Postgres checks each changed row against all constraints.
        "changes": changes,
    }

    def hazard(effect: str) -> tuple[Hazard]:
        return (Hazard(identity.relation, "RowExclusiveLock", effect),)

    batches = Step(
        identity,
        "backfill_in_batches",
        template_values,
        hazard("locks the rows of one batch"),
        mode=TransactionMode.ALONE,
        untimed=("statement_timeout",),
        foldable=True,
        row_sources=(identity.relation,),
    )
    effect = hazard("locks the rows that it changes")
    return Step(
        identity,
        "backfill",
        template_values,
        effect,
        online=(batches,),
        foldable=True,
        row_sources=(identity.relation,),
    )
