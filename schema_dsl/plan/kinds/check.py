"""The rule of check constraints."""

from __future__ import annotations

from typing import Any

from schema_dsl.analysis.identity import Identity
from schema_dsl.plan.constraints import COMMON_ATTRIBUTES, build_create, build_drop
from schema_dsl.plan.definition_queries import build_constraint_query
from schema_dsl.plan.dependency import OnReplace
from schema_dsl.plan.names import format_constraint_target, parenthesize
from schema_dsl.plan.rule import Ignored, KindRule, Replace
from schema_dsl.plan.step import Hazard
from schema_dsl.sql import Sql


def format_clause(check: Any) -> Sql:
    """Format the constraint as it follows the name, in CREATE TABLE and in ADD CONSTRAINT."""
    return Sql(f"CHECK {parenthesize(check.expression)}")


def _hazards(identity: Identity, _: Any) -> tuple[Hazard, ...]:
    return (Hazard(identity.relation, "AccessExclusiveLock", "brief; NOT VALID scans no rows"),)


RULE = KindRule(
    kind="check",
    rank=32,
    inline=True,
    clause=format_clause,
    create=build_create(
        "check/create",
        32,
        format_clause,
        _hazards,
        (
            "check/validate",
            "scans the table without blocking reads or writes; fails if a row violates the constraint",
        ),
    ),
    drop=build_drop("check/drop", 32),
    definition_query=build_constraint_query,
    comment_target=format_constraint_target,
    expressions=("expression",),
    references=lambda identity, check, state: state.resolve(
        identity, check.expression, on_replace=OnReplace.CASCADE
    ),
    attributes={
        **COMMON_ATTRIBUTES,
        "expression": Replace(),
        "accepts": Ignored("the example rows are for the proofs"),
        "refuses": Ignored("the example rows are for the proofs"),
    },
)
