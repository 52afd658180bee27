"""Roles, which privileges and policies refer to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Final

import attrs

from schema_dsl.errors import DefinitionError
from schema_dsl.model.identity import (
    Origin,
    find_origin,
    format_origin,
    to_names,
    validate_comment,
    validate_flag,
    validate_name,
)
from schema_dsl.model.schema_object import DatabaseObject

_SYSTEM_PREFIX: Final = "pg_"
# The attributes that an existing role may have, because the results of the proofs depend on them.
_OF_EVERY_ROLE: Final = frozenset({"name", "managed", "bypasses_row_security", "client", "origin"})


def _validate_name(value: str) -> str:
    return validate_name(value, "role")


def _to_groups(value: str | Role | Iterable[str | Role]) -> tuple[str, ...]:
    groups = (value,) if isinstance(value, str | Role) else value
    names = (group.name if isinstance(group, Role) else group for group in groups)
    return tuple(sorted(set(to_names(names))))


@attrs.frozen
class Role(DatabaseObject):
    """A role: by default an existing role, or with `managed=True` a role that the migrations create.

    Roles belong to the server, not to one database: a migration keeps a role that exists, and drops none to which
    another database refers. Passwords are secrets, which the definitions do not contain: set them by hand with ALTER
    ROLE.

    Attributes:
        name: The name.
        bypasses_row_security: Whether the role has BYPASSRLS.
        client: Whether the role is a client role, which API requests use.
        managed: Whether the migrations create the role. Only such a role has the following attributes.
        login: Whether sessions can log in as the role.
        inherit: Whether the role has the privileges of the roles that it is a member of without SET ROLE.
        superuser: Whether the role is a superuser.
        create_database: Whether the role may create databases.
        create_role: Whether the role may create roles.
        replication: Whether the role may replicate.
        connection_limit: The number of sessions that the role may have at a time; -1 for any number.
        member_of: The roles that the role is a member of, without ADMIN OPTION. Others are revoked.
        comment: The comment.
        origin: The line that declares the role.

    Raises:
        DefinitionError: If a role that is not managed has attributes of a managed one, or Postgres reserves the name.
    """

    kind: ClassVar[str] = "role"

    name: str = attrs.field(converter=_validate_name)
    bypasses_row_security: bool = attrs.field(default=False, validator=validate_flag, kw_only=True)
    client: bool = attrs.field(default=True, validator=validate_flag, kw_only=True)
    managed: bool = attrs.field(default=False, validator=validate_flag, kw_only=True)
    login: bool = attrs.field(default=False, validator=validate_flag, kw_only=True)
    inherit: bool = attrs.field(default=True, validator=validate_flag, kw_only=True)
    superuser: bool = attrs.field(default=False, validator=validate_flag, kw_only=True)
    create_database: bool = attrs.field(default=False, validator=validate_flag, kw_only=True)
    create_role: bool = attrs.field(default=False, validator=validate_flag, kw_only=True)
    replication: bool = attrs.field(default=False, validator=validate_flag, kw_only=True)
    connection_limit: int = attrs.field(default=-1, kw_only=True)
    member_of: tuple[str, ...] = attrs.field(default=(), converter=_to_groups, kw_only=True)
    comment: str | None = attrs.field(default=None, converter=validate_comment, kw_only=True)
    origin: Origin | None = attrs.field(factory=find_origin, eq=False, repr=False, kw_only=True)

    def __attrs_post_init__(self) -> None:
        """Raise DefinitionError for attributes that only a managed role has, and for values that Postgres refuses."""
        if not self.managed:
            for field in attrs.fields(type(self)):
                if field.name not in _OF_EVERY_ROLE and getattr(self, field.name) != field.default:
                    self._refuse(
                        f"has {field.name}=, but the migrations do not create it",
                        "Write managed=True, or set the attribute where the role is created.",
                    )
            return
        if self.name.startswith(_SYSTEM_PREFIX):
            self._refuse("is managed, but Postgres reserves names with pg_", "Choose another name.")
        if type(self.connection_limit) is not int or self.connection_limit < -1:
            self._refuse(
                f"has connection_limit={self.connection_limit!r}", "Write a number, or -1 for any number."
            )
        if self.name in self.member_of:
            self._refuse("is a member of itself", "Remove it from member_of=.")
        self.record()

    def _refuse(self, what: str, instead: str) -> None:
        raise DefinitionError(f"role {self.name} {what}", where=format_origin(self), instead=instead)

    @property
    def is_reference(self) -> bool:
        """Return whether the declaration only names a role that exists."""
        return not self.managed
