"""Read foreign tables."""

from __future__ import annotations

import json

from psycopg import sql

from schema_dsl.introspect.foreign_options import compose_foreign_options
from schema_dsl.introspect.kind import (
    CatalogRow,
    ColumnNames,
    Kind,
    StandIn,
    compose_parenthesized,
    compose_type,
)
from schema_dsl.model.foreign_table import ForeignColumn, ForeignTable
from schema_dsl.model.identity import copy_with
from schema_dsl.model.type import Type
from schema_dsl.sql import Sql


def _build(row: CatalogRow, _columns: ColumnNames) -> ForeignTable:
    _, name, _, schema, server, columns, options, column_comments, comment = row
    return ForeignTable(
        name,
        server,
        columns=[_build_column(column) for column in columns],
        options=map(tuple, options or ()),
        schema=schema,
        column_comments=json.loads(column_comments or "{}"),
        comment=comment,
        origin=None,
    )


def _build_column(row: CatalogRow) -> ForeignColumn:
    name, spelling, not_null, default, collation, options = row
    return ForeignColumn(
        name,
        Type(spelling),
        not_null=not_null,
        default=None if default is None else Sql(default),
        collation=None if collation is None else Sql(collation),
        options=[(option, value) for option, value in options or ()],
    )


def _compose_column(column: ForeignColumn) -> sql.Composed:
    composed = sql.SQL("{} {}").format(sql.Identifier(column.name), compose_type(column))
    if column.default is not None:
        composed += sql.SQL(" DEFAULT ") + compose_parenthesized(column.default)
    return composed


def _build_stand_in(table: ForeignTable) -> StandIn:
    name = sql.Identifier(table.schema, table.name)
    # The options of columns follow the type, and no expression depends on them.
    columns = sql.SQL(", ").join(map(_compose_column, table.columns))
    return StandIn(
        sql.SQL("DROP FOREIGN TABLE IF EXISTS {} CASCADE").format(name),
        sql.SQL("CREATE FOREIGN TABLE {} ({}) SERVER {}{}").format(
            name, columns, sql.Identifier(table.server), compose_foreign_options(table.options)
        ),
    )


def _restore(declared: ForeignTable, stored: ForeignTable) -> ForeignTable:
    """Return the table with the attributes of columns that the stand-in leaves out."""
    columns = [
        copy_with(column, not_null=wanted.not_null, options=wanted.options)
        for wanted, column in zip(declared.columns, stored.columns, strict=True)
    ]
    return copy_with(stored, columns=tuple(columns))


KIND = Kind(
    kind="foreign_table",
    found_in="pg_foreign_table",
    build=_build,
    is_root=True,
    stand_in=_build_stand_in,
    rewritten=("columns",),
    restore=_restore,
)
