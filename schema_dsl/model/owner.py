"""The owner of an object."""

from __future__ import annotations

from typing import ClassVar

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.errors import DefinitionError
from schema_dsl.model.grant import PUBLIC_ROLE, Grantee, to_grantees
from schema_dsl.model.identity import Origin


@attrs.frozen
class Ownership:
    """The owner of an object. Without a declared owner, the definitions do not manage the owner.

    Attributes:
        role: The role that owns the object.
        origin: The line that declares the object.
    """

    kind: ClassVar[str] = "owner"
    role: str
    origin: Origin | None = attrs.field(default=None, eq=False, repr=False)


def ownership_identity(parent: Identity) -> Identity:
    """Return the identity of the owner of an object."""
    return Identity(Ownership.kind, parent.schema, "", parent=parent)


def to_owner(value: Grantee | None) -> str | None:
    """Convert the owner of an object to the name of the role; None if the owner is not managed.

    Raises:
        DefinitionError: If it is no role.
    """
    if value is None:
        return None
    names = to_grantees(value, "owner")
    if names == (PUBLIC_ROLE,):
        raise DefinitionError("PUBLIC cannot own an object", instead='Name a role: owner="app_owner".')
    return names[0]
