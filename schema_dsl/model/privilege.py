"""The privileges of a role on an object, as the catalog of a plan holds them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar, Final

import attrs

from schema_dsl.analysis.identity import ROUTINE_KINDS, TYPE_KINDS, Identity
from schema_dsl.model.grant import PUBLIC_ROLE, Grant
from schema_dsl.model.identity import Origin


def _to_sorted_tuple(value: Any) -> tuple[Any, ...]:
    return tuple(sorted(value))


@attrs.frozen
class Privilege:
    """All privileges of one role on one object.

    A Privilege without privileges declares that the role has none: those from default privileges are revoked.

    Attributes:
        name: The role; "public" is PUBLIC.
        privileges: The privileges on the object.
        columns: The column privileges, as (column, privilege) pairs.
        grantable: The privileges on the object that the role holds WITH GRANT OPTION.
        grantable_columns: The column privileges that the role holds WITH GRANT OPTION.
        origin: The line that declares the privileges.
    """

    kind: ClassVar[str] = "privilege"
    name: str
    privileges: tuple[str, ...] = attrs.field(default=(), converter=_to_sorted_tuple)
    columns: tuple[tuple[str, str], ...] = attrs.field(default=(), converter=_to_sorted_tuple)
    grantable: tuple[str, ...] = attrs.field(default=(), converter=_to_sorted_tuple)
    grantable_columns: tuple[tuple[str, str], ...] = attrs.field(default=(), converter=_to_sorted_tuple)
    origin: Origin | None = attrs.field(default=None, eq=False, repr=False)


# The privileges of PUBLIC on every new object, unless default privileges differ.
_OF_PUBLIC: Final = {**dict.fromkeys(ROUTINE_KINDS, "execute"), **dict.fromkeys(TYPE_KINDS, "usage")}

# Its class is not imported, because that module imports privileges.
_PUBLIC_SCHEMA: Final = Identity("schema", "", "public")


def privilege_identity(parent: Identity, role: str) -> Identity:
    """Return the identity of the privileges of a role on an object."""
    return Identity(Privilege.kind, parent.schema, role, parent=parent)


def find_built_in(identity: Identity) -> Privilege:
    """Return the privileges that a role has on every new object without default privileges.

    The catalog of a database has no Privilege where a role has exactly these, except on the schema public.
    """
    of_public = _OF_PUBLIC.get(identity.root.kind) if identity.name == PUBLIC_ROLE else None
    if identity.name == PUBLIC_ROLE and identity.root == _PUBLIC_SCHEMA:
        of_public = "usage"
    return Privilege(identity.name, () if of_public is None else (of_public,))


def build_privileges(
    parent: Identity,
    grants: Iterable[Grant],
    roles: Iterable[str],
    origin: Origin | None,
) -> Iterator[tuple[Identity, Privilege]]:
    """Yield the privileges of PUBLIC, of each given role, and of each role that holds a privilege.

    Args:
        parent: The object that the privileges are on.
        grants: Everything that is granted on the object.
        roles: The roles that hold only granted privileges, and none by default privileges.
        origin: The line that declares the object.

    Raises:
        DefinitionError: If the object has no such privilege.
    """
    held: dict[str, list[Grant]] = {role: [] for role in (PUBLIC_ROLE, *roles)}
    for grant in grants:
        for role in grant.to:
            held.setdefault(role, []).append(grant)
    for role, given in held.items():
        pairs = [(grant, name) for grant in given for name in grant.list_privileges(parent.kind)]
        on_object = {name for grant, name in pairs if not grant.columns}
        grantable = {name for grant, name in pairs if not grant.columns and grant.grant_option}
        on_columns = {(column, name) for grant, name in pairs for column in grant.columns}
        grantable_columns = {
            (column, name) for grant, name in pairs if grant.grant_option for column in grant.columns
        }
        yield (
            privilege_identity(parent, role),
            Privilege(role, on_object, on_columns, grantable, grantable_columns, origin=origin),
        )
