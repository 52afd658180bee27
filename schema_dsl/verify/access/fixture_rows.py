"""A table with two rows on it, to try things with: one of its owner's, and one of somebody else's."""

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
    """A column, so far as writing to it goes."""

    name: str
    writable: bool
    defaulted: bool
    unique: bool


@attrs.frozen(kw_only=True)
class FixtureRows:
    """What a stage is set with: values as Postgres writes them, the owner's row first, and the people.

    Where rows have no owner there is but one row, and nobody.
    """

    rows: Sequence[FixtureRow]
    people: Sequence[TestIdentity] = ()


@attrs.frozen
class FixtureTable:
    """A table in an open transaction that will be rolled back: emptied, then given rows, by savepoints.

    The savepoints are "empty", "first" and "second" (one row, of the owner or of the other), and "both".
    """

    connection: Connection
    table: Table
    columns: Sequence[WritableColumn]
    sample: FixtureRows

    @property
    def name(self) -> Sql:
        """Give the table's name in SQL."""
        return qualified(self.table.schema, self.table.name)

    def insert(self, row: FixtureRow, columns: Sequence[str] = ()) -> Sql:
        """Write an INSERT of a row as a client would: what has a default is left to it, unless asked for."""
        own = self.table.access.own if self.table.access is not None else None
        chosen = columns or [
            each.name
            for each in self.columns
            if each.writable and each.name in row and (not each.defaulted or each.name == own)
        ]
        if not chosen:
            return Sql(f"INSERT INTO {self.name} DEFAULT VALUES")
        values = ", ".join(literal(row[column]) for column in chosen)
        return Sql(f"INSERT INTO {self.name} ({identifiers(chosen)}) VALUES ({values})")

    def set(self) -> None:
        """Empty the table and put the savepoints."""
        run = self.connection.execute
        run(f"{_QUIET}; DELETE FROM {self.name}; {_LOUD}; SAVEPOINT empty".encode())

    def place(self, *numbers: int) -> list[str]:
        """Go back to the empty table, put rows in it, call that "rows", and tell where they lie.

        Neither triggers nor foreign keys have a say, as what they need may not be there yet.
        """
        run = self.connection.execute
        run(f"ROLLBACK TO SAVEPOINT empty; {_QUIET}".encode())
        places: list[str] = []
        for number in numbers:
            # Room that was freed is used again: rows do not lie in the order they came in.
            cursor = run(f"{self._placed(self.sample.rows[number])}; {self.where_rows_are}".encode())
            places += [place for (place,) in last(cursor).fetchall() if place not in places]
        run(f"{_LOUD}; SAVEPOINT rows".encode())
        return places

    def _placed(self, row: FixtureRow) -> Sql:
        columns = [each.name for each in self.columns if each.writable and each.name in row]
        return self.insert(row, columns)

    def places(self) -> list[str]:
        """List where the rows lie, in their order; whoever the session is, it looks as who connected."""
        look = f"SET LOCAL SESSION AUTHORIZATION DEFAULT; {self.where_rows_are}"
        return [place for (place,) in last(self.connection.execute(look.encode())).fetchall()]

    @property
    def where_rows_are(self) -> Sql:
        """Write a query for where the rows lie that the asking role may see."""
        return Sql(f"SELECT tableoid::text || ctid::text FROM {self.name}")


# Run by a superuser, this keeps triggers, and with them foreign keys, from acting.
_QUIET = "SET LOCAL session_replication_role = replica"
_LOUD = "SET LOCAL session_replication_role = origin"


def last(cursor: psycopg.Cursor[Any]) -> psycopg.Cursor[Any]:
    """Move on to the result of the last of several statements."""
    while cursor.nextset():
        pass
    return cursor


def columns_of(connection: Connection, table: Table) -> list[WritableColumn]:
    """Read what the table's columns are at the moment; none, if it is not there."""
    found = connection.execute(_COLUMNS, [qualified(table.schema, table.name)]).fetchall()
    return [
        WritableColumn(name=name, writable=writable, defaulted=defaulted, unique=unique)
        for name, writable, defaulted, unique in found
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
    """Read the table's rows, each value as Postgres would write it."""
    names = [each.name for each in columns]
    shown = ", ".join(f"{identifier(name)}::text" for name in names)
    query = f"SELECT {shown} FROM {qualified(table.schema, table.name)}"
    rows = connection.execute(query.encode()).fetchall()
    return [dict(zip(names, row, strict=True)) for row in rows]
