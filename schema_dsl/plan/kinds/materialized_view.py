"""The rule of materialized views."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from schema_dsl.plan.definition_queries import build_view_query
from schema_dsl.plan.existence import relation_exists
from schema_dsl.plan.names import quote_relation
from schema_dsl.plan.owner_rights import build_view_weakening
from schema_dsl.plan.parameters import format_parameters, list_parameter_changes
from schema_dsl.plan.rename_statements import rename_relation
from schema_dsl.plan.rule import PRIVILEGES, Alter, Commented, Creation, Ignored, KindRule, Object, Replace
from schema_dsl.plan.step import Hazard, Step
from schema_dsl.plan.view import (
    build_column_comments,
    comment_on_columns,
    find_query_references,
    format_grant_target,
)
from schema_dsl.sql import Sql, end_line_comment, identifiers


def _create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
    del creation
    for identity, view in objects:
        values = {
            "relation": quote_relation(identity),
            "columns": identifiers(view.columns) if view.columns else None,
            "parameters": format_parameters(view.parameters) if view.parameters else None,
            "query": Sql(end_line_comment(view.query)),
            "with_data": view.with_data,
        }
        yield Step(identity, "materialized_view/create", values)
        yield from build_column_comments(identity, view.column_comments, ())


def _alter_parameters(wanted: Object, before: Any) -> Iterable[Step]:
    identity, view = wanted
    values = {
        "target": Sql(f"MATERIALIZED VIEW {quote_relation(identity)}"),
        "clauses": list(list_parameter_changes(before.parameters, view.parameters)),
    }
    hazard = Hazard(identity.relation, "ShareUpdateExclusiveLock", "brief; does not block reads or writes")
    yield Step(identity, "parameters", values, (hazard,))


def _drop(dropped_object: Object) -> Iterable[Step]:
    identity, _ = dropped_object
    hazard = Hazard(identity.relation, "AccessExclusiveLock", "queries of the materialized view fail")
    values = {"relation": quote_relation(identity)}
    yield Step(identity, "materialized_view/drop", values, (hazard,))


RULE = KindRule(
    kind="materialized_view",
    rank=14,
    create=_create,
    drop=_drop,
    exists=relation_exists("m"),
    references=find_query_references,
    definition_query=build_view_query,
    comment_target=lambda identity: Sql(f"MATERIALIZED VIEW {quote_relation(identity)}"),
    grant_target=format_grant_target,
    expressions=("query", "columns", "result"),
    derived=lambda _before, _declared: ("result",),
    rename=rename_relation("MATERIALIZED VIEW"),
    weakening=build_view_weakening(lambda _: True),
    returned=frozenset({"query"}),
    attributes={
        "name": Ignored("the name is part of the identity"),
        "renamed_from": Ignored("it names the former name, and is not stored"),
        "schema": Ignored("the schema is part of the identity"),
        # There is no CREATE OR REPLACE MATERIALIZED VIEW.
        "query": Replace(),
        "result": Replace(),
        "columns": Ignored("Postgres stores the names in the query"),
        "indexes": Ignored("the catalog of the plan has a separate object for every one"),
        "with_data": Ignored("a later REFRESH changes it"),
        "cluster_on": Ignored("the catalog of the plan has an index mark for it"),
        "parameters": Alter(_alter_parameters),
        "access": PRIVILEGES,
        "select": PRIVILEGES,
        "grants": PRIVILEGES,
        "owner": PRIVILEGES,
        "column_comments": Alter(comment_on_columns),
        "comment": Commented(),
        "origin": Ignored("the origin is a line of the definitions"),
    },
)
