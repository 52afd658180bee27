"""List the client roles to test."""

from __future__ import annotations

from typing import Final

import attrs

from schema_dsl.errors import PostgresError
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.role import Role
from schema_dsl.model.table import Table
from schema_dsl.platforms import Platform
from schema_dsl.postgres import Connection


@attrs.frozen(kw_only=True)
class ClientRole:
    """A role to test.

    Attributes:
        name: The name of the role.
        bypasses_row_security: Whether the role has BYPASSRLS.
        is_user: Whether signed-in users have the role.
        login_role: The role that logs in and sets the client role; None if the platform has no such role, or
            the login role is not a member of the client role.
    """

    name: str
    bypasses_row_security: bool
    is_user: bool
    login_role: str | None


def list_client_roles(
    connection: Connection, table: Table, platform: Platform, wanted: Catalog
) -> list[ClientRole]:
    """List the roles to test on a table: the client roles, and every role that the access of the table names.

    Raises:
        PostgresError: If a role does not exist. Or if policies do not apply to a role, although the role is not
            declared with bypasses_row_security=True, because then every trial succeeds.
    """
    roles = {role.name: role for role in (*platform.roles, *wanted.roles)}
    selected = {name: role for name, role in roles.items() if role.client}
    if table.access is not None:
        selected |= {name: roles.get(name) or Role(name) for name in table.access.roles}
    user_roles = _find_user_roles(wanted, selected)
    names = list(selected)
    rows = connection.execute(_ROLES, {"names": names, "login": platform.login}).fetchall()
    facts = {name: rest for name, *rest in rows}
    clients = []
    for name, role in selected.items():
        if name not in facts:
            raise PostgresError(
                f"role {name} does not exist on this server",
                instead=f"Create role {name}, or do not name the role in the definitions.",
            )
        superuser, bypasses, reachable = facts[name]
        if superuser or (bypasses and not role.bypasses_row_security):
            trait = "is a superuser" if superuser else "has BYPASSRLS"
            what = (
                f"role {name} {trait}, so policies do not apply and a test of access as {name} proves nothing"
            )
            raise PostgresError(what, instead=f'Declare Role("{name}", bypasses_row_security=True).')
        login_role = platform.login if reachable else None
        clients.append(
            ClientRole(
                name=name, bypasses_row_security=bypasses, is_user=name in user_roles, login_role=login_role
            )
        )
    return clients


_ROLES: Final = """
    SELECT r.rolname, r.rolsuper, r.rolbypassrls,
        EXISTS (SELECT FROM pg_catalog.pg_roles AS l
            WHERE l.rolname = %(login)s AND pg_catalog.pg_has_role(l.oid, r.oid, 'MEMBER'))
    FROM pg_catalog.pg_roles AS r
    WHERE r.rolname = ANY (%(names)s)
"""


def _find_user_roles(wanted: Catalog, selected: dict[str, Role]) -> set[str]:
    """Return the roles of signed-in users: the roles that the access of any table limits to some rows."""
    accesses = [table.access for table in wanted.tables.values() if table.access is not None]
    limited = {
        role
        for access in accesses
        for role, permissions in access.roles.items()
        if any("own" in permission.rows for permission in permissions)
    }
    return limited or {name for name, role in selected.items() if not role.bypasses_row_security}
