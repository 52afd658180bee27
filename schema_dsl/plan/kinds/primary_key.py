"""The rule of primary keys."""

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
from schema_dsl.plan.rule import KindRule
from schema_dsl.plan.step import LockReach
from schema_dsl.sql import Sql


def format_clause(key: Any) -> Sql:
    """Format the constraint as it follows the name, in CREATE TABLE and in ADD CONSTRAINT."""
    return Sql(_format_definition(key) + format_index_options(key))


def _format_definition(key: Any) -> str:
    return f"PRIMARY KEY {format_key(key)}"


_BUILDER: Final = KeyBuilder(
    "primary_key/create", "PRIMARY KEY", _format_definition, "a key is NULL or not unique"
)

RULE = KindRule(
    kind="primary_key",
    rank=30,
    reach=LockReach.PARTITIONS,
    inline=True,
    clause=format_clause,
    create=_BUILDER.create,
    exchange=_BUILDER.exchange,
    drop=build_drop("primary_key/drop"),
    exists=constraint_exists("p"),
    pending=build_key_pending(_format_definition),
    definition_query=build_constraint_query,
    rename=rename_constraint("columns"),
    comment_target=format_constraint_target,
    references=list_references_of_key,
    key=list_key_columns,
    attributes=KEY_ATTRIBUTES,
)
