"""The rule of exclusion constraints."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from schema_dsl.analysis.identity import Identity
from schema_dsl.plan.constraints import (
    COMMON_ATTRIBUTES,
    DEFERRABLE_ATTRIBUTES,
    build_create,
    build_drop,
    format_deferrable,
    format_include,
)
from schema_dsl.plan.definition_queries import build_constraint_query
from schema_dsl.plan.dependency import Dependency, OnReplace, depend_on_columns
from schema_dsl.plan.existence import constraint_exists
from schema_dsl.plan.index_elements import format_element, list_element_references
from schema_dsl.plan.names import format_constraint_target
from schema_dsl.plan.parameters import INDEX_PARAMETERS, format_with
from schema_dsl.plan.rename_statements import rename_constraint
from schema_dsl.plan.rule import KindRule, Replace
from schema_dsl.plan.state import State
from schema_dsl.plan.step import Hazard, LockReach
from schema_dsl.sql import Sql, identifier, parenthesize


def format_clause(exclusion: Any) -> Sql:
    """Format the constraint as it follows the name, in CREATE TABLE and in ADD CONSTRAINT."""
    elements = ", ".join(
        f"{format_element(element)} WITH {operator}" for element, operator in exclusion.elements
    )
    where = f" WHERE {parenthesize(exclusion.where)}" if exclusion.where is not None else ""
    return Sql(
        f"EXCLUDE USING {identifier(exclusion.method)} ({elements}){format_include(exclusion)}"
        f"{format_with(exclusion.parameters)}{where}{format_deferrable(exclusion)}",
    )


def _hazards(identity: Identity, _: Any) -> tuple[Hazard, ...]:
    return (
        Hazard(
            identity.relation,
            "AccessExclusiveLock",
            "builds an index and blocks reads and writes; fails if two rows conflict",
            scans=True,
        ),
    )


def _references(identity: Identity, exclusion: Any, state: State) -> Iterable[Dependency]:
    yield from list_element_references(identity, [element for element, _ in exclusion.elements], state)
    yield from depend_on_columns(identity, exclusion.include, OnReplace.FOLLOW)
    yield from state.resolve(identity, exclusion.where, on_replace=OnReplace.CASCADE)


RULE = KindRule(
    kind="exclusion",
    rank=34,
    reach=LockReach.PARTITIONS,
    inline=True,
    clause=format_clause,
    create=build_create("exclusion/create", format_clause, _hazards),
    drop=build_drop("exclusion/drop"),
    exists=constraint_exists("x"),
    definition_query=build_constraint_query,
    rename=rename_constraint("elements", "where"),
    comment_target=format_constraint_target,
    expressions=("elements", "where"),
    references=_references,
    attributes={
        **COMMON_ATTRIBUTES,
        **DEFERRABLE_ATTRIBUTES,
        "elements": Replace(),
        "method": Replace(),
        "include": Replace(),
        "parameters": INDEX_PARAMETERS,
        "where": Replace(),
    },
)
