"""Read the tables of publications."""

from __future__ import annotations

from psycopg import sql

from schema_dsl.introspect.kind import CanonicalQuery, CatalogRow, ColumnNames, Kind, compose_parenthesized
from schema_dsl.model.published_table import PublishedTable
from schema_dsl.model.reference import Reference
from schema_dsl.sql import Sql


def _build(row: CatalogRow, columns: ColumnNames) -> PublishedTable:
    _, publication, _, schema, table, numbers, where = row
    return PublishedTable(
        Reference(table, schema=schema),
        columns=[columns[number - 1] for number in numbers or ()],
        where=None if where is None else Sql(where),
        publication=publication,
        origin=None,
    )


def _build_statement(
    table: PublishedTable, relation: sql.Composable, name: sql.Composable
) -> sql.Composed | None:
    if table.where is None:
        return None
    statement = sql.SQL("CREATE PUBLICATION {} FOR TABLE ONLY {} WHERE ").format(name, relation)
    return statement + compose_parenthesized(table.where)


KIND = Kind(
    kind="published_table",
    found_in="pg_publication_rel",
    build=_build,
    canonical_query=CanonicalQuery(_build_statement, ("where",)),
    is_added=lambda _table, _schemas: True,
)
