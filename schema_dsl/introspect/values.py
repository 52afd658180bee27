"""Types and defaults of columns, as Postgres writes them; neither can refer to the table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeAlias

import attrs
from psycopg import sql

from schema_dsl.introspect.batch import ServerQuery, ask
from schema_dsl.introspect.kind import enclosed
from schema_dsl.introspect.reading import RELATION, CatalogRelation, Cursor, read_objects, reading
from schema_dsl.model.column import Column
from schema_dsl.model.identity import Identity
from schema_dsl.model.names import default_name
from schema_dsl.model.type import Type
from schema_dsl.postgres import Connection
from schema_dsl.sql import Sql, qualified

ColumnSql: TypeAlias = tuple[Sql, Sql | None]

# Not types: Postgres makes a column of the type, a sequence, and a default that reads it.
_SERIAL: Final = {
    "smallserial": "smallint",
    "serial2": "smallint",
    "serial": "integer",
    "serial4": "integer",
    "bigserial": "bigint",
    "serial8": "bigint",
}
# A table holds 1,600 columns, but adding one takes the longer the more there are.
_AT_ONCE: Final = 100


def canonical_columns(
    connection: Connection, columns: Mapping[Identity, Column], token: str
) -> dict[Identity, Column]:
    """Give the columns with the types and defaults that Postgres would hold.

    Raises:
        DefinitionError: At the first column whose type or default Postgres does not take.
    """
    # Thousands of columns have a handful of types and defaults among them: each pair is asked about once.
    first: dict[ColumnSql, tuple[Identity, Column]] = {}
    for identity, column in columns.items():
        first.setdefault(_value(column), (identity, column))
    written = _written(connection, first, token)
    return {
        identity: _rewritten(identity, each, *written[_value(each)]) for identity, each in columns.items()
    }


def _value(column: Column) -> ColumnSql:
    spelling = column.type.sql
    base = _SERIAL.get(spelling.strip().lower())
    return (spelling, column.default) if base is None else (Sql(base), None)


def _rewritten(identity: Identity, column: Column, kind: Type, default: Sql | None) -> Column:
    if column.type.sql.strip().lower() in _SERIAL:
        sequence = default_name(identity.parent, [identity.name], "seq", lambda _: False)
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


def _written(
    connection: Connection, first: Mapping[ColumnSql, tuple[Identity, Column]], token: str
) -> dict[ColumnSql, tuple[Type, Sql | None]]:
    """Make temporary tables with a column for each value, and read what became of them."""
    values = list(first)
    pieces = [values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE)]
    tables = [sql.Identifier("pg_temp", f"{token}_{number}") for number in range(len(pieces))]
    for table, piece in zip(tables, pieces, strict=True):
        connection.execute(sql.SQL("CREATE TEMPORARY TABLE {} ()").format(table))
        ask(
            connection,
            [ServerQuery(*first[value], _adding(table, number, value)) for number, value in enumerate(piece)],
        )
    with reading(connection) as cursor:
        made = [_temporary(cursor, table) for table in tables]
        columns = [column for _, column, _ in read_objects(cursor, made, {Column.kind})]
    return {value: (column.type, column.default) for value, column in zip(values, columns, strict=True)}


def _adding(table: sql.Identifier, number: int, value: ColumnSql) -> sql.Composed:
    spelling, default = value
    name = sql.Identifier(f"value_{number}")
    statement = sql.SQL("ALTER TABLE {} ADD COLUMN {} {}").format(table, name, sql.SQL(spelling))
    return statement if default is None else statement + sql.SQL(" DEFAULT ") + enclosed(default)


def _temporary(cursor: Cursor, table: sql.Identifier) -> CatalogRelation:
    row = cursor.execute("SELECT %s::regclass::oid", [table.as_string(cursor)]).fetchone()
    assert row is not None  # noqa: S101 - a SELECT without FROM
    return CatalogRelation(row[0], Identity(RELATION, "", "", ""), None, None, ())
