"""Read views."""

from __future__ import annotations

import json
from typing import Any

from psycopg import sql

from schema_dsl.introspect.kind import CatalogRow, ColumnNames, Kind, StandIn
from schema_dsl.model.view import View
from schema_dsl.sql import Sql


def _build(row: CatalogRow, _columns: ColumnNames) -> View:
    _, name, _, schema, query, types, options, column_comments, comment, columns = row
    settings: dict[str, Any] = json.loads(options or "{}")
    return View(
        name,
        Sql(query),
        schema=schema,
        security_invoker=_is_on(settings.get("security_invoker")),
        security_barrier=_is_on(settings.get("security_barrier")),
        check_option=settings.get("check_option"),
        result=tuple(zip(columns, map(Sql, types), strict=True)),
        column_comments=json.loads(column_comments or "{}"),
        comment=comment,
        origin=None,
    )


def _is_on(value: str | None) -> bool:
    """Return whether a storage parameter is on: Postgres keeps the spelling of a boolean."""
    return value is not None and value.lower() in {"true", "on", "yes", "1", "t", "y"}


def _build_stand_in(view: View) -> StandIn:
    name = sql.Identifier(view.schema, view.name)
    columns = sql.SQL(", ").join(map(sql.Identifier, view.columns))
    listed = sql.SQL(" ({})").format(columns) if view.columns else sql.SQL("")
    return StandIn(
        sql.SQL("DROP VIEW IF EXISTS {} CASCADE").format(name),
        sql.SQL("CREATE VIEW {}{} AS {}").format(name, listed, sql.SQL(view.query)),
    )


KIND = Kind(
    kind="view",
    found_in="pg_class WHERE relkind = 'v' AND oid >= 16384",
    build=_build,
    is_root=True,
    is_relation=True,
    stand_in=_build_stand_in,
    rewritten=("query", "columns", "result"),
)
