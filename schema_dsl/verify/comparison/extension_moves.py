"""Move the extensions of a database as a migration will, so that Postgres follows in all that uses their objects."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import attrs
import psycopg

from schema_dsl.analysis.identity import Identity
from schema_dsl.errors import PlanError
from schema_dsl.introspect import Introspection
from schema_dsl.model.extension import Extension
from schema_dsl.model.schema import Schema
from schema_dsl.postgres import Connection
from schema_dsl.sql import identifier
from schema_dsl.verify.scripts.host import write_superuser_statements

_SCHEMAS: Final = b"""
    SELECT e.extname, n.nspname
    FROM pg_catalog.pg_extension AS e INNER JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace
"""
_SCHEMA_EXISTS: Final = "SELECT FROM pg_catalog.pg_namespace WHERE nspname = %s"


@attrs.frozen
class MovedExtensions:
    """The extensions that were moved.

    Attributes:
        former: The schema of each before.
        created: The schemas that were created for them.
    """

    former: Mapping[Identity, str]
    created: frozenset[Identity]

    def undo_in(self, introspection: Introspection) -> Introspection:
        """Return an introspection after the moves with the extensions in their former schemas.

        Users of the objects of an extension keep the new names: Postgres changes them with the extension.
        """
        if not self.former:
            return introspection
        objects = {
            identity: attrs.evolve(item, schema=self.former[identity]) if identity in self.former else item
            for identity, item in introspection.catalog.objects.items()
            if identity not in self.created
        }
        return attrs.evolve(introspection, catalog=attrs.evolve(introspection.catalog, objects=objects))


def move_extensions(connection: Connection, wanted: Mapping[Identity, Any]) -> MovedExtensions:
    """Move the extensions that are declared in another schema than they have.

    Args:
        connection: A session of the owner in a database that is not used afterwards.
        wanted: The declared objects.

    Raises:
        PlanError: If Postgres cannot move an extension.
    """
    declared = {identity: item for identity, item in wanted.items() if identity.kind == Extension.kind}
    schemas: dict[str, str] = dict(connection.execute(_SCHEMAS).fetchall()) if declared else {}
    former: dict[Identity, str] = {}
    created: set[Identity] = set()
    for identity, extension in declared.items():
        before, after = schemas.get(identity.name, extension.schema), extension.schema
        if before == after:
            continue
        former[identity] = before
        if connection.execute(_SCHEMA_EXISTS, [after]).fetchone() is None:
            connection.execute(f"CREATE SCHEMA {identifier(after)}".encode())
            created.add(Identity(Schema.kind, "", after))
        move = f"ALTER EXTENSION {identifier(identity.name)} SET SCHEMA {identifier(after)}"
        try:
            connection.execute(write_superuser_statements(move).encode())
        except psycopg.Error as error:
            reason = error.diag.message_primary or error
            raise PlanError(
                f"{identity} cannot move from schema {before} to {after}: {reason}",
                where=None if extension.origin is None else str(extension.origin),
                instead=f'Declare schema="{before}", or drop and create the extension in a migration by hand.',
            ) from error
    return MovedExtensions(former, frozenset(created))
