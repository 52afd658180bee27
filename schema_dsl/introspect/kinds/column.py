"""Columns."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from psycopg import sql

from schema_dsl.introspect.kind import CanonicalQuery, CatalogRow, ColumnNames, Kind, enclosed
from schema_dsl.model.column import Column
from schema_dsl.model.type import Type
from schema_dsl.sql import Sql

_IDENTITY: Final = {None: None, "a": "always", "d": "by default"}

# A schema has thousands of columns, and a handful of types.
_type = lru_cache(maxsize=1024)(Type)


def _build(row: CatalogRow, _columns: ColumnNames) -> Column:
    _, name, _, spelling, not_null, identity, generated, value, comment = row
    source = None if value is None else Sql(value)
    return Column(
        name,
        _type(Sql(spelling)),
        not_null=not_null,
        default=None if generated else source,
        generated=source if generated else None,
        identity=_IDENTITY[identity],
        comment=comment,
        origin=None,
    )


def _ask(column: Column, relation: sql.Composable, name: sql.Composable) -> sql.Composed | None:
    # A default cannot refer to the table, nor can a type: those are asked about apart, once for all tables.
    if column.generated is None:
        return None
    return sql.SQL("ALTER TABLE {} ADD COLUMN {} {} GENERATED ALWAYS AS {} STORED").format(
        relation, name, sql.SQL(column.type.sql), enclosed(column.generated)
    )


KIND = Kind(kind="column", build=_build, probe=CanonicalQuery(_ask, ("generated",)))
