"""The rule of check constraints."""

from __future__ import annotations

from typing import Any

from schema_dsl.plan.constraints import COMMON_ATTRIBUTES, build_drop, build_replaceable_create
from schema_dsl.plan.definition_queries import build_constraint_query
from schema_dsl.plan.dependency import OnReplace
from schema_dsl.plan.names import format_constraint_target, parenthesize
from schema_dsl.plan.rename_statements import rename_constraint
from schema_dsl.plan.rule import Ignored, KindRule, Replace
from schema_dsl.sql import Sql


def format_clause(check: Any) -> Sql:
    """Format the constraint as it follows the name, in CREATE TABLE and in ADD CONSTRAINT."""
    return Sql(f"CHECK {parenthesize(check.expression)}")


_create, _replace = build_replaceable_create(
    "check/create",
    32,
    format_clause,
    "brief; NOT VALID scans no rows",
    "scans the table without blocking reads or writes; fails if a row violates the constraint",
)

RULE = KindRule(
    kind="check",
    rank=32,
    inline=True,
    clause=format_clause,
    create=_create,
    replace=_replace,
    drop=build_drop("check/drop", 32),
    definition_query=build_constraint_query,
    rename=rename_constraint("expression"),
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
