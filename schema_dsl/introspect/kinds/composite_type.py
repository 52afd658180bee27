"""Read composite types."""

from __future__ import annotations

from psycopg import sql

from schema_dsl.introspect.kind import CatalogRow, ColumnNames, Kind, StandIn
from schema_dsl.model.composite_type import CompositeType
from schema_dsl.model.type import Type


def _build(row: CatalogRow, _columns: ColumnNames) -> CompositeType:
    _, name, _, schema, names, types, comment = row
    attributes = dict(zip(names, map(Type, types), strict=True))
    return CompositeType(name, attributes, schema=schema, comment=comment, origin=None)


def _build_stand_in(composite: CompositeType) -> StandIn:
    name = sql.Identifier(composite.schema, composite.name)
    attributes = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(attribute.name), sql.SQL(attribute.type.sql))
        for attribute in composite.attributes
    )
    return StandIn(
        sql.SQL("DROP TYPE IF EXISTS {} CASCADE").format(name),
        sql.SQL("CREATE TYPE {} AS ({})").format(name, attributes),
    )


KIND = Kind(
    kind="composite_type",
    found_in="pg_class WHERE relkind = 'c' AND oid >= 16384",
    build=_build,
    is_root=True,
    stand_in=_build_stand_in,
    rewritten=("attributes",),
)
