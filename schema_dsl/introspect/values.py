"""Convert the types and defaults of columns to the spelling that Postgres stores.

Neither a type nor a default can reference other columns, so temporary tables are enough.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

import attrs
from psycopg import sql

from schema_dsl.analysis.identity import Identity
from schema_dsl.introspect.batch import ServerQuery, run_queries
from schema_dsl.introspect.kind import compose_parenthesized
from schema_dsl.introspect.reading import RELATION, CatalogRelation, Cursor, open_catalog_cursor, read_objects
from schema_dsl.model.column import Column
from schema_dsl.model.names import choose_default_name
from schema_dsl.model.type import Type
from schema_dsl.postgres import Connection
from schema_dsl.sql import Sql, qualified

ColumnSql: TypeAlias = tuple[Sql, Sql | None]

# Not types: Postgres creates a column of the given type, a sequence, and a default that calls nextval().
_SERIAL: Final = {
    "smallserial": "smallint",
    "serial2": "smallint",
    "serial": "integer",
    "serial4": "integer",
    "bigserial": "bigint",
    "serial8": "bigint",
}
# The limit of Postgres is 1,600 columns, but ADD COLUMN takes longer the more columns a table has.
_COLUMNS_PER_TABLE: Final = 100


def canonicalize_columns(
    connection: Connection, columns: Mapping[Identity, Column], token: str
) -> dict[Identity, Column]:
    """Return the columns with types and defaults in the form in which Postgres returns them.

    Raises:
        DefinitionError: If Postgres refuses the type or the default of a column.
    """
    # Many columns share a few pairs of type and default, so every pair is sent to the server once.
    first_columns: dict[ColumnSql, tuple[Identity, Column]] = {}
    for identity, column in columns.items():
        first_columns.setdefault(_get_column_sql(column), (identity, column))
    rewritten = _read_stored_sql(connection, first_columns, token)
    return {
        identity: _with_stored_sql(identity, column, *rewritten[_get_column_sql(column)])
        for identity, column in columns.items()
    }


def _get_column_sql(column: Column) -> ColumnSql:
    spelling = column.type.sql
    base = _SERIAL.get(spelling.strip().lower())
    return (spelling, column.default) if base is None else (Sql(base), None)


def _with_stored_sql(identity: Identity, column: Column, kind: Type, default: Sql | None) -> Column:
    if column.type.sql.strip().lower() in _SERIAL:
        sequence = choose_default_name(identity.parent_name, [identity.name], "seq", lambda _: False)
        quoted = str(qualified(identity.schema, sequence)).replace("'", "''")
        return attrs.evolve(
            column,
            type=kind,
            default=Sql(f"nextval('{quoted}'::regclass)"),
            not_null=True,
            origin=column.origin,
        )
    if (kind, default) == (column.type, column.default):
        return column
    return attrs.evolve(column, type=kind, default=default, origin=column.origin)


def _read_stored_sql(
    connection: Connection, first_columns: Mapping[ColumnSql, tuple[Identity, Column]], token: str
) -> dict[ColumnSql, tuple[Type, Sql | None]]:
    """Return each pair of type and default as Postgres stores it.

    Each pair becomes a column of a temporary table, whose type and default are read from the catalog.
    """
    values = list(first_columns)
    batches = [
        values[start : start + _COLUMNS_PER_TABLE] for start in range(0, len(values), _COLUMNS_PER_TABLE)
    ]
    tables = [sql.Identifier("pg_temp", f"{token}_{number}") for number in range(len(batches))]
    for table, batch in zip(tables, batches, strict=True):
        connection.execute(sql.SQL("CREATE TEMPORARY TABLE {} ()").format(table))
        run_queries(
            connection,
            [
                ServerQuery(*first_columns[value], _build_add_column(table, number, value))
                for number, value in enumerate(batch)
            ],
        )
    with open_catalog_cursor(connection) as cursor:
        relations = [_find_temporary_table(cursor, table) for table in tables]
        columns = [column for _, column, _ in read_objects(cursor, relations, {Column.kind})]
    return {value: (column.type, column.default) for value, column in zip(values, columns, strict=True)}


def _build_add_column(table: sql.Identifier, number: int, value: ColumnSql) -> sql.Composed:
    spelling, default = value
    name = sql.Identifier(f"value_{number}")
    statement = sql.SQL("ALTER TABLE {} ADD COLUMN {} {}").format(table, name, sql.SQL(spelling))
    return statement if default is None else statement + sql.SQL(" DEFAULT ") + compose_parenthesized(default)


def _find_temporary_table(cursor: Cursor, table: sql.Identifier) -> CatalogRelation:
    row = cursor.execute("SELECT %s::regclass::oid", [table.as_string(cursor)]).fetchone()
    assert row is not None  # noqa: S101 - a SELECT without FROM
    return CatalogRelation(row[0], Identity(RELATION), None, None, ())
