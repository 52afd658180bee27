"""Exclusion constraints."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from schema_dsl.model.identity import Identity
from schema_dsl.plan.constraints import COMMON, DEFERRABLE, added, deferral, dropped
from schema_dsl.plan.definition_queries import of_constraint
from schema_dsl.plan.names import column_of, columns_among, constraint_target, parenthesised
from schema_dsl.plan.rule import KindRule, Replace
from schema_dsl.plan.step import Hazard
from schema_dsl.sql import Sql, identifier


def clause(exclusion: Any) -> Sql:
    """Write what follows the name, in CREATE TABLE and in ADD CONSTRAINT."""
    elements = ", ".join(
        f"{parenthesised(on) if isinstance(on, Sql) else identifier(on)} WITH {operator}"
        for on, operator in exclusion.elements
    )
    where = f" WHERE {parenthesised(exclusion.where)}" if exclusion.where is not None else ""
    return Sql(
        f"EXCLUDE USING {identifier(exclusion.method)} ({elements}){where}{deferral(exclusion)}",
    )


def _hazards(identity: Identity, _: Any) -> tuple[Hazard, ...]:
    return (
        Hazard(
            (identity.schema, identity.parent),
            "AccessExclusiveLock",
            "nobody reads or writes while the index is built; rows that exclude each other make it fail",
            scans=True,
        ),
    )


def _stands_on(identity: Identity, exclusion: Any) -> Iterable[Identity]:
    for on, _ in exclusion.elements:
        if isinstance(on, Sql):
            yield from columns_among(identity, on)
        else:
            yield column_of(identity, on)
    yield from columns_among(identity, exclusion.where)


RULE = KindRule(
    kind="exclusion",
    rank=34,
    inline=True,
    clause=clause,
    create=added("exclusion/create", 34, clause, _hazards),
    drop=dropped("exclusion/drop", 34),
    facts=of_constraint,
    comment_target=constraint_target,
    expressions=("elements", "where"),
    with_base=True,
    stands_on=_stands_on,
    rebuilt=True,
    attributes={**COMMON, **DEFERRABLE, "elements": Replace(), "method": Replace(), "where": Replace()},
)
