"""Convert the types, defaults and settings of columns to the form in which Postgres stores them.

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
from schema_dsl.model.identity import copy_with
from schema_dsl.model.sequence_options import SequenceOptions
from schema_dsl.model.serial import build_serial_default, find_serial_base
from schema_dsl.postgres import Connection
from schema_dsl.sql import Sql

# The attributes that Postgres rewrites: an explicit default of the type is stored like no clause at all.
ColumnSql: TypeAlias = tuple[Sql, Sql | None, Sql | None, str | None, str | None, SequenceOptions | None]

# The limit of Postgres is 1,600 columns, but ADD COLUMN takes longer the more columns a table has.
_COLUMNS_PER_TABLE: Final = 100


def canonicalize_columns(
    connection: Connection, columns: Mapping[Identity, Column], token: str
) -> dict[Identity, Column]:
    """Return the columns with types and defaults in the form in which Postgres returns them.

    Raises:
        DefinitionError: If Postgres refuses the type or the default of a column.
    """
    # Many columns share a few combinations of type and default, so every combination is sent to the server once.
    first_columns: dict[ColumnSql, tuple[Identity, Column]] = {}
    for identity, column in columns.items():
        first_columns.setdefault(_get_column_sql(column), (identity, column))
    rewritten = _read_stored_sql(connection, first_columns, token)
    serial = {
        identity for identity, column in columns.items() if find_serial_base(column.type.sql) is not None
    }
    owned = _read_serial_defaults(connection) if serial else {}
    return {
        identity: _with_serial_default(identity, column, rewritten[_get_column_sql(column)], owned)
        if identity in serial
        else _with_stored_sql(column, rewritten[_get_column_sql(column)])
        for identity, column in columns.items()
    }


def _get_column_sql(column: Column) -> ColumnSql:
    spelling = column.type.sql
    base = find_serial_base(spelling)
    if base is not None:
        return Sql(base), None, None, None, None, None
    identity = None if column.sequence is None else column.identity
    return spelling, column.default, column.collation, column.storage, identity, column.sequence


def _read_serial_defaults(connection: Connection) -> dict[tuple[str, str, str], Sql]:
    """Read the defaults that take their numbers from a sequence which the column owns, by schema, table and column."""
    with open_catalog_cursor(connection) as cursor:
        rows = cursor.execute(_SERIAL_DEFAULTS).fetchall()
    return {(schema, table, column): Sql(default) for schema, table, column, default in rows}


_SERIAL_DEFAULTS: Final = """
    SELECT n.nspname::text, c.relname::text, a.attname::text, pg_get_expr(d.adbin, d.adrelid)
    FROM pg_attrdef AS d
    INNER JOIN pg_class AS c ON c.oid = d.adrelid
    INNER JOIN pg_namespace AS n ON n.oid = c.relnamespace
    INNER JOIN pg_attribute AS a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
    WHERE EXISTS (
        SELECT FROM pg_depend AS u
        INNER JOIN pg_depend AS o ON o.classid = 'pg_class'::regclass AND o.objid = u.refobjid AND o.deptype = 'a'
        WHERE u.classid = 'pg_attrdef'::regclass AND u.objid = d.oid AND u.refclassid = 'pg_class'::regclass
            AND o.refobjid = d.adrelid AND o.refobjsubid = d.adnum
    )
"""


def _with_serial_default(
    identity: Identity, column: Column, stored: Column, owned: Mapping[tuple[str, str, str], Sql]
) -> Column:
    """Return a serial column as Postgres stores it. A renamed column keeps the old name of its sequence."""
    default = owned.get((*identity.relation, identity.name)) or build_serial_default(identity)
    return attrs.evolve(column, type=stored.type, default=default, not_null=True, origin=column.origin)


def _with_stored_sql(column: Column, stored: Column) -> Column:
    rewritten = {name: getattr(stored, name) for name in _REWRITTEN}
    if all(value == getattr(column, name) for name, value in rewritten.items()):
        return column
    return copy_with(column, **rewritten)


_REWRITTEN: Final = ("type", "default", "collation", "storage", "sequence")


def _read_stored_sql(
    connection: Connection, first_columns: Mapping[ColumnSql, tuple[Identity, Column]], token: str
) -> dict[ColumnSql, Column]:
    """Return the columns with each combination of attributes as Postgres stores it.

    Each combination becomes a column of a temporary table, whose attributes are read from the catalog.
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
    return dict(zip(values, columns, strict=True))


def _build_add_column(table: sql.Identifier, number: int, value: ColumnSql) -> sql.Composed:
    spelling, default, collation, storage, identity, options = value
    name = sql.Identifier(f"value_{number}")
    statement = sql.SQL("ALTER TABLE {} ADD COLUMN {} {}").format(table, name, sql.SQL(spelling))
    if collation is not None:
        statement += sql.SQL(" COLLATE ") + sql.SQL(collation)
    if default is not None:
        statement += sql.SQL(" DEFAULT ") + compose_parenthesized(default)
    if identity is not None and options is not None:
        statement += sql.SQL(" GENERATED {} AS IDENTITY ({})").format(
            sql.SQL(identity), _compose_sequence_options(options)
        )
    if storage is not None:
        statement += sql.SQL(", ALTER COLUMN {} SET STORAGE {}").format(name, sql.SQL(storage))
    return statement


def _compose_sequence_options(options: SequenceOptions) -> sql.Composable:
    """Compose all options, without the code of the templates."""
    numbers = {
        "START": options.start,
        "INCREMENT": options.increment,
        "MINVALUE": options.minimum,
        "MAXVALUE": options.maximum,
        "CACHE": options.cache,
    }
    clauses = [f"{word} {number}" for word, number in numbers.items() if number is not None]
    return sql.SQL(" ".join([*clauses, "CYCLE" if options.cycle else "NO CYCLE"]))


def _find_temporary_table(cursor: Cursor, table: sql.Identifier) -> CatalogRelation:
    row = cursor.execute("SELECT %s::regclass::oid", [table.as_string(cursor)]).fetchone()
    assert row is not None  # noqa: S101 - a SELECT without FROM
    return CatalogRelation(row[0], Identity(RELATION), None, None, ())
