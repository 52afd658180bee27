"""Validate the names of the roles that declared objects refer to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from schema_dsl.analysis.identity import Identity
from schema_dsl.errors import DefinitionError, suggest_similar
from schema_dsl.model.default_privileges import DefaultPrivileges
from schema_dsl.model.identity import format_origin
from schema_dsl.model.owner import Ownership
from schema_dsl.model.policy import Policy
from schema_dsl.model.role import Role
from schema_dsl.model.table import Table
from schema_dsl.model.user_mapping import UserMapping


def _list_roles(identity: Identity, item: Any) -> Iterable[str]:
    """Return the roles that an object names."""
    if isinstance(item, Policy):
        return item.to
    if isinstance(item, DefaultPrivileges):
        return (item.role, *(privilege.name for privilege in item.privileges))
    if isinstance(item, Ownership | UserMapping):
        return (item.role,)
    if isinstance(item, Role):
        return (group for group in item.member_of if not group.startswith("pg_"))
    return (identity.name,) if identity.kind == "privilege" else ()


def _format_user(identity: Identity, item: Any) -> str:
    """Format an object that names a role."""
    if identity.parent is None:
        return str(identity)
    what = "owner" if isinstance(item, Ownership) else "access"
    if isinstance(item, Policy):
        what = f"policy {item.name}"
    root = identity.root
    return f"{what} of {f'table {root.name}' if root.kind == Table.kind else root}"


def require_known_roles(objects: Mapping[Identity, Any], known: set[str]) -> None:
    """Raise DefinitionError for an undeclared role, if any roles are known."""
    if not known:
        return
    valid = known | {"public"}
    for identity, item in objects.items():
        for role in _list_roles(identity, item):
            if role not in valid:
                raise DefinitionError(
                    f"{_format_user(identity, item)} refers to role {role}, which is not declared",
                    where=format_origin(item),
                    instead=suggest_similar(role, valid, f'Declare the role: Role("{role}").'),
                )
