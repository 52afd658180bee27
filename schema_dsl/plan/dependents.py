"""What has to be made anew although it does not differ: Postgres refuses to take away what it stands on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from schema_dsl.model.identity import Identity
from schema_dsl.plan.rule import Object, rules


def dependents(
    gone: Iterable[Object], altered: Iterable[Object], present: Mapping[Identity, Any]
) -> dict[Identity, list[Identity]]:
    """Find all that stands on what goes, or on what is altered so that Postgres would refuse, and on what of it.

    Args:
        gone: What is dropped, whether or not it comes back.
        altered: What is changed in a way that disturbs others.
        present: What could stand on it, as it was.
    """
    waiting = [(each, True) for each in altered] + [(each, False) for each in gone]
    if not waiting:
        return {}
    standing: dict[Identity, list[Identity]] = {}
    for identity, each in present.items():
        stands_on = rules()[identity.kind].stands_on
        if stands_on is not None:
            for base in stands_on(identity, each):
                standing.setdefault(base, []).append(identity)
    found: dict[Identity, list[Identity]] = {}
    while waiting:
        carrier, is_altered = waiting.pop()
        for base in _carried(carrier):
            for identity in standing.get(base, ()):
                if is_altered and rules()[identity.kind].rebuilt:
                    continue
                if identity not in found:
                    found[identity] = []
                    waiting.append(((identity, present[identity]), False))
                found[identity].append(carrier[0])
    return {identity: found[identity] for identity in present if identity in found}


def _carried(carrier: Object) -> Iterable[Identity]:
    identity, each = carrier
    carries = rules()[identity.kind].carries
    return (identity, *(carries(identity, each) if carries is not None else ()))
