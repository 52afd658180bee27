"""Read extensions."""

from __future__ import annotations

from typing import Final

from psycopg import sql

from schema_dsl.introspect.kind import CatalogRow, ColumnNames, Kind, StandIn
from schema_dsl.model.extension import Extension


def _build(row: CatalogRow, _columns: ColumnNames) -> Extension:
    _, name, _, schema, version, requires, comment = row
    return Extension(name, schema=schema, version=version, requires=requires, comment=comment, origin=None)


# Objects that use an object of an extension name the schema of the extension.
_DROP_FROM_OTHER_SCHEMA: Final = """
BEGIN
    IF EXISTS (
        SELECT FROM pg_catalog.pg_extension AS e INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace
        WHERE e.extname = {} AND n.nspname <> {}
    ) THEN
        DROP EXTENSION {} CASCADE;
    END IF;
END
"""


def _build_stand_in(extension: Extension) -> StandIn:
    drop = sql.SQL(_DROP_FROM_OTHER_SCHEMA).format(
        sql.Literal(extension.name), sql.Literal(extension.schema), sql.Identifier(extension.name)
    )
    statement = sql.SQL("CREATE EXTENSION IF NOT EXISTS {} WITH SCHEMA {}").format(
        sql.Identifier(extension.name), sql.Identifier(extension.schema)
    )
    if extension.version is not None:
        statement += sql.SQL(" VERSION {}").format(sql.Literal(extension.version))
    return StandIn(sql.SQL("DO {}").format(sql.Literal(drop.as_string())), statement)


KIND = Kind(kind="extension", build=_build, is_root=True, stand_in=_build_stand_in)
