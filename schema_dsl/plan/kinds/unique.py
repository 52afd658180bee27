"""The rule of unique constraints."""

from __future__ import annotations

from typing import Any, Final

from schema_dsl.plan.concurrent_key import KeyBuilder
from schema_dsl.plan.constraints import (
    KEY_ATTRIBUTES,
    build_drop,
    build_key_pending,
    format_index_options,
    format_key,
    list_key_columns,
    list_references_of_key,
)
from schema_dsl.plan.definition_queries import build_constraint_query
from schema_dsl.plan.existence import constraint_exists
from schema_dsl.plan.names import format_constraint_target
from schema_dsl.plan.rename_statements import rename_constraint
from schema_dsl.plan.rule import KindRule, Replace
from schema_dsl.plan.step import LockReach
from schema_dsl.sql import Sql


def format_clause(unique: Any) -> Sql:
    """Format the constraint as it follows the name, in CREATE TABLE and in ADD CONSTRAINT."""
    return Sql(_format_definition(unique) + format_index_options(unique))


def _format_definition(unique: Any) -> str:
    nulls = " NULLS NOT DISTINCT" if unique.nulls_not_distinct else ""
    return f"UNIQUE{nulls} {format_key(unique)}"


_BUILDER: Final = KeyBuilder("unique/create", "UNIQUE", _format_definition, "values are not unique")

RULE = KindRule(
    kind="unique",
    rank=31,
    reach=LockReach.PARTITIONS,
    inline=True,
    clause=format_clause,
    create=_BUILDER.create,
    exchange=_BUILDER.exchange,
    drop=build_drop("unique/drop"),
    exists=constraint_exists("u"),
    pending=build_key_pending(_format_definition),
    definition_query=build_constraint_query,
    rename=rename_constraint("columns"),
    comment_target=format_constraint_target,
    references=list_references_of_key,
    key=list_key_columns,
    attributes={
        **KEY_ATTRIBUTES,
        "nulls_not_distinct": Replace(),
    },
)
