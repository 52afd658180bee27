"""Read enums."""

from __future__ import annotations

from psycopg import sql

from schema_dsl.introspect.kind import CatalogRow, ColumnNames, Kind, StandIn
from schema_dsl.model.enum import Enum


def _build(row: CatalogRow, _columns: ColumnNames) -> Enum:
    _, name, _, schema, labels, comment = row
    return Enum(name, labels, schema=schema, comment=comment, origin=None)


def _build_stand_in(enum: Enum) -> StandIn:
    name = sql.Identifier(enum.schema, enum.name)
    labels = sql.SQL(", ").join(map(sql.Literal, enum.labels))
    return StandIn(
        sql.SQL("DROP TYPE IF EXISTS {} CASCADE").format(name),
        sql.SQL("CREATE TYPE {} AS ENUM ({})").format(name, labels),
    )


KIND = Kind(
    kind="enum",
    found_in="pg_type WHERE typtype = 'e' AND oid >= 16384",
    build=_build,
    is_root=True,
    stand_in=_build_stand_in,
)
