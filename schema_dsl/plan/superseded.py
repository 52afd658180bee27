"""Find the objects that a new object of the same relation makes superfluous."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from schema_dsl.analysis.identity import Identity
from schema_dsl.plan.diff import Difference
from schema_dsl.plan.rule import load_kind_rules


def find_superseded(differences: Iterable[Difference]) -> frozenset[Identity]:
    """Return the objects of which only the state before knows, and for which a new object does all they do."""
    changes = list(differences)
    dropped = {change.identity: change.before for change in changes if change.after is None}
    created = {change.identity: change.after for change in changes if change.before is None}
    return frozenset(identity for identity, _ in pair_superseded(dropped, created))


def pair_superseded(
    dropped: Mapping[Identity, Any], created: Mapping[Identity, Any]
) -> Iterator[tuple[Identity, Identity]]:
    """Yield each dropped object with a new one that does all it does."""
    by_place: dict[tuple[str, Identity | None], list[Identity]] = {}
    for identity in created:
        by_place.setdefault((identity.kind, identity.parent), []).append(identity)
    for identity, item in dropped.items():
        supersedes = load_kind_rules()[identity.kind].supersedes
        for successor in by_place.get((identity.kind, identity.parent), ()) if supersedes else ():
            if supersedes is not None and supersedes(created[successor], item):
                yield identity, successor
