"""Names and dependencies of views and materialized views."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from schema_dsl.analysis.identity import Identity
from schema_dsl.plan.dependency import Dependency
from schema_dsl.plan.names import quote_relation
from schema_dsl.plan.rule import Object
from schema_dsl.plan.state import State
from schema_dsl.plan.step import Step
from schema_dsl.sql import Sql, identifier, literal


def build_column_comments(
    identity: Identity, wanted: Iterable[tuple[str, str]], before: Iterable[tuple[str, str]]
) -> Iterable[Step]:
    """Yield the step that sets different comments on columns, and removes those that are no longer wanted."""
    old, new = dict(before), dict(wanted)
    relation = quote_relation(identity)
    comments = [
        (Sql(f"COLUMN {relation}.{identifier(name)}"), literal(new.get(name)))
        for name in dict.fromkeys((*old, *new))
        if old.get(name) != new.get(name)
    ]
    if comments:
        yield Step(identity, "comment", {"comments": comments})


def comment_on_columns(wanted: Object, before: Any) -> Iterable[Step]:
    """Yield the step that changes the comments on columns."""
    return build_column_comments(wanted[0], wanted[1].column_comments, before.column_comments)


def find_query_references(identity: Identity, view: Any, state: State) -> Iterable[Dependency]:
    """Return the dependencies of a relation on the objects that its query names."""
    return state.resolve_query(identity, view.query)


def format_grant_target(identity: Identity) -> Sql:
    """Format a view as GRANT expects it."""
    return Sql(f"TABLE {quote_relation(identity)}")
