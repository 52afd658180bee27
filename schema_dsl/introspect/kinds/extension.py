"""Read extensions."""

from __future__ import annotations

from psycopg import sql

from schema_dsl.introspect.kind import CatalogRow, ColumnNames, Kind, StandIn
from schema_dsl.model.extension import Extension


def _build(row: CatalogRow, _columns: ColumnNames) -> Extension:
    _, name, _, schema, version, requires, comment = row
    return Extension(name, schema=schema, version=version, requires=requires, comment=comment, origin=None)


def _build_stand_in(extension: Extension) -> StandIn:
    statement = sql.SQL("CREATE EXTENSION IF NOT EXISTS {} WITH SCHEMA {}").format(
        sql.Identifier(extension.name), sql.Identifier(extension.schema)
    )
    if extension.version is not None:
        statement += sql.SQL(" VERSION {}").format(sql.Literal(extension.version))
    return StandIn(None, statement)


KIND = Kind(kind="extension", build=_build, is_root=True, stand_in=_build_stand_in)
