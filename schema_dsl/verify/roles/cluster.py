"""The roles of a cluster as they were before a migration first ran there."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, TypeAlias

from psycopg import sql

from schema_dsl.postgres import Connection

# Catalogs of the whole cluster that a migration can change, which no copy of a database resets.
_CATALOGS: Final = (
    "pg_authid",
    "pg_auth_members",
    "pg_db_role_setting",
    "pg_parameter_acl",
    "pg_shdescription",
    "pg_shseclabel",
)

# A changed row is deleted and inserted as it was. The settings of a database belong to the database.
_DELETE_LATER: Final = """
    DELETE FROM {catalog} AS t WHERE coalesce(to_jsonb(t) ->> 'setdatabase', '0') = '0' AND to_jsonb(t) NOT IN (
        SELECT to_jsonb(e) FROM jsonb_populate_recordset(NULL::{catalog}, %(rows)s::jsonb) AS e
    )
"""
_INSERT_EARLY: Final = """
    INSERT INTO {catalog}
    SELECT * FROM jsonb_populate_recordset(NULL::{catalog}, %(rows)s::jsonb) AS e
    WHERE coalesce(to_jsonb(e) ->> 'setdatabase', '0') = '0'
        AND to_jsonb(e) NOT IN (SELECT to_jsonb(t) FROM {catalog} AS t)
"""

# Roles with an oid below 16384 are system roles.
_UNREFERENCED: Final = """
    SELECT rolname FROM pg_catalog.pg_roles
    WHERE oid >= 16384 AND NOT rolsuper AND rolname <> ALL (%s::name[])
        AND oid NOT IN (
            SELECT d.refobjid FROM pg_catalog.pg_shdepend AS d
            INNER JOIN pg_catalog.pg_database AS b ON b.oid = d.dbid
            WHERE d.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass
                AND b.datname = pg_catalog.current_database()
        )
    ORDER BY rolname
"""

ClusterRoles: TypeAlias = Mapping[str, Any]
"""The rows of the catalogs of roles as JSON, by the name of the catalog."""


def read_cluster_roles(connection: Connection) -> ClusterRoles:
    """Return the roles of the cluster, with their memberships, settings and comments.

    Args:
        connection: A session of a superuser.
    """
    known = connection.execute(
        "SELECT relname FROM pg_catalog.pg_class WHERE relnamespace = 'pg_catalog'::regnamespace"
        " AND relname = ANY (%s::name[])",
        [list(_CATALOGS)],
    ).fetchall()
    found = {}
    for (name,) in known:
        query = sql.SQL("SELECT coalesce(jsonb_agg(to_jsonb(t)), '[]') FROM {} AS t").format(_catalog(name))
        row = connection.execute(query).fetchone()
        found[name] = row[0] if row else []
    return found


@contextmanager
def restored_roles(connection: Connection, roles: ClusterRoles) -> Iterator[None]:
    """Restore roles until the end of the block, which no other session sees.

    Args:
        connection: A session of a superuser with an open transaction.
        roles: The roles to restore.
    """
    with connection.transaction(force_rollback=True):
        replace_roles(connection, roles)
        yield


def replace_roles(connection: Connection, roles: ClusterRoles) -> None:
    """Give a server of our own the roles that it had earlier, with their oids.

    Args:
        connection: A session of a superuser.
        roles: The roles.
    """
    with connection.transaction():
        # The commands for roles cannot restore oids, passwords and grantors.
        connection.execute("SET LOCAL allow_system_table_mods = on")
        for name, rows in roles.items():
            for command in (_DELETE_LATER, _INSERT_EARLY):
                query = sql.SQL(command).format(catalog=_catalog(name))
                connection.execute(query, {"rows": json.dumps(rows)})
        connection.execute("SET LOCAL allow_system_table_mods = off")


@contextmanager
def hidden_roles(connection: Connection, names: Collection[str]) -> Iterator[None]:
    """Rename roles until the end of the block, so that a migration that creates a missing role creates it.

    Args:
        connection: A session of a role that may rename the roles, with an open transaction.
        names: The names of the roles.
    """
    with connection.transaction(force_rollback=True):
        for number, name in enumerate(names):
            connection.execute(
                sql.SQL("ALTER ROLE {} RENAME TO {}").format(
                    sql.Identifier(name), sql.Identifier(f"schema_dsl_hidden_{number}")
                )
            )
        yield


def list_unreferenced_roles(connection: Connection, known: Collection[str]) -> list[str]:
    """Return the roles to which the database of a session does not refer, except superusers and known roles."""
    return [name for (name,) in connection.execute(_UNREFERENCED, [list(known)]).fetchall()]


def _catalog(name: str) -> sql.Identifier:
    return sql.Identifier("pg_catalog", name)
