"""The rule of views."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from schema_dsl.plan.definition_queries import build_view_query
from schema_dsl.plan.existence import relation_exists
from schema_dsl.plan.names import quote_relation
from schema_dsl.plan.owner_rights import build_view_weakening
from schema_dsl.plan.rename_statements import rename_relation
from schema_dsl.plan.rule import (
    PRIVILEGES,
    Alter,
    Commented,
    Creation,
    Ignored,
    KindRule,
    Object,
)
from schema_dsl.plan.step import Hazard, Step
from schema_dsl.plan.view import (
    build_column_comments,
    comment_on_columns,
    find_query_references,
    format_grant_target,
)
from schema_dsl.sql import Sql, end_line_comment, identifiers

_SEPARATE = Ignored("the catalog of the plan has a separate object for every one")


def _build_step(wanted: Object, hazards: tuple[Hazard, ...]) -> Step:
    identity, view = wanted
    options = [
        Sql(f"{name} = true") for name in ("security_barrier", "security_invoker") if getattr(view, name)
    ]
    values = {
        "relation": quote_relation(identity),
        "columns": identifiers(view.columns) if view.columns else None,
        "options": Sql(", ".join(options)) if options else None,
        "query": Sql(end_line_comment(view.query)),
        "check_option": None if view.check_option is None else Sql(view.check_option.upper()),
    }
    return Step(identity, "view/create", values, hazards)


def _create(objects: Sequence[Object], creation: Creation) -> Iterable[Step]:
    del creation
    for wanted in objects:
        yield _build_step(wanted, ())
        yield from build_column_comments(wanted[0], wanted[1].column_comments, ())


def _replace(wanted: Object, _: Any) -> Iterable[Step]:
    hazard = Hazard(wanted[0].relation, "AccessExclusiveLock", "brief")
    yield _build_step(wanted, (hazard,))


def _drop(dropped_object: Object) -> Iterable[Step]:
    identity, _ = dropped_object
    hazard = Hazard(identity.relation, "AccessExclusiveLock", "queries of the view fail")
    yield Step(identity, "view/drop", {"relation": quote_relation(identity)}, (hazard,))


def _keeps_columns(before: Any, wanted: Any) -> bool:
    """Return whether CREATE OR REPLACE VIEW accepts the new columns: it only adds columns at the end."""
    return bool(before.result) and wanted.result[: len(before.result)] == before.result


_CHANGED = Alter(_replace)

RULE = KindRule(
    kind="view",
    rank=12,
    create=_create,
    drop=_drop,
    exists=relation_exists("v"),
    references=find_query_references,
    definition_query=build_view_query,
    comment_target=lambda identity: Sql(f"VIEW {quote_relation(identity)}"),
    grant_target=format_grant_target,
    expressions=("query", "columns", "result"),
    derived=lambda _before, _declared: ("result",),
    rename=rename_relation("VIEW"),
    weakening=build_view_weakening(lambda view: not view.security_invoker),
    returned=frozenset({"query", "security_invoker"}),
    attributes={
        "name": Ignored("the name is part of the identity"),
        "renamed_from": Ignored("it names the former name, and is not stored"),
        "schema": Ignored("the schema is part of the identity"),
        "query": _CHANGED,
        "result": Alter(_replace, possible=_keeps_columns),
        "columns": Ignored("Postgres stores the names in the query"),
        "recursive": Ignored("Postgres stores WITH RECURSIVE in the query"),
        "security_invoker": _CHANGED,
        "security_barrier": _CHANGED,
        "check_option": _CHANGED,
        "access": PRIVILEGES,
        "select": PRIVILEGES,
        "insert": PRIVILEGES,
        "update": PRIVILEGES,
        "delete": PRIVILEGES,
        "grants": PRIVILEGES,
        "owner": PRIVILEGES,
        "triggers": _SEPARATE,
        "rules": _SEPARATE,
        "column_comments": Alter(comment_on_columns),
        "comment": Commented(),
        "origin": Ignored("the origin is a line of the definitions"),
    },
)
