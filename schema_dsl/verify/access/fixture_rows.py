"""Fill a table with two fixture rows: one of the caller and one of another user."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs
import psycopg

from schema_dsl.model.table import Table
from schema_dsl.postgres import Connection
from schema_dsl.sql import Sql, identifier, identifiers, literal, qualified
from schema_dsl.verify.access.identities import TestIdentity

FixtureRow = Mapping[str, str | None]


@attrs.frozen(kw_only=True)
class WritableColumn:
    """The properties of a column that decide whether a statement can write to the column."""

    name: str
    writable: bool
    has_default: bool
    unique: bool


@attrs.frozen(kw_only=True)
class FixtureRows:
    """The rows and identities of a fixture table.

    Attributes:
        rows: Rows of values in Postgres text format, the row of the first identity first. A table without an
            owner column has one row.
        identities: The owner of the first row, the owner of the second row, and a user without rows; empty
            without an owner column.
    """

    rows: Sequence[FixtureRow]
    identities: Sequence[TestIdentity] = ()


@attrs.frozen
class FixtureTable:
    """A table with fixture rows in a transaction that the caller rolls back.

    The savepoint "empty" is the table without rows, the savepoint "rows" is the table with fixture rows.
    """

    connection: Connection
    table: Table
    columns: Sequence[WritableColumn]
    fixture_rows: FixtureRows

    @property
    def name(self) -> Sql:
        """Return the qualified name of the table in SQL."""
        return qualified(self.table.schema, self.table.name)

    def insert_statement(self, row: FixtureRow, columns: Sequence[str] = ()) -> Sql:
        """Return an INSERT of a row as a client sends it.

        Args:
            row: The values of the row.
            columns: The columns to write. The default is the owner column and every writable column without
                a default.
        """
        own = self.table.access.own if self.table.access is not None else None
        chosen = columns or [
            column.name
            for column in self.columns
            if column.writable and column.name in row and (not column.has_default or column.name == own)
        ]
        if not chosen:
            return Sql(f"INSERT INTO {self.name} DEFAULT VALUES")
        values = ", ".join(literal(row[column]) for column in chosen)
        return Sql(f"INSERT INTO {self.name} ({identifiers(chosen)}) VALUES ({values})")

    def empty(self) -> None:
        """Delete all rows and set the savepoint "empty"."""
        run = self.connection.execute
        run(f"{_DISABLE_TRIGGERS}; DELETE FROM {self.name}; {_ENABLE_TRIGGERS}; SAVEPOINT empty".encode())

    def insert_rows(self, *numbers: int) -> list[str]:
        """Roll back to the empty table, insert fixture rows, and set the savepoint "rows".

        Triggers and foreign keys do not run, because an unfinished migration may not have created the objects
        that they need.

        Args:
            numbers: The indexes of the fixture rows.

        Returns:
            The locations of the rows, in the order of `numbers`.
        """
        run = self.connection.execute
        run(f"ROLLBACK TO SAVEPOINT empty; {_DISABLE_TRIGGERS}".encode())
        locations: list[str] = []
        for number in numbers:
            # Postgres reuses the space of deleted rows, so the order of locations is not the insertion order.
            cursor = run(
                f"{self._full_insert_statement(self.fixture_rows.rows[number])}; {self.locations_query}".encode()
            )
            locations += [
                location for (location,) in last_result(cursor).fetchall() if location not in locations
            ]
        run(f"{_ENABLE_TRIGGERS}; SAVEPOINT rows".encode())
        return locations

    def _full_insert_statement(self, row: FixtureRow) -> Sql:
        columns = [column.name for column in self.columns if column.writable and column.name in row]
        return self.insert_statement(row, columns)

    def list_locations(self) -> list[str]:
        """List the locations of all rows as the superuser, in any session."""
        query = f"SET LOCAL SESSION AUTHORIZATION DEFAULT; {self.locations_query}"
        return [location for (location,) in last_result(self.connection.execute(query.encode())).fetchall()]

    @property
    def locations_query(self) -> Sql:
        """Return a query for the locations of the rows that the current role can read."""
        return Sql(f"SELECT tableoid::text || ctid::text FROM {self.name}")


# Only a superuser may set this. It disables triggers, and Postgres implements foreign keys as triggers.
_DISABLE_TRIGGERS = "SET LOCAL session_replication_role = replica"
_ENABLE_TRIGGERS = "SET LOCAL session_replication_role = origin"


def last_result(cursor: psycopg.Cursor[Any]) -> psycopg.Cursor[Any]:
    """Advance the cursor to the result of the last statement."""
    while cursor.nextset():
        pass
    return cursor


def read_columns(connection: Connection, table: Table) -> list[WritableColumn]:
    """Read the present columns of a table; return an empty list if the table does not exist."""
    found = connection.execute(_COLUMNS, [qualified(table.schema, table.name)]).fetchall()
    return [
        WritableColumn(name=name, writable=writable, has_default=has_default, unique=unique)
        for name, writable, has_default, unique in found
    ]


_COLUMNS = """
    SELECT a.attname, a.attgenerated = '' AND a.attidentity <> 'a', a.atthasdef OR a.attidentity <> '',
        EXISTS (SELECT FROM pg_catalog.pg_index AS i
            WHERE i.indrelid = a.attrelid AND i.indisunique AND a.attnum = ANY (i.indkey))
    FROM pg_catalog.pg_attribute AS a
    WHERE a.attrelid = pg_catalog.to_regclass(%s) AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY a.attnum
"""


def read_rows(
    connection: Connection, table: Table, columns: Sequence[WritableColumn]
) -> list[dict[str, str | None]]:
    """Read the rows of a table, with all values in Postgres text format."""
    names = [column.name for column in columns]
    expressions = ", ".join(f"{identifier(name)}::text" for name in names)
    query = f"SELECT {expressions} FROM {qualified(table.schema, table.name)}"
    rows = connection.execute(query.encode()).fetchall()
    return [dict(zip(names, row, strict=True)) for row in rows]
