"""Create persons: users with an id that policies compare with, and the rows that they own."""

from __future__ import annotations

import secrets
import uuid
from typing import Any, Final

import attrs

from schema_dsl.analysis.schema import QualifiedKey
from schema_dsl.errors import PostgresError
from schema_dsl.model.catalog import Catalog
from schema_dsl.platforms import Platform
from schema_dsl.postgres import Connection
from schema_dsl.sql import identifier
from schema_dsl.verify.access.row_rules import OwnerPath
from schema_dsl.verify.rows import RowBuilder
from schema_dsl.verify.rows.statements import find_row

UNKNOWN_USER: Final = "00000000-0000-4000-8000-000000000000"
"""An id that no user has."""
_FIRST_NUMBER: Final = 20_000


@attrs.frozen
class Person:
    """A user.

    Attributes:
        id: The id, as policies compare it.
        label: A phrase for reports, such as "as another user".
        possessive: The person as the owner of a value, such as "the owner's".
    """

    id: str
    label: str
    possessive: str


@attrs.define(eq=False)
class PersonFactory:
    """Creates persons, with the rows that their ids depend on.

    A column that references the users holds the id of a user. A column that references another table holds the key of
    a row of a user. Any other column holds the id itself.

    Attributes:
        connection: The connection.
        rows: The builder of rows.
        platform: The platform.
        wanted: The declared schema.
        roles: The roles that were created, if the database role is the caller.
    """

    connection: Connection
    rows: RowBuilder
    platform: Platform
    wanted: Catalog
    roles: list[str] = attrs.field(init=False, factory=list)
    _numbers: int = attrs.field(init=False, default=_FIRST_NUMBER)
    _supplied: dict[tuple[OwnerPath, str], str] = attrs.field(init=False, factory=dict)

    @property
    def is_role(self) -> bool:
        """Return whether the database role is the caller."""
        return self.platform.caller is not None and self.platform.caller.is_role

    def find_path(self, table: QualifiedKey, column: str, visited: tuple[object, ...] = ()) -> OwnerPath:
        """Return how a row leads to its owner.

        Raises:
            PostgresError: If the column does not lead to a user.
        """
        if (table, column) in visited:
            raise PostgresError(
                f"the owner column {column} of {'.'.join(table)} does not lead to a user, "
                "so the owner of a row is unknown",
                instead="Name another column in own=, or declare no access for the table.",
            )
        _, target, key = self._find_target(table, column)
        if target is None or target == self.platform.users:
            return OwnerPath((), column, table)
        known = self.wanted.tables.get(target)
        own = known.access.own if known is not None and known.access is not None else None
        if own is None:
            if self.platform.users is None:
                return OwnerPath((), column, table)
            own = self._find_user_column(target)
        rest = self.find_path(target, own, (*visited, (table, column)))
        return attrs.evolve(rest, steps=((column, target, key), *rest.steps))

    def create(self, table: QualifiedKey, column: str) -> str:
        """Create a user, and return the id that a column can hold.

        Raises:
            PostgresError: If the type of the column cannot hold an id.
        """
        if self.is_role:
            name = f"schema_dsl_{secrets.token_hex(4)}"
            self.connection.execute(f"CREATE ROLE {identifier(name)}".encode())
            self.roles.append(name)
            return name
        category, target, key = self._find_target(table, column)
        users = self.platform.users
        if users is not None and target != users and category == "N":
            return self._next_number()
        if category not in ("U", "S", "N"):
            raise PostgresError(
                f"cannot create an owner for column {column} of {'.'.join(table)}: "
                "the type of an owner column is uuid, a text type or a numeric type",
                instead="Name another column in own=, or declare no access for the table.",
            )
        if users is not None:
            return self.create_user()
        if target is not None:
            return str(self.rows.insert_row(target)[key])
        return self._next_number() if category == "N" else str(self._new_uuid())

    def create_id(self, table: QualifiedKey, column: str) -> str | None:
        """Return a new value for a column that references a table, or holds a uuid or a number; None for any other."""
        category, target, key = self._find_target(table, column)
        if target is not None:
            return str(self.rows.insert_row(target)[key])
        if category == "N":
            return self._next_number()
        return str(self._new_uuid()) if category == "U" else None

    def _new_uuid(self) -> uuid.UUID:
        return uuid.UUID(int=(0xACCE55 << 100) | int(self._next_number()), version=4)

    def create_user(self) -> str:
        """Create a user of the platform; without a table of users, return a new id."""
        users = self.platform.users
        if users is None:
            return str(self._new_uuid())
        known = self.wanted.tables.get(users)
        keys = known.primary_key_columns if known is not None else ()
        return str(self.rows.insert_row(users)[keys[0] if keys else "id"])

    def supply(self, path: OwnerPath, person: str) -> str:
        """Return a value of the owner column for rows of a person, and insert the rows that it references."""
        if not path.steps:
            return person
        if (path, person) not in self._supplied:
            (_, target, key), rest = path.steps[0], attrs.evolve(path, steps=path.steps[1:])
            column = rest.steps[0][0] if rest.steps else rest.column
            row = self._find_or_insert(target, column, self.supply(rest, person))
            self._supplied[path, person] = str(row[key])
        return self._supplied[path, person]

    def _find_or_insert(self, table: QualifiedKey, column: str, value: str) -> dict[str, Any]:
        """Return a row with a value of a column, which is the only one if the column is unique."""
        described = self.rows.tables.by_name(table)
        is_unique = (column,) in described.unique_keys.values()
        known = find_row(self.connection, described, {column: value}) if is_unique else None
        return known if known is not None else self.rows.insert_row(table, **{column: value})

    def _next_number(self) -> str:
        self._numbers += 1
        return str(self._numbers)

    def _find_target(self, table: QualifiedKey, column: str) -> tuple[str, QualifiedKey | None, str]:
        """Return the type category of a column, and the table and column that a foreign key references."""
        row = self.connection.execute(_TARGET, [column, *table]).fetchone()
        if row is None:
            raise PostgresError(f"{'.'.join(table)} has no column {column}")
        category, schema, name, key = row
        return category, None if name is None else (schema, name), key or ""

    def _find_user_column(self, table: QualifiedKey) -> str:
        users = self.platform.users
        found = self.connection.execute(_OF_USERS, [*table, *users]).fetchall() if users else []
        if len(found) != 1:
            raise PostgresError(
                f"{'.'.join(table)} declares no owner, so the owner of a row that references it is unknown",
                instead=f"Declare access=Access(own=...) for {'.'.join(table)}.",
            )
        return str(found[0][0])


# The type category of the column, and the target of a foreign key on this column alone.
_TARGET: Final = """
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
_OF_USERS: Final = """
    SELECT a.attname
    FROM pg_catalog.pg_constraint AS f
    JOIN pg_catalog.pg_attribute AS a ON a.attrelid = f.conrelid AND f.conkey = ARRAY[a.attnum]
    WHERE f.contype = 'f' AND f.conrelid = pg_catalog.format('%%I.%%I', %s::text, %s::text)::regclass
        AND f.confrelid = pg_catalog.format('%%I.%%I', %s::text, %s::text)::regclass
"""
