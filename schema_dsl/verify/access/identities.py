"""Create test identities: users with a value for the owner column and a `sub` for the request claims."""

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

UNKNOWN_USER: Final = "00000000-0000-4000-8000-000000000000"
"""An id that no user has."""


@attrs.frozen
class TestIdentity:
    """A signed-in user for the trials.

    Attributes:
        sub: The `sub` of the request claims.
        value: The value of the owner column in the rows of the user.
    """

    sub: str
    value: Any


@attrs.frozen
class TestIdentities:
    """Creates test identities, with the rows that the identities depend on.

    An owner column that references the users table holds the id of a user. An owner column that references another
    table holds the key of a row of that table, which a user owns. Any other owner column holds the `sub`.
    """

    connection: Connection
    factory: RowBuilder
    platform: Platform
    wanted: Catalog

    def create_identity(self, table: Table, column: str) -> TestIdentity:
        """Create one more identity that can own a row.

        Args:
            table: The table of the row.
            column: The owner column of the table.

        Raises:
            PostgresError: If the owner column does not lead to a user.
        """
        return self._create_owner((table.schema, table.name), column, ())

    def _create_owner(self, table: tuple[str, str], column: str, visited: tuple[object, ...]) -> TestIdentity:
        row = self.connection.execute(_TARGET, [column, *table]).fetchone()
        if row is None or (table, column) in visited:
            raise PostgresError(
                f"the owner column {column} of {'.'.join(table)} does not lead to a user, "
                "so the owner of a row is unknown",
                instead="Name another column in own=, or declare no access for the table.",
            )
        kind, schema, name, key = row
        if name is None:
            return self._create_unreferenced(kind, table, column)
        target = (schema, name)
        if target == self.platform.users:
            value = self.factory.insert_row(target)[key]
            return TestIdentity(str(value), value)
        known = self.wanted.tables.get(target)
        own = known.access.own if known is not None and known.access is not None else None
        if own is None:
            own = self._find_user_column(target)
        owner = self._create_owner(target, own, (*visited, (table, column)))
        if own == key:
            self.factory.insert_row(target, **{own: owner.value})
            return owner
        return TestIdentity(owner.sub, self.factory.insert_row(target, **{own: owner.value})[key])

    def _find_user_column(self, table: tuple[str, str]) -> str:
        users = self.platform.users
        found = self.connection.execute(_OF_USERS, [*table, *users]).fetchall() if users else []
        if len(found) != 1:
            raise PostgresError(
                f"{'.'.join(table)} declares no owner, so the owner of a row that references it is unknown",
                instead=f"Declare access=Access(own=...) for {'.'.join(table)}.",
            )
        return str(found[0][0])

    def _create_unreferenced(self, kind: str, table: tuple[str, str], column: str) -> TestIdentity:
        """Create an identity for an owner column without a foreign key."""
        users = self.platform.users
        if kind == "N":
            number = secrets.randbelow(30_000)
            return TestIdentity(str(number), number)
        if kind not in ("U", "S"):
            raise PostgresError(
                f"cannot create an owner for column {column} of {'.'.join(table)}: "
                "the type of an owner column is uuid, a text type or a numeric type",
                instead="Name another column in own=, or declare no access for the table.",
            )
        if users is None:
            return TestIdentity(name := str(uuid.uuid4()), name)
        known = self.wanted.tables.get(users)
        keys = known.primary_key_columns if known is not None else ()
        value = str(self.factory.insert_row(users)[keys[0] if keys else "id"])
        return TestIdentity(value, value)


# The type category of the column, and the target of a foreign key on this column alone.
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
