"""The roles that runs create on an existing server: marked by a comment, shared, and dropped by the last run.

Roles belong to the server, not to a database, so dropping the scratch databases leaves them. Each run holds an advisory
lock while it lives, which pg_locks shows in every database.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Iterator, Mapping
from typing import Final

import psycopg
from psycopg import errors, sql

from schema_dsl.errors import PostgresError
from schema_dsl.postgres.connection import Connection
from schema_dsl.sql import Sql

LOCK_CLASS: Final = 0x5D51
"""The first half of the key of the advisory locks of runs; the second half is from the token of the run."""

_MARK: Final = "Made by schema_dsl for its scratch databases. The last run drops this role."
_RECORD: Final = "schema_dsl_record_"
"""The beginning of the name of a marked role that only records, in its comment, which roles a run may create."""
_ATTEMPTS: Final = 5

_MARKED: Final = (
    "SELECT rolname FROM pg_catalog.pg_roles"
    " WHERE pg_catalog.starts_with(pg_catalog.shobj_description(oid, 'pg_authid'), %s) ORDER BY oid DESC"
)
_RECORDED: Final = (
    "SELECT pg_catalog.substr(pg_catalog.shobj_description(oid, 'pg_authid'), %s) FROM pg_catalog.pg_roles"
    " WHERE pg_catalog.starts_with(rolname, %s)"
    " AND pg_catalog.starts_with(pg_catalog.shobj_description(oid, 'pg_authid'), %s)"
)
# Since Postgres 16, the creator of a role gets its ADMIN option from the first superuser, without any other option.
CREATOR_SINCE: Final = 160000
"""The version from which on a role tells who created it."""
_CREATED: Final = (
    "SELECT r.rolname FROM pg_catalog.pg_auth_members AS m INNER JOIN pg_catalog.pg_roles AS r ON r.oid = m.roleid"
    " WHERE m.member = ANY (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = ANY (%(marked)s))"
    " AND m.grantor = 10 AND m.admin_option AND NOT m.inherit_option AND NOT m.set_option"
    " AND r.rolname <> ALL (%(marked)s)"
)
_OTHER_RUNS: Final = (
    "SELECT count(DISTINCT objid) FROM pg_catalog.pg_locks WHERE locktype = 'advisory' AND granted"
    " AND classid = %s::int4::oid AND objsubid = 2 AND objid <> %s::int4::oid"
)


def create_marked_roles(
    connection: Connection, roles: Mapping[str, Sql], memberships: Mapping[tuple[str, str], bool]
) -> None:
    """Create the roles that the server lacks, and mark them.

    Roles that earlier runs left, or that concurrent runs share, are marked again. The lock of COMMENT on
    the role conflicts with DROP ROLE, so a run that ends at this moment has dropped the role, or sees the present run.

    Args:
        connection: A session of a superuser, without an open transaction. The run must hold its advisory lock.
        roles: The CREATE ROLE statements by the name of the role.
        memberships: The (member, group) pairs to grant, each with whether the member gets the ADMIN OPTION. A role that
            is not ours must have its memberships.
    """
    for attempt in range(_ATTEMPTS):
        try:
            with connection.transaction():
                _create_roles(connection, roles, memberships)
        except (errors.UndefinedObject, errors.DuplicateObject, errors.UniqueViolation):
            # Another run has created or dropped a role in between.
            if attempt + 1 == _ATTEMPTS:
                raise
        else:
            return


def _create_roles(
    connection: Connection, roles: Mapping[str, Sql], memberships: Mapping[tuple[str, str], bool]
) -> None:
    known = {name for (name,) in connection.execute("SELECT rolname FROM pg_catalog.pg_roles").fetchall()}
    marked = list_marked_roles(connection)
    for name, statement in roles.items():
        if name not in known:
            connection.execute(statement.encode())
        if name not in known or name in marked:
            mark_role(connection, name)
    for (member, group), is_admin in memberships.items():
        if member in roles and (member not in known or member in marked):
            grant = sql.SQL("GRANT {} TO {} WITH ADMIN OPTION" if is_admin else "GRANT {} TO {}")
            connection.execute(grant.format(sql.Identifier(group), sql.Identifier(member)))


def list_marked_roles(connection: Connection) -> list[str]:
    """Return the roles that runs have created, the newest first."""
    return [name for (name,) in connection.execute(_MARKED, [_MARK]).fetchall()]


def mark_role(connection: Connection, name: str) -> None:
    """Mark a role as created by a run."""
    connection.execute(sql.SQL("COMMENT ON ROLE {} IS {}").format(sql.Identifier(name), sql.Literal(_MARK)))


def record_roles(connection: Connection, names: Collection[str]) -> None:
    """Record the roles that the scripts of a run may create, so that the next run drops them if this one is killed.

    Args:
        connection: A session without an open transaction. A role that may not create roles has no record to make.
        names: Names that no role has.
    """
    record = sql.Identifier(f"{_RECORD}{secrets.token_hex(8)}")
    try:
        with connection.transaction():
            connection.execute(sql.SQL("CREATE ROLE {}").format(record))
            text = sql.Literal(f"{_MARK}{json.dumps(sorted(names))}")
            connection.execute(sql.SQL("COMMENT ON ROLE {} IS {}").format(record, text))
    except errors.InsufficientPrivilege:
        return


def _mark_recorded_roles(connection: Connection) -> None:
    """Mark the roles that runs have recorded and created, also those of a killed run."""
    present = {name for (name,) in connection.execute("SELECT rolname FROM pg_catalog.pg_roles").fetchall()}
    for name in present.intersection(_list_recorded(connection)):
        mark_role(connection, name)


def _mark_created_roles(connection: Connection) -> None:
    """Mark the roles that marked roles have created, also under a name that no script contains."""
    if connection.info.server_version < CREATOR_SINCE:
        return
    while created := connection.execute(_CREATED, {"marked": list_marked_roles(connection)}).fetchall():
        for (name,) in created:
            mark_role(connection, name)


def _list_recorded(connection: Connection) -> Iterator[str]:
    for (text,) in connection.execute(_RECORDED, [len(_MARK) + 1, _RECORD, _MARK]).fetchall():
        yield from json.loads(text)


def drop_marked_roles(connection: Connection, lock_key: int) -> None:
    """Drop the marked and the recorded roles, unless another run lives. A role that a database still needs stays.

    Args:
        connection: The session with the advisory lock of the run, without an open transaction.
        lock_key: The second half of the key of the lock.
    """
    try:
        if not list_marked_roles(connection) or _has_other_runs(connection, lock_key):
            return
        _mark_recorded_roles(connection)
        _mark_created_roles(connection)
        names = list_marked_roles(connection)
        with connection.transaction() as transaction:
            for name in names:
                _drop_role(connection, name)
            # A run that began meanwhile waits for our locks on the roles.
            if _has_other_runs(connection, lock_key):
                raise psycopg.Rollback(transaction)
    except psycopg.OperationalError:
        # The server is gone. The next run drops the roles.
        return


def _has_other_runs(connection: Connection, lock_key: int) -> bool:
    row = connection.execute(_OTHER_RUNS, [LOCK_CLASS, lock_key]).fetchone()
    return row is not None and row[0] > 0


def _drop_role(connection: Connection, name: str) -> None:
    """Drop a role, unless the server refuses it."""
    try:
        with connection.transaction():
            connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(name)))
    except (errors.DependentObjectsStillExist, errors.ObjectInUse, errors.InsufficientPrivilege):
        return


def require_superuser(connection: Connection, names: Collection[str]) -> None:
    """Raise PostgresError if roles have to be created and the session is not that of a superuser."""
    row = connection.execute(
        "SELECT rolname, rolsuper FROM pg_catalog.pg_roles WHERE rolname = session_user"
    ).fetchone()
    if names and row is not None and not row[1]:
        what = f"The role {row[0]} cannot create the roles that the server lacks: {', '.join(names)}."
        raise PostgresError(what, instead="Connect as a superuser, create the roles, or use embedded.")
