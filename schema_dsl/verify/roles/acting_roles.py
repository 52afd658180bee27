"""The roles that the role of the migrations must be a member of, to give objects to them or to set their defaults."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from psycopg import sql

from schema_dsl.model.catalog import Catalog
from schema_dsl.model.default_privileges import DefaultPrivileges
from schema_dsl.model.owner import Ownership
from schema_dsl.platforms import Platform
from schema_dsl.postgres import Connection, Server
from schema_dsl.postgres.marked_roles import list_marked_roles

_OPTIONS_SINCE: Final = 160000
"""The version of Postgres in which memberships got options, and in which CREATEROLE alone permits to alter no role."""
_JOINED: Final = """
    SELECT r.rolname FROM pg_catalog.pg_auth_members AS m
    INNER JOIN pg_catalog.pg_roles AS r ON r.oid = m.roleid
    INNER JOIN pg_catalog.pg_roles AS a ON a.oid = m.member
    WHERE a.rolname = %s
"""


def list_acting_roles(wanted: Catalog, platform: Platform) -> set[str]:
    """Return the roles that own objects or create them, now or in earlier migrations.

    These are the declared owners, the roles with declared default privileges, and the declared roles of the project
    that are no client roles: an earlier migration may have given objects to them. A managed role exists only when a
    migration has created it.
    """
    named = {item.role for item in wanted.objects.values() if isinstance(item, Ownership | DefaultPrivileges)}
    of_platform = {role.name for role in platform.roles}
    created = {role.name for role in wanted.roles if role.managed}
    others = {role.name for role in wanted.roles if not role.client and role.name not in of_platform}
    return (named | others) - created


def join_acting_roles(
    connection: Connection, server: Server, wanted: Catalog, platform: Platform, member: str
) -> None:
    """Make a role a member of the roles that it acts for; roles of an existing server are left as they are.

    Args:
        connection: A session of a superuser.
        server: The server.
        wanted: The definitions.
        platform: The platform, whose roles are members of others as they are on the platform.
        member: The role that runs the migrations.
    """
    names = list_acting_roles(wanted, platform) - {member}
    # The role may be a member already, without these options, which GRANT would keep.
    has_options = connection.info.server_version >= _OPTIONS_SINCE
    grant = sql.SQL("GRANT {} TO {} WITH INHERIT TRUE, SET TRUE" if has_options else "GRANT {} TO {}")
    for name in _list_ours(connection, server, names):
        connection.execute(grant.format(sql.Identifier(name), sql.Identifier(member)))


def administer_roles(
    connection: Connection, server: Server, names: Iterable[str], administrator: str
) -> None:
    """Let a role alter and grant roles; roles of an existing server are left as they are.

    An earlier migration may be the one that creates a declared role. Since Postgres 16, the creator of a role holds its
    ADMIN option, and CREATEROLE alone does not permit to alter the role.
    """
    if connection.info.server_version < _OPTIONS_SINCE:
        return
    joined = {name for (name,) in connection.execute(_JOINED, [administrator]).fetchall()}
    for name in _list_ours(connection, server, names):
        # The administrator keeps the options of an existing membership: GRANT changes only the options that it names.
        options = "ADMIN TRUE" if name in joined else "ADMIN TRUE, INHERIT FALSE, SET FALSE"
        grant = sql.SQL(f"GRANT {{}} TO {{}} WITH {options}")
        connection.execute(grant.format(sql.Identifier(name), sql.Identifier(administrator)))


def _list_ours(connection: Connection, server: Server, names: Iterable[str]) -> list[str]:
    if server.owns_cluster:
        return sorted(names)
    return sorted(set(names) & set(list_marked_roles(connection)))
