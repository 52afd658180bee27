"""Create the declared roles that no migration creates, on a server that lacks them."""

from __future__ import annotations

from schema_dsl.platforms import ServerRole
from schema_dsl.postgres import Connection, Server
from schema_dsl.verify.roles.acting_roles import administer_roles, join_acting_roles
from schema_dsl.verify.subject import Subject


def list_declared_roles(subject: Subject) -> list[ServerRole]:
    """Return the declared roles that the migrations only refer to."""
    return [
        ServerRole(role.name, ("NOLOGIN", "BYPASSRLS" if role.bypasses_row_security else "NOBYPASSRLS"))
        for role in subject.unmanaged_roles
    ]


def create_declared_roles(connection: Connection, server: Server, subject: Subject, owner: str) -> None:
    """Create the declared roles that the server lacks, and let the owner of the migrations act for them.

    Args:
        connection: A session of a superuser.
        server: The server.
        subject: The migration.
        owner: The role that runs the migrations.
    """
    roles = list_declared_roles(subject)
    known = {name for (name,) in connection.execute("SELECT rolname FROM pg_catalog.pg_roles").fetchall()}
    for role in roles:
        if role.name not in known:
            connection.execute(role.create_statement.encode())
    administer_roles(connection, server, [role.name for role in roles if role.name != owner], owner)
    join_acting_roles(connection, server, subject.wanted, subject.platform, owner)
