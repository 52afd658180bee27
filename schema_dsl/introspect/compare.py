"""Compare the declared state with a database."""

from __future__ import annotations

from typing import Any

import attrs

from schema_dsl.analysis.identity import Identity
from schema_dsl.introspect.reading import Introspection
from schema_dsl.introspect.scope import ManagedScope
from schema_dsl.model.catalog import Catalog
from schema_dsl.model.default_privileges import DefaultPrivileges
from schema_dsl.model.privilege import Privilege, find_built_in
from schema_dsl.plan.diff import Difference, diff


def compare(
    wanted: Catalog, introspection: Introspection, scope: ManagedScope | None = None
) -> list[Difference]:
    """List the differences between a database (`before`) and the declared state (`after`).

    - On a table that the definitions create, every object that is not declared is a difference.
    - On an existing table, only the declared objects and their declared attributes count.
    - If an object declares privileges, every privilege that the declaration does not grant is a difference, except the
      owner's. Otherwise privileges are not compared.
    - A property that the model cannot express is a difference if its object is declared. `before` is then an
      `Unsupported`.
    - For a missing table or other object, its parts are no differences of their own.

    Args:
        wanted: The declared state, as `canonicalize` returns it.
        introspection: The database, at least the schemas of `wanted`.
        scope: The objects that the project manages, by default those that follow from `wanted` alone.
    """
    managed = scope or ManagedScope(wanted)
    present = introspection.catalog.objects
    missing = {identity for identity in wanted.objects if identity.parent is None and identity not in present}
    after = {
        identity: item
        for identity, item in wanted.objects.items()
        if not (identity.parent is not None and identity.root in missing)
        and not (identity not in present and _is_built_in(identity, item))
    }
    before = {identity: item for identity, item in present.items() if managed.manages(identity)}
    differences = diff(Catalog(before), attrs.evolve(wanted, objects=after))
    differences += [
        Difference(unsupported.identity, unsupported, after[unsupported.identity])
        for unsupported in introspection.unsupported
        if unsupported.identity in after
        and (unsupported.identity.parent is not None or unsupported.identity in managed.created)
    ]
    return differences


def _is_built_in(identity: Identity, item: Any) -> bool:
    """Return whether an object equals a built-in default, for which the catalog has no entry."""
    if isinstance(item, Privilege):
        return item == find_built_in(identity)
    return isinstance(item, DefaultPrivileges) and item.is_built_in
