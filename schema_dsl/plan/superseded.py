"""Find the undeclared objects that a plan drops without `--drop`, because a declared object replaces them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from schema_dsl.analysis.identity import Identity
from schema_dsl.plan.diff import Difference
from schema_dsl.plan.rule import load_kind_rules


def find_superseded(
    differences: Iterable[Difference], present: Mapping[Identity, Any], wanted: Mapping[Identity, Any]
) -> frozenset[Identity]:
    """Return the undeclared objects that a declared object replaces, or that no longer serve a declared object.

    Args:
        differences: The differences between the states.
        present: The objects before.
        wanted: The declared objects.
    """
    changes = list(differences)
    dropped = {change.identity: change.before for change in changes if change.after is None}
    created = {change.identity: change.after for change in changes if change.before is None}
    superseded = {identity for identity, _ in pair_superseded(dropped, created)}
    no_longer_serving = {
        identity for identity in dropped if serves_declared(identity, present, wanted) is False
    }
    return frozenset(
        identity for identity in dropped if identity in superseded or identity.root in no_longer_serving
    )


def serves_declared(
    identity: Identity, present: Mapping[Identity, Any], wanted: Mapping[Identity, Any]
) -> bool | None:
    """Return whether an undeclared object serves a declared one, and None if it does not in the state before either."""
    return load_kind_rules()[identity.kind].serves(identity, present, wanted)


def pair_superseded(
    dropped: Mapping[Identity, Any], created: Mapping[Identity, Any]
) -> Iterator[tuple[Identity, Identity]]:
    """Yield each dropped object with the new object that replaces it: an index by one with further INCLUDE columns."""
    by_place: dict[tuple[str, Identity | None], list[Identity]] = {}
    for identity in created:
        by_place.setdefault((identity.kind, identity.parent), []).append(identity)
    for identity, item in dropped.items():
        supersedes = load_kind_rules()[identity.kind].supersedes
        for successor in by_place.get((identity.kind, identity.parent), ()) if supersedes else ():
            if supersedes is not None and supersedes(created[successor], item):
                yield identity, successor
