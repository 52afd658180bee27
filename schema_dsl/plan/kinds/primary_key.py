"""The rule of primary keys."""

from __future__ import annotations

from typing import Any

from schema_dsl.analysis.identity import Identity
from schema_dsl.plan.constraints import (
    COMMON_ATTRIBUTES,
    DEFERRABLE_ATTRIBUTES,
    build_create,
    build_drop,
    build_key_pending,
    format_deferrable,
    list_key_columns,
    list_references_of_key,
)
from schema_dsl.plan.definition_queries import build_constraint_query
from schema_dsl.plan.names import format_constraint_target
from schema_dsl.plan.rename_statements import rename_constraint
from schema_dsl.plan.rule import KindRule, Replace
from schema_dsl.plan.step import Hazard
from schema_dsl.sql import Sql, identifiers


def format_clause(key: Any) -> Sql:
    """Format the constraint as it follows the name, in CREATE TABLE and in ADD CONSTRAINT."""
    return Sql(
        f"PRIMARY KEY ({identifiers(key.columns)}){format_deferrable(key)}",
    )


def _hazards(identity: Identity, _: Any) -> tuple[Hazard, ...]:
    return (
        Hazard(
            identity.relation,
            "AccessExclusiveLock",
            "builds an index and blocks reads and writes; fails if a key is NULL or not unique",
            scans=True,
        ),
    )


RULE = KindRule(
    kind="primary_key",
    rank=30,
    inline=True,
    clause=format_clause,
    create=build_create("primary_key/create", 30, format_clause, _hazards),
    drop=build_drop("primary_key/drop", 30),
    pending=build_key_pending(format_clause),
    definition_query=build_constraint_query,
    rename=rename_constraint("columns"),
    comment_target=format_constraint_target,
    references=list_references_of_key,
    key=list_key_columns,
    attributes={**COMMON_ATTRIBUTES, **DEFERRABLE_ATTRIBUTES, "columns": Replace()},
)
