"""Read schemas."""

from __future__ import annotations

from psycopg import sql

from schema_dsl.introspect.kind import CatalogRow, ColumnNames, Kind, StandIn
from schema_dsl.model.schema import Schema


def _build(row: CatalogRow, _columns: ColumnNames) -> Schema:
    _, name, _, comment = row
    return Schema(name, comment=comment, origin=None)


def _build_stand_in(schema: Schema) -> StandIn:
    return StandIn(None, sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(schema.name)))


KIND = Kind(kind="schema", build=_build, is_root=True, stand_in=_build_stand_in)
