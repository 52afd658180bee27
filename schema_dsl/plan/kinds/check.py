"""Check constraints."""

from __future__ import annotations

from typing import Any

from schema_dsl.model.identity import Identity
from schema_dsl.plan.constraints import COMMON, added, dropped
from schema_dsl.plan.definition_queries import of_constraint
from schema_dsl.plan.names import columns_among, constraint_target, parenthesised
from schema_dsl.plan.rule import Ignored, KindRule, Replace
from schema_dsl.plan.step import Hazard
from schema_dsl.sql import Sql


def clause(check: Any) -> Sql:
    """Write what follows the name, in CREATE TABLE and in ADD CONSTRAINT."""
    return Sql(f"CHECK {parenthesised(check.expression)}")


def _hazards(identity: Identity, _: Any) -> tuple[Hazard, ...]:
    return (
        Hazard(
            (identity.schema, identity.parent), "AccessExclusiveLock", "a moment, for no row is looked at"
        ),
    )


RULE = KindRule(
    kind="check",
    rank=32,
    inline=True,
    clause=clause,
    create=added(
        "check/create",
        32,
        clause,
        _hazards,
        (
            "check/validate",
            "every row is checked while reads and writes go on; a row that breaks the rule makes it fail",
        ),
    ),
    drop=dropped("check/drop", 32),
    facts=of_constraint,
    comment_target=constraint_target,
    expressions=("expression",),
    with_base=True,
    stands_on=lambda identity, check: columns_among(identity, check.expression),
    rebuilt=True,
    attributes={
        **COMMON,
        "expression": Replace(),
        "accepts": Ignored("it is for the proof"),
        "refuses": Ignored("it is for the proof"),
    },
)
