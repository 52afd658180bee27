"""Find the objects to recreate although they do not differ: Postgres refuses to drop an object with dependents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from schema_dsl.analysis.identity import Identity
from schema_dsl.plan.rule import Object, load_kind_rules


def find_dependents(
    dropped: Iterable[Object], altered: Iterable[Object], present: Mapping[Identity, Any]
) -> dict[Identity, list[Identity]]:
    """Find the direct and indirect dependents of dropped and altered objects.

    Args:
        dropped: The objects that are dropped, including those that are recreated.
        altered: The objects with a change that Postgres refuses while they have dependents.
        present: The objects that may depend on them, as they are before the change.

    Returns:
        The dependents, in the order of `present`, each with the dropped or altered objects it depends on.
    """
    pending = [(item, True) for item in altered] + [(item, False) for item in dropped]
    if not pending:
        return {}
    dependents_of: dict[Identity, list[Identity]] = {}
    for identity, item in present.items():
        depends_on = load_kind_rules()[identity.kind].depends_on
        if depends_on is not None:
            for dependency in depends_on(identity, item):
                dependents_of.setdefault(dependency, []).append(identity)
    found: dict[Identity, list[Identity]] = {}
    while pending:
        changed, is_altered = pending.pop()
        for dependency in _list_provided(changed):
            for identity in dependents_of.get(dependency, ()):
                if is_altered and load_kind_rules()[identity.kind].rebuilt_by_postgres:
                    continue
                if identity not in found:
                    found[identity] = []
                    pending.append(((identity, present[identity]), False))
                found[identity].append(changed[0])
    return {identity: found[identity] for identity in present if identity in found}


def _list_provided(changed: Object) -> Iterable[Identity]:
    identity, item = changed
    provides = load_kind_rules()[identity.kind].provides
    return (identity, *(provides(identity, item) if provides is not None else ()))
