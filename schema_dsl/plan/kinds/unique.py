"""Unique constraints."""

from __future__ import annotations

from typing import Any

from schema_dsl.model.identity import Identity
from schema_dsl.plan.constraints import COMMON, DEFERRABLE, added, carries_key, deferral, dropped, on_columns
from schema_dsl.plan.definition_queries import of_constraint
from schema_dsl.plan.names import constraint_target
from schema_dsl.plan.rule import KindRule, Replace
from schema_dsl.plan.step import Hazard
from schema_dsl.sql import Sql, identifiers


def clause(unique: Any) -> Sql:
    """Write what follows the name, in CREATE TABLE and in ADD CONSTRAINT."""
    nulls = " NULLS NOT DISTINCT" if unique.nulls_not_distinct else ""
    return Sql(
        f"UNIQUE{nulls} ({identifiers(unique.columns)}){deferral(unique)}",
    )


def _hazards(identity: Identity, _: Any) -> tuple[Hazard, ...]:
    return (
        Hazard(
            (identity.schema, identity.parent),
            "AccessExclusiveLock",
            "nobody reads or writes while the index is built; duplicates make it fail",
            scans=True,
        ),
    )


RULE = KindRule(
    kind="unique",
    rank=31,
    inline=True,
    clause=clause,
    create=added("unique/create", 31, clause, _hazards),
    drop=dropped("unique/drop", 31),
    facts=of_constraint,
    comment_target=constraint_target,
    with_base=True,
    stands_on=on_columns,
    carries=carries_key,
    rebuilt=True,
    attributes={**COMMON, **DEFERRABLE, "columns": Replace(), "nulls_not_distinct": Replace()},
)
