"""Read columns."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from psycopg import sql

from schema_dsl.introspect.kind import CanonicalQuery, CatalogRow, ColumnNames, Kind, compose_parenthesized
from schema_dsl.model.column import Column
from schema_dsl.model.type import Type
from schema_dsl.sql import Sql

_IDENTITY: Final = {None: None, "a": "always", "d": "by default"}

# A schema has thousands of columns but few different types.
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


def _build_statement(column: Column, relation: sql.Composable, name: sql.Composable) -> sql.Composed | None:
    # Types and defaults cannot refer to the table: values.py rewrites them, once for all tables.
    if column.generated is None:
        return None
    return sql.SQL("ALTER TABLE {} ADD COLUMN {} {} GENERATED ALWAYS AS {} STORED").format(
        relation, name, sql.SQL(column.type.sql), compose_parenthesized(column.generated)
    )


KIND = Kind(kind="column", build=_build, canonical_query=CanonicalQuery(_build_statement, ("generated",)))
