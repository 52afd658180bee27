"""Whose rows there are: made-up people, as the table's owner column and as a request's claims know them."""

from __future__ import annotations

import secrets
import uuid
from typing import Any, Final

import attrs

from schema_dsl.errors import PostgresError
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.table import Table
from schema_dsl.platforms import Platform
from schema_dsl.postgres import Connection
from schema_dsl.verify.rows import RowBuilder

NOBODY: Final = "00000000-0000-4000-8000-000000000000"
"""The id of no user."""


@attrs.frozen
class TestIdentity:
    """One of the people: `sub` is what their claims say, `value` what the owner column of a table holds."""

    sub: str
    value: Any


@attrs.frozen
class TestIdentities:
    """Makes people, each with the rows that their existence takes.

    A column that references the users' table holds a user's id. One that references another table holds the
    key of a row there, which belongs to a user in turn. Others hold what the claims say, as it is.
    """

    connection: Connection
    factory: RowBuilder
    platform: Platform
    wanted: Catalog

    def make(self, table: Table, column: str) -> TestIdentity:
        """Make one more person that can own a row.

        Raises:
            PostgresError: If nothing tells who would be the owner.
        """
        return self._owner((table.schema, table.name), column, ())

    def _owner(self, table: tuple[str, str], column: str, seen: tuple[object, ...]) -> TestIdentity:
        row = self.connection.execute(_TARGET, [column, *table]).fetchone()
        if row is None or (table, column) in seen:
            raise PostgresError(
                f"nothing tells whose the rows of {'.'.join(table)} are by {column}",
                instead="Name another column in own=, or leave the table without an access.",
            )
        kind, schema, name, key = row
        if name is None:
            return self._loose(kind, table, column)
        target = (schema, name)
        if target == self.platform.users:
            value = self.factory.row(target)[key]
            return TestIdentity(str(value), value)
        known = self.wanted.tables.get(target)
        own = known.access.own if known is not None and known.access is not None else None
        if own is None:
            own = self._column_of_user(target)
        owner = self._owner(target, own, (*seen, (table, column)))
        if own == key:
            self.factory.row(target, **{own: owner.value})
            return owner
        return TestIdentity(owner.sub, self.factory.row(target, **{own: owner.value})[key])

    def _column_of_user(self, table: tuple[str, str]) -> str:
        users = self.platform.users
        found = self.connection.execute(_OF_USERS, [*table, *users]).fetchall() if users else []
        if len(found) != 1:
            raise PostgresError(
                f"nothing tells whose the rows of {'.'.join(table)} are",
                instead="Declare an access with own= on it.",
            )
        return str(found[0][0])

    def _loose(self, kind: str, table: tuple[str, str], column: str) -> TestIdentity:
        """Make somebody of whom the column says what their claims do."""
        users = self.platform.users
        if kind == "N":
            number = secrets.randbelow(30_000)
            return TestIdentity(str(number), number)
        if kind not in ("U", "S"):
            raise PostgresError(f"no owner can be made up for {column} of {'.'.join(table)}")
        if users is None:
            return TestIdentity(name := str(uuid.uuid4()), name)
        known = self.wanted.tables.get(users)
        keys = known.primary_key_columns if known is not None else ()
        value = str(self.factory.row(users)[keys[0] if keys else "id"])
        return TestIdentity(value, value)


# The category of the column's type (uuid has none of its own), and what a foreign key of it alone points to.
_TARGET = """
    SELECT CASE WHEN a.atttypid = 'uuid'::regtype THEN 'U' ELSE y.typcategory END, n.nspname, t.relname, k.attname
    FROM pg_catalog.pg_attribute AS a
    JOIN pg_catalog.pg_type AS y ON y.oid = a.atttypid
    LEFT JOIN pg_catalog.pg_constraint AS f
        ON f.conrelid = a.attrelid AND f.contype = 'f' AND f.conkey = ARRAY[a.attnum]
    LEFT JOIN pg_catalog.pg_class AS t ON t.oid = f.confrelid
    LEFT JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace
    LEFT JOIN pg_catalog.pg_attribute AS k ON k.attrelid = f.confrelid AND k.attnum = f.confkey[1]
    WHERE a.attname = %s AND a.attrelid = pg_catalog.format('%%I.%%I', %s::text, %s::text)::regclass
    LIMIT 1
"""

_OF_USERS = """
    SELECT a.attname
    FROM pg_catalog.pg_constraint AS f
    JOIN pg_catalog.pg_attribute AS a ON a.attrelid = f.conrelid AND f.conkey = ARRAY[a.attnum]
    WHERE f.contype = 'f' AND f.conrelid = pg_catalog.format('%%I.%%I', %s::text, %s::text)::regclass
        AND f.confrelid = pg_catalog.format('%%I.%%I', %s::text, %s::text)::regclass
"""
