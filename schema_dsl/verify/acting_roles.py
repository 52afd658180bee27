"""The roles that the role of the migrations must be a member of, to give objects to them or to set their defaults."""

from __future__ import annotations

from psycopg import sql

from schema_dsl.model.catalog import Catalog
from schema_dsl.model.default_privileges import DefaultPrivileges
from schema_dsl.model.owner import Ownership
from schema_dsl.postgres import Connection, Server
from schema_dsl.postgres.marked_roles import list_marked_roles


def list_acting_roles(wanted: Catalog) -> set[str]:
    """Return the declared owners, and the roles with declared default privileges."""
    return {item.role for item in wanted.objects.values() if isinstance(item, Ownership | DefaultPrivileges)}


def join_acting_roles(connection: Connection, server: Server, wanted: Catalog, member: str) -> None:
    """Make a role a member of the roles that it acts for; roles of an existing server are left as they are.

    Args:
        connection: A session of a superuser.
        server: The server.
        wanted: The definitions.
        member: The role that runs the migrations.
    """
    names = list_acting_roles(wanted) - {member}
    if names and not server.owns_cluster:
        names &= set(list_marked_roles(connection))
    for name in sorted(names):
        statement = sql.SQL("GRANT {} TO {}").format(sql.Identifier(name), sql.Identifier(member))
        connection.execute(statement)
