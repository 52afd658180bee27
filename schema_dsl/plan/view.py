"""What the rules of views and materialized views share."""

from __future__ import annotations

from collections.abc import Iterable

from schema_dsl.analysis.identity import Identity
from schema_dsl.plan.names import quote_relation
from schema_dsl.plan.step import Step
from schema_dsl.sql import Sql, identifier, literal


def build_column_comments(
    identity: Identity, wanted: Iterable[tuple[str, str]], before: Iterable[tuple[str, str]], rank: int
) -> Step:
    """Build the step that sets the comments on columns that differ, and removes those that are no longer wanted."""
    old, new = dict(before), dict(wanted)
    relation = quote_relation(identity)
    comments = [
        (Sql(f"COLUMN {relation}.{identifier(name)}"), literal(new.get(name)))
        for name in dict.fromkeys((*old, *new))
        if old.get(name) != new.get(name)
    ]
    return Step(identity, "comment", {"comments": comments}, rank)
