"""The scope of the project: the only place that separates the objects of the project from all others."""

from __future__ import annotations

from functools import cached_property

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.owner import Ownership
from schema_dsl.model.privilege import Privilege
from schema_dsl.model.schema import PUBLIC_SCHEMA
from schema_dsl.plan.rule import load_kind_rules


@attrs.frozen(slots=False)
class ManagedScope:
    """The objects and attributes that the project manages.

    Attributes:
        wanted: The declared state.
        left_behind: Objects that are not declared, but managed: generated migrations created them, or their schema is
            managed whole.
    """

    wanted: Catalog
    left_behind: frozenset[Identity] = frozenset()

    @cached_property
    def created(self) -> frozenset[Identity]:
        """The tables and other objects that the definitions create, of which they declare every part."""
        return frozenset(
            identity
            for identity, item in self.wanted.objects.items()
            if identity.parent is None and getattr(item, "existing", None) is None
        )

    @cached_property
    def with_access(self) -> frozenset[Identity]:
        """The objects that declare access or grants, and thereby every privilege of every role.

        The schema public is none of them: the platform grants its roles the necessary privileges there.
        """
        return frozenset(
            identity.root
            for identity in self.wanted.objects
            if identity.kind == Privilege.kind and identity.root != PUBLIC_SCHEMA
        )

    def manages(self, identity: Identity, attribute: str | None = None) -> bool:
        """Return whether the project manages an object, or an attribute of a declared object.

        - On a table that the definitions create, every object is managed.
        - On an existing table, only declared objects and declared attributes are.
        - An owner is managed only if it is declared.
        - Privileges are managed on an object that declares access or grants; on the schema public, those that are
          declared. The owner that is declared has all privileges.
        - An object that a generated migration created is managed, with its parts, until it is dropped.
        """
        declared = self.wanted.objects.get(identity)
        if declared is not None:
            return attribute is None or load_kind_rules()[identity.kind].manages(declared, attribute)
        if load_kind_rules()[identity.kind].is_included(identity, self.wanted.objects):
            return False
        if identity in self.left_behind or identity.root in self.left_behind:
            return True
        if identity.kind == Ownership.kind:
            return False
        return identity.root in (self.with_access if identity.kind == Privilege.kind else self.created)
