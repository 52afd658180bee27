"""The roles of an existing server: checked before a run starts, and left as they were."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Final, TypeAlias

import attrs

from schema_dsl.analysis.bodies import expand_blocks
from schema_dsl.analysis.effects import effects
from schema_dsl.errors import PostgresError
from schema_dsl.parsing import Node, Statement
from schema_dsl.platforms import ServerRole
from schema_dsl.postgres import Connection, Server
from schema_dsl.postgres.marked_roles import (
    create_marked_roles,
    list_marked_roles,
    mark_role,
    record_roles,
    require_superuser,
)
from schema_dsl.sql import identifier
from schema_dsl.verify.scripts.apply import split_statements

_EXISTING: Final = """
    SELECT r.rolname, r.rolsuper, r.rolbypassrls, r.rolcreaterole, r.rolcreatedb, r.rolinherit,
        ARRAY(SELECT g.rolname::text FROM pg_catalog.pg_auth_members AS m
            INNER JOIN pg_catalog.pg_roles AS g ON g.oid = m.roleid WHERE m.member = r.oid)
    FROM pg_catalog.pg_roles AS r
"""
# The attributes that decide on the rights of a role, with the word that turns each off. Whether it may log in does not
# matter, because sessions are opened by another role.
_ATTRIBUTES: Final = {
    "SUPERUSER": "NOSUPERUSER",
    "BYPASSRLS": "NOBYPASSRLS",
    "CREATEROLE": "NOCREATEROLE",
    "CREATEDB": "NOCREATEDB",
    "INHERIT": "NOINHERIT",
}
_OF_THE_SERVER: Final = {
    "database": "databases",
    "parameter_acl": "parameters of the server",
    "role": "a role of the server",
    "setting": "the configuration of the server",
    "subscription": "subscriptions",
    "tablespace": "tablespaces",
}
_KEPT_VERBS: Final = frozenset({"create", "reference"})

_RoleScript: TypeAlias = tuple[str, str]


@attrs.frozen
class _ExistingRole:
    attributes: frozenset[str]
    member_of: frozenset[str]


@contextmanager
def shared_server_roles(
    server: Server,
    roles: Iterable[ServerRole],
    stand_ins: Iterable[ServerRole],
    scripts: Iterable[_RoleScript],
) -> Iterator[None]:
    """Create the roles that an existing server lacks. The end of the connection to the server drops them.

    Args:
        server: The server.
        roles: The roles of the platform, each after the roles that it is a member of.
        stand_ins: Roles that need not have the given attributes if they exist.
        scripts: The label and the text of each script that will run.

    Raises:
        PostgresError: If a role of the server has other attributes or memberships, if roles cannot be created, or if a
            script changes objects of the whole server. Nothing has been created then.
    """
    wanted = list(roles)
    texts = list(scripts)
    with contextlib.closing(server.connect()) as connection:
        existing = _read_existing(connection)
        for role in wanted:
            if role.name in existing:
                _require_attributes(role, existing[role.name], server.label)
        # The roles of the platform are also among those that the definitions only refer to.
        created = {role.name: role.create_statement for role in (*stand_ins, *wanted)}
        require_superuser(connection, [name for name in created if name not in existing])
        for label, text in texts:
            _require_local_changes(label, text, existing)
        memberships = {(role.name, group): False for role in wanted for group in role.member_of}
        memberships |= {(role.name, group): True for role in wanted for group in role.administers}
        create_marked_roles(connection, created, memberships)
        further = (
            {name for _, text in texts for name in _list_created(text)} - existing.keys() - created.keys()
        )
        if further:
            record_roles(connection, further)
    try:
        yield
    finally:
        with (
            contextlib.suppress(PostgresError),
            contextlib.closing(server.connect_to_clean_up()) as connection,
        ):
            _mark_new_roles(connection, existing, texts)


def _read_existing(connection: Connection) -> dict[str, _ExistingRole]:
    """Return the roles of the server that are not ours."""
    marked = set(list_marked_roles(connection))
    return {
        name: _ExistingRole(
            frozenset(word for word, is_on in zip(_ATTRIBUTES, flags, strict=True) if is_on),
            frozenset(groups),
        )
        for name, *flags, groups in connection.execute(_EXISTING).fetchall()
        if name not in marked
    }


def _require_attributes(role: ServerRole, found: _ExistingRole, label: str) -> None:
    wanted = {word for word in _ATTRIBUTES if word in role.attributes}
    if "NOINHERIT" not in role.attributes:
        wanted.add("INHERIT")
    differences = [
        f"it has {word if word in found.attributes else off}, {off if word in found.attributes else word} is needed"
        for word, off in _ATTRIBUTES.items()
        if (word in wanted) != (word in found.attributes)
    ]
    differences += [
        f"it is not a member of {group}" for group in role.member_of if group not in found.member_of
    ]
    if differences:
        what = f"The role {role.name} of {label} differs from the role of that name of this platform: {differences[0]}"
        raise PostgresError(
            "; ".join([what, *differences[1:]]),
            instead="Roles of your server are not changed. Use embedded, container, or another server.",
        )


def _require_local_changes(label: str, text: str, existing: Mapping[str, _ExistingRole]) -> None:
    """Raise PostgresError for a statement that changes an object outside of the scratch databases."""
    for statement in expand_blocks(split_statements(text)):
        for effect in effects(statement):
            kind = effect.identity.kind
            if kind not in _OF_THE_SERVER or (kind == "role" and not _changes_role(statement, existing)):
                continue
            if kind == "role" and effect.verb in _KEPT_VERBS:
                continue
            raise PostgresError(
                f"{statement.text.split()[0].upper()} changes {_OF_THE_SERVER[kind]}, which would keep the change",
                where=f"{label}:{statement.line}",
                instead="Use embedded or container, where the server is made for the run.",
            )


def _list_created(text: str) -> Iterator[str]:
    """Yield the names of the roles that a script creates, also in a DO block."""
    for statement in expand_blocks(split_statements(text)):
        for effect in effects(statement):
            if effect.identity.kind == "role" and effect.verb == "create":
                yield effect.identity.name


def _changes_role(statement: Statement, existing: Mapping[str, _ExistingRole]) -> bool:
    """Return whether a statement changes roles that existed before the run."""
    granted = [effect.identity.name for effect in effects(statement)]
    grantees = _list_grantees(statement.tree)
    is_known = any(name in existing or not name for name in granted)
    return is_known and (not grantees or any(name in existing for name in grantees))


def _list_grantees(tree: Node) -> list[str]:
    fields = tree.DESCRIPTOR.fields_by_name
    return [role.role_spec.rolename for role in tree.grantee_roles] if "grantee_roles" in fields else []


def _mark_new_roles(
    connection: Connection, existing: Mapping[str, _ExistingRole], scripts: Iterable[_RoleScript]
) -> None:
    """Mark the roles that the scripts created. A new role that no script names is another user's."""
    marked = set(list_marked_roles(connection))
    names = {name for (name,) in connection.execute("SELECT rolname FROM pg_catalog.pg_roles").fetchall()}
    texts = [text for _, text in scripts]
    for name in sorted(names - marked - existing.keys()):
        if any(name in text or identifier(name) in text for text in texts):
            mark_role(connection, name)
