"""The rule of check constraints."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from schema_dsl.plan.constraints import (
    COMMON_ATTRIBUTES,
    build_drop,
    build_validation,
    format_enforced,
    must_follow_table,
)
from schema_dsl.plan.definition_queries import build_constraint_query
from schema_dsl.plan.dependency import OnReplace
from schema_dsl.plan.existence import constraint_exists
from schema_dsl.plan.names import format_constraint_target
from schema_dsl.plan.rename_statements import rename_constraint
from schema_dsl.plan.row_conditions import build_replaceable_create
from schema_dsl.plan.rule import Alter, Ignored, KindRule, Object, Replace
from schema_dsl.plan.step import LockReach, Step
from schema_dsl.sql import Sql, parenthesize


def format_clause(check: Any) -> Sql:
    """Format the constraint as it follows the name, in CREATE TABLE and in ADD CONSTRAINT."""
    inherit = " NO INHERIT" if check.no_inherit else ""
    return Sql(f"CHECK {parenthesize(check.expression)}{inherit}{format_enforced(check)}")


_VALIDATION = "scans the table without blocking reads or writes; fails if a row violates the constraint"
_create, _replace = build_replaceable_create(
    "check/create", format_clause, "brief; NOT VALID scans no rows", _VALIDATION
)


def _validate(wanted: Object, _: Any) -> Iterable[Step]:
    identity, _check = wanted
    yield build_validation(identity, identity.name, _VALIDATION)


RULE = KindRule(
    kind="check",
    reach=LockReach.CHILDREN,
    rank=32,
    inline=True,
    must_follow=must_follow_table,
    clause=format_clause,
    create=_create,
    replace=_replace,
    drop=build_drop("check/drop"),
    exists=constraint_exists("c"),
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
        "no_inherit": Replace(),
        "validated": Alter(_validate, possible=lambda _, after: after.validated),
        "enforced": Replace(),
        "backfill": Ignored("it says what to write where a row violates the condition, and is not stored"),
        "accepts": Ignored("the example rows are for the proofs"),
        "refuses": Ignored("the example rows are for the proofs"),
    },
)
