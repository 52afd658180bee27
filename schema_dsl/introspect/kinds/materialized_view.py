"""Read materialized views."""

from __future__ import annotations

import json

from psycopg import sql

from schema_dsl.introspect.kind import CatalogRow, ColumnNames, Kind, StandIn, build_settings
from schema_dsl.model.materialized_view import MaterializedView
from schema_dsl.sql import Sql


def _build(row: CatalogRow, _columns: ColumnNames) -> MaterializedView:
    _, name, _, schema, query, types, with_data, parameters, column_comments, comment, columns = row
    return MaterializedView(
        name,
        Sql(query),
        schema=schema,
        with_data=with_data,
        parameters=build_settings(parameters),
        result=tuple(zip(columns, map(Sql, types), strict=True)),
        column_comments=json.loads(column_comments or "{}"),
        comment=comment,
        origin=None,
    )


def _build_stand_in(view: MaterializedView) -> StandIn:
    name = sql.Identifier(view.schema, view.name)
    columns = sql.SQL(", ").join(map(sql.Identifier, view.columns))
    listed = sql.SQL(" ({})").format(columns) if view.columns else sql.SQL("")
    return StandIn(
        sql.SQL("DROP MATERIALIZED VIEW IF EXISTS {} CASCADE").format(name),
        sql.SQL("CREATE MATERIALIZED VIEW {}{} AS {}\nWITH NO DATA").format(
            name, listed, sql.SQL(view.query)
        ),
    )


KIND = Kind(
    kind="materialized_view",
    found_in="pg_class WHERE relkind = 'm' AND oid >= 16384",
    build=_build,
    is_root=True,
    is_relation=True,
    stand_in=_build_stand_in,
    rewritten=("query", "columns", "result"),
)
